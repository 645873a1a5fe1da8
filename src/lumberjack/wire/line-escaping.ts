// Lines as the inside of JSON strings. JSON.stringify is native and several times as fast as a loop over bytes, and
// fastest once a run: text with a character a byte goes in, and the same with escapes comes out.
import { isUtf8 } from 'node:buffer'
import { LINE_CUT, LINE_INVALID, LINE_UNTERMINATED, type LineRun } from '../../flow/line-batch.ts'
import { decodeUtf16Line } from './utf16-line.ts'

const LF = 0x0a
const CR = 0x0d
const BACKSLASH = 0x5c
/** JSON takes at most six times as much. */
export const ESCAPED_AT_ONCE_BYTES = 64 * 1024

/** The bytes of a run, wherever they are from. */
export type RunBytes = Pick<LineRun, 'bytes' | 'ends' | 'flags' | 'utf16'>

/** A whole run, escaped: line `i` without its terminator is `text.slice(starts[i], ends[i])`, a byte a character. */
export interface EscapedRun {
  readonly text: string
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

/** Undefined where the run must be taken line by line: UTF-16, wrong UTF-8, flags, or line feeds inside lines. */
export function escapeRun(run: RunBytes): EscapedRun | undefined {
  if (run.flags !== undefined || run.utf16 !== undefined || !isUtf8(run.bytes)) return undefined
  const text = JSON.stringify(run.bytes.toString('latin1'))
  const count = run.ends.length
  const starts = new Uint32Array(count)
  const ends = new Uint32Array(count)
  let at = 1
  for (let i = 0; i < count; i++) {
    const feed = findLineFeed(text, at)
    if (feed === -1) return undefined
    starts[i] = at
    ends[i] = hasCarriageReturn(run, i) ? feed - 2 : feed
    at = feed + 2
  }
  return at === text.length - 1 ? { text, starts, ends } : undefined
}

/** Position of the next `\n` escape that is not the end of an escaped backslash and an n. */
function findLineFeed(text: string, from: number): number {
  let at = text.indexOf('\\n', from)
  while (at !== -1 && !isEscape(text, at)) at = text.indexOf('\\n', at + 1)
  return at
}

function isEscape(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before--
  return (at - before) % 2 === 1
}

function hasCarriageReturn(run: RunBytes, i: number): boolean {
  const end = run.ends[i] as number
  return end - 2 >= (run.ends[i - 1] ?? 0) && run.bytes[end - 2] === CR
}

/** Line `i` alone, escaped, one byte per character; wrong UTF-8 becomes U+FFFD, sequence by sequence as in the WHATWG standard. */
export function escapeLine(run: RunBytes, i: number): { readonly text: string; readonly flags: number } {
  const { bytes, flags } = decodeLine(run, i)
  return { text: escape(bytes), flags }
}

/** Line `i` alone, as UTF-8 that is not escaped yet. */
export function decodeLine(run: RunBytes, i: number): { readonly bytes: Buffer; readonly flags: number } {
  const flags = run.flags?.[i] ?? 0
  if (run.utf16 !== undefined) {
    const { bytes, isValid } = decodeUtf16Line(run, run.utf16, i)
    return { bytes, flags: isValid ? flags : flags | LINE_INVALID }
  }
  const line = run.bytes.subarray(run.ends[i - 1] ?? 0, textEnd(run, i))
  if (isUtf8(line)) return { bytes: line, flags }
  return { bytes: Buffer.from(line.toString()), flags: flags | LINE_INVALID }
}

/** Bytes, escaped, one byte per character, in parts: a text of megabytes is never in memory as a whole. */
export function* escapeInParts(bytes: Buffer): Generator<string, void> {
  for (let at = 0; at < bytes.length; at += ESCAPED_AT_ONCE_BYTES)
    yield escape(bytes.subarray(at, at + ESCAPED_AT_ONCE_BYTES))
}

/** Line `i` without its terminator, as the bytes of protocol 1. */
export function lineBytes(run: RunBytes, i: number): Buffer {
  if (run.utf16 !== undefined) return decodeUtf16Line(run, run.utf16, i).bytes
  return run.bytes.subarray(run.ends[i - 1] ?? 0, textEnd(run, i))
}

/** End of line `i` without its LF or CRLF. A line that was cut, or given up unterminated, has no terminator, only bytes. */
function textEnd(run: RunBytes, i: number): number {
  const start = run.ends[i - 1] ?? 0
  const end = run.ends[i] as number
  if (((run.flags?.[i] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) !== 0) return end
  if (end === start || run.bytes[end - 1] !== LF) return end
  return hasCarriageReturn(run, i) ? end - 2 : end - 1
}

function escape(line: Buffer): string {
  return JSON.stringify(line.toString('latin1')).slice(1, -1)
}
