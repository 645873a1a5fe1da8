import { formatLineOf } from './json-node.ts'
import type { JsonNode, Member, Place } from './json-node.ts'
import { LenientScanner, SyntaxStop } from './lenient-scanner.ts'
import type { Problem } from './problem.ts'
import type { SourceText } from './comments-and-variables.ts'

/** Protects the stack from deeper nesting, which is a mistake or an attack. */
const MAX_DEPTH = 64

/** A first line such as `listen: …` or `---`. */
const YAML = /^\s*(?:---\s|[\w.-]+:(?:\s|$))/u

export interface ParsedText {
  /** Absent if the text is empty or could not be parsed. */
  readonly node?: JsonNode
  readonly problems: readonly Problem[]
}

/**
 * Parses JSON with positions. Small mistakes (a trailing comma, single quotes) are noted and skipped, so that all are
 * reported.
 */
export function parseJson(source: SourceText): ParsedText {
  const scanner = new LenientScanner(source)
  try {
    if (scanner.peek() === '') return { problems: scanner.problems }
    if (YAML.test(source.text)) scanner.stop('expected JSON, which begins with {; this looks like YAML')
    const node = parseValue(scanner, 0)
    if (scanner.peek() !== '') scanner.stop(`expected the end of the file, found ${scanner.describeNext()}`)
    return { node, problems: scanner.problems }
  } catch (error) {
    if (error instanceof SyntaxStop) return { problems: scanner.problems }
    throw error
  }
}

function parseValue(scanner: LenientScanner, depth: number): JsonNode {
  const next = scanner.peek()
  const { place } = scanner
  if (depth > MAX_DEPTH) scanner.stop(`nested more than ${MAX_DEPTH} deep`)
  if (next === '{') return { kind: 'object', members: parseMembers(scanner, depth), place }
  if (next === '[') return { kind: 'array', items: parseItems(scanner, depth), place }
  const text = scanner.takeString()
  if (text !== undefined) return { kind: 'string', value: text, place }
  const number = scanner.takeNumber()
  if (number !== undefined) return { kind: 'number', value: number, place }
  const word = scanner.takeWord()
  if (word === undefined) return scanner.stop(`expected a value, found ${scanner.describeNext()}`)
  return toWordNode(scanner, word, place)
}

function toWordNode(scanner: LenientScanner, word: string, place: Place): JsonNode {
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', place }
  if (word === 'null') return { kind: 'null', place }
  scanner.note(
    'expected a value: text goes in double quotes, and the only words without them are true, false, null',
    place,
  )
  return { kind: 'string', value: word, place }
}

function parseMembers(scanner: LenientScanner, depth: number): Member[] {
  const members: Member[] = []
  parseList(scanner, '}', () => members.push(parseMember(scanner, depth)))
  return members
}

function parseMember(scanner: LenientScanner, depth: number): Member {
  scanner.peek()
  const keyPlace = scanner.place
  const key = scanner.takeString() ?? takeBareKey(scanner, keyPlace)
  if (!scanner.take(':')) scanner.stop(`expected a colon after the key, found ${scanner.describeNext()}`)
  return { key, keyPlace, value: parseValue(scanner, depth + 1) }
}

function takeBareKey(scanner: LenientScanner, place: Place): string {
  const word = scanner.takeWord()
  if (word === undefined) return scanner.stop(`expected a key in double quotes, found ${scanner.describeNext()}`)
  scanner.note('a key goes in double quotes', place)
  return word
}

function parseItems(scanner: LenientScanner, depth: number): JsonNode[] {
  const items: JsonNode[] = []
  parseList(scanner, ']', () => items.push(parseValue(scanner, depth + 1)))
  return items
}

/** Parses elements with commas between them, up to `closing`. */
function parseList(scanner: LenientScanner, closing: '}' | ']', parseElement: () => void): void {
  const opened = scanner.place
  const opening = scanner.peek()
  const end = `${closing} for the ${opening} of ${formatLineOf(opened)}`
  scanner.take(opening)
  if (scanner.take(closing)) return
  do parseElement()
  while (takeComma(scanner, closing, end))
}

/** False at the end of the list, which `end` describes. Notes a missing comma, and one that nothing follows. */
function takeComma(scanner: LenientScanner, closing: '}' | ']', end: string): boolean {
  const next = scanner.peek()
  const place = scanner.place
  if (scanner.take(closing)) return false
  if (!scanner.take(',')) {
    noteMissingComma(scanner, next, end)
    return true
  }
  if (scanner.peek() !== closing) return true
  scanner.note(`a comma before ${closing}: remove it, since nothing follows`, place)
  scanner.take(closing)
  return false
}

/** Stops unless `next` can begin another element. */
function noteMissingComma(scanner: LenientScanner, next: string, end: string): void {
  if (next === '') scanner.stop(`expected ${end}, found the end of the file`)
  if (!/["'“{[\p{L}\d-]/u.test(next)) scanner.stop(`expected a comma, or ${end}, found ${scanner.describeNext()}`)
  scanner.note('a comma is missing before this')
}
