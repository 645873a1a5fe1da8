import type { Range } from './json-scanner.ts'
import { COMMA } from './json-bytes.ts'

const SPACE = 0x20
const TAB = 0x09

/** Puts `text` in place of the bytes; without a text, the bytes are a member that is cut out with one comma. */
export interface Edit extends Range {
  readonly text?: string
}

export interface EditedBody {
  readonly bytes: Buffer
  readonly braces: Range
  readonly edits: readonly Edit[]
  /** Members for the front; '' for none. */
  readonly added: string
}

/** The object with these edits, in one copy. */
export function editBody({ bytes, braces, edits, added }: EditedBody): Buffer {
  const parts: Buffer[] = []
  let at = braces.start + 1
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start))
    if (text !== undefined) parts.push(Buffer.from(text))
    at = text === undefined ? skipComma(bytes, end) : end
  }
  parts.push(bytes.subarray(at, braces.end - 1))
  const body = withoutLastComma(parts)
  const comma = added !== '' && body.some(part => part.length > 0) ? ',' : ''
  return Buffer.concat([Buffer.from(`{${added}${comma}`), ...body, Buffer.from('}')])
}

function skipComma(bytes: Buffer, from: number): number {
  let at = from
  while (isSpace(bytes[at])) at++
  return bytes[at] === COMMA ? at + 1 : at
}

/** A cut of the last member leaves the comma before it. */
function withoutLastComma(parts: readonly Buffer[]): Buffer[] {
  const rest = [...parts]
  for (let last = rest.pop(); last !== undefined; last = rest.pop()) {
    let end = last.length
    while (end > 0 && isSpace(last[end - 1])) end--
    if (end === 0) continue
    rest.push(last.subarray(0, last[end - 1] === COMMA ? end - 1 : end))
    break
  }
  return rest
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}
