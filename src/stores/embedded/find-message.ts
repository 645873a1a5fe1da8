const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const COMMA = 0x2c
const SPACE = 0x20

/** The change of depth at each byte. */
const DEPTH = new Int8Array(256)
for (const byte of Buffer.from('{[')) DEPTH[byte] = 1
for (const byte of Buffer.from('}]')) DEPTH[byte] = -1

const KEY = 'message'
/** Its letters may all be escapes. */
const MAX_KEY_BYTES = KEY.length * 6 + 2

export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Finds the value of the last member `message` by its position, and builds nothing, in time that only the length decides.
 * The events were read before: here only the nesting is looked at, to find the ends. Throws a SyntaxError if they do not fit.
 */
export function findMessage(bytes: Buffer): Range | undefined {
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== OPEN_BRACE) throw new SyntaxError('the document is not a JSON object')
  let message: Range | undefined
  at = skipSpace(bytes, at + 1)
  while (bytes[at] === QUOTE) {
    const keyEnd = skipString(bytes, at)
    const start = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1) // after the colon
    const end = skipValue(bytes, start)
    if (isMessage(bytes, { start: at, end: keyEnd })) message = { start, end }
    at = skipSpace(bytes, end)
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
  }
  if (bytes[at] !== CLOSE_BRACE || skipSpace(bytes, at + 1) !== bytes.length) throw makeFault()
  return message
}

/** The first `maxBytes` of a text that is written as JSON, unescaped; undefined if it is another value. */
export function readTextStart(bytes: Buffer, { start, end }: Range, maxBytes: number): string | undefined {
  if (bytes[start] !== QUOTE) return undefined
  let cut = end - 1
  if (cut - start > maxBytes) {
    // Not in the middle of an escape, whose last part would be taken for letters.
    cut = start + 1
    while (cut < start + maxBytes) cut += bytes[cut] === BACKSLASH ? (bytes[cut + 1] === 0x75 ? 6 : 2) : 1
  }
  return JSON.parse(`${bytes.toString('utf8', start, cut)}"`) as string
}

function isMessage(bytes: Buffer, { start, end }: Range): boolean {
  if (end - start > MAX_KEY_BYTES) return false
  const text = bytes.toString('latin1', start, end)
  if (text === `"${KEY}"`) return true
  return text.includes('\\') && JSON.parse(text) === KEY
}

/** After the closing quote. */
function skipString(bytes: Buffer, quote: number): number {
  let at = quote + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  if (at >= bytes.length) throw makeFault()
  return at + 1
}

function skipValue(bytes: Buffer, start: number): number {
  if (bytes[start] === QUOTE) return skipString(bytes, start)
  if (DEPTH[bytes[start] ?? 0] === 1) return skipNested(bytes, start)
  let at = start
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE) at++
  return at
}

function skipNested(bytes: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < bytes.length;) {
    const byte = bytes[at] as number
    depth += DEPTH[byte] as number
    at = byte === QUOTE ? skipString(bytes, at) : at + 1
    if (depth === 0) return at
  }
  throw makeFault()
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] as number) <= SPACE) at++
  return at
}

function makeFault(): SyntaxError {
  return new SyntaxError('the document is not JSON')
}
