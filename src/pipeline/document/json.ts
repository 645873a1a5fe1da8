// Documents as JSON, with every number kept: `1.0` stays `1.0`, and no digit of a large whole number changes.
import { ProcessingFault } from './processing-fault.ts'
import { Double, type Fields, type Value, isFields } from './value.ts'

/** As deep as the readers of events let a document be, and no danger to the stack. */
export const MAX_DEPTH = 500

/**
 * A number that `JSON.parse` would change, or what looks like one in a text: 16 digits and more, a fraction of zero, an
 * exponent. Each place is examined once, so that no document makes this slow.
 */
const ODD_NUMBER = /[:,[]\s*-?(?:\d{16}|(?:0|[1-9]\d*)(?:\.0+(?=[\s,\]}])|(?:\.\d+)?[eE]))|^\s*-?\d[\d.eE+-]*\s*$/u

/** A text of JSON. Of several members with one name the last one counts. Throws a ProcessingFault. */
export function parseJson(text: string): Value {
  if (isTooDeep(text)) throw new ProcessingFault(`the JSON is nested more than ${MAX_DEPTH} deep`)
  try {
    return (ODD_NUMBER.test(text) ? JSON.parse(text, keepNumber) : JSON.parse(text)) as Value
  } catch (cause) {
    throw new ProcessingFault(`not valid JSON: ${(cause as Error).message}`)
  }
}

/** The document of an event. Throws a ProcessingFault. */
export function readDocument(text: string): Fields {
  const value = parseJson(text)
  if (isFields(value)) return value
  throw new ProcessingFault('the document is not a JSON object')
}

/** One line of JSON. Throws a ProcessingFault for a value that processors have nested too deep. */
export function writeJson(value: Value): string {
  if (isNestedDeeper(value, MAX_DEPTH)) throw new ProcessingFault(`the document is nested more than ${MAX_DEPTH} deep`)
  try {
    return JSON.stringify(value)
  } catch (error) {
    // `stringify` refuses a bigint without a replacer, and is several times slower with one.
    if (error instanceof TypeError) return JSON.stringify(value, writeBigint)
    throw error
  }
}

function keepNumber(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  if (/^-?\d+$/u.test(context.source)) return Number.isSafeInteger(value) ? value : BigInt(context.source)
  return Number.isInteger(value) || !Number.isFinite(value) ? new Double(value) : value
}

function writeBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value
}

/** Counts brackets first, those in texts too: hardly any document has so many. */
function isTooDeep(text: string): boolean {
  return (hasMany(text, '{') || hasMany(text, '[')) && depthOf(text) > MAX_DEPTH
}

/** More than half of what is too deep. */
function hasMany(text: string, bracket: string): boolean {
  let left = MAX_DEPTH / 2
  for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) if (left-- === 0) return true
  return false
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') i = findQuote(text, i + 1)
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

/** The place of the quote that ends a text, or the end. A pattern would exhaust the stack with a long one. */
function findQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === '\\' && at - 1 - slashes >= from) slashes++
    if (slashes % 2 === 0) return at
  }
  return text.length
}

function isNestedDeeper(value: Value, depth: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Double) return false
  if (depth === 0) return true
  if (Array.isArray(value)) return value.some(child => isNestedDeeper(child, depth - 1))
  for (const name in value) if (isNestedDeeper(value[name] as Value, depth - 1)) return true
  return false
}
