// JSON for the comparison with other servers, independent of src: numbers keep their text.
import { Double, type Fields, isFields, putMember, type Value } from '../../../../src/pipeline/document/value.ts'

/** The text of a document that is sent to a server, and to the pipeline. */
export function toJson(value: Value): string {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Double) return Number.isInteger(value.value) ? toDoubleText(value.value) : String(value.value)
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`
  if (!isFields(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`)
  return `{${members.join(',')}}`
}

/** `1.0`, `1e+21`, `-0.0`: never the text of a whole number. */
function toDoubleText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /[.e]/u.test(text) ? text : `${text}.0`
}

export function fromJson(text: string): Value {
  return JSON.parse(text, keepNumbers) as Value
}

function keepNumbers(_name: string, value: Value, context?: { readonly source?: string }): Value {
  if (typeof value === 'number') return readNumber(context?.source ?? String(value))
  return isFields(value) ? ownMembers(value) : value
}

function readNumber(text: string): Value {
  if (!/^-?\d+$/u.test(text)) return Number.isInteger(Number(text)) ? new Double(Number(text)) : Number(text)
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}

/** As `putMember` makes them: `__proto__` is a name like any other. */
function ownMembers(value: Fields): Fields {
  const fields: Fields = {}
  for (const [name, member] of Object.entries(value)) putMember(fields, name, member)
  return fields
}

/** The same text for the same value: members sorted, whole numbers and doubles apart. */
export function canonical(value: Value, areFloats = false): string {
  if (isFields(value)) {
    const names = Object.keys(value).sort()
    return `{${names.map(name => `${JSON.stringify(name)}:${canonical(value[name] as Value, areFloats)}`).join(',')}}`
  }
  if (Array.isArray(value)) return `[${value.map(element => canonical(element, areFloats)).join(',')}]`
  // A whole number has one text, whichever type holds it.
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value).toString()
  const number = value instanceof Double ? value.value : value
  return typeof number === 'number' ? toDoubleText(areFloats ? Math.fround(number) : number) : toJson(value)
}
