import { isUtf8 } from 'node:buffer'
import { isRecord } from '../../flow/is-record.ts'
import type { ContainerLine, StreamName } from './container-line.ts'
import { type LineTime, readLineTime } from './line-time.ts'

// Docker's json-file: {"log":"…\n","stream":"stdout","attrs":{…},"time":"…"}; the text of a partial line lacks the \n.

const OPENING = Buffer.from('{"log":"')
const QUOTE = 0x22
const BACKSLASH = 0x5c
const LETTER_N = 0x6e
/** Behind the text, as Docker writes it. */
const REST = /^","stream":"(stdout|stderr)"(?:,"attrs":(\{.*\}))?,"time":"([^"\\]{20,35})"\}\r?$/s
/** A line of another shape is parsed whole: what a parser makes of it takes a multiple of it. */
const MAX_PARSED_BYTES = 256 * 1024

export function readDockerLine(bytes: Buffer, start: number, end: number): ContainerLine | undefined {
  const quick = readUsual(bytes, start, end)
  return quick ?? readAny(bytes, start, end)
}

function readUsual(bytes: Buffer, start: number, end: number): ContainerLine | undefined {
  const textStart = start + OPENING.length
  if (end <= textStart || bytes.compare(OPENING, 0, OPENING.length, start, textStart) !== 0) return undefined
  const quote = findQuote(bytes, textStart, end)
  const rest = quote === -1 ? null : REST.exec(bytes.toString('latin1', quote, end))
  if (rest === null) return undefined
  const [, stream, attrs, timeText] = rest as unknown as [string, StreamName, string | undefined, string]
  const time = toTime(timeText)
  const attributes = attrs === undefined ? undefined : readAttributes(attrs)
  const text = time && attributes !== null ? readText(bytes, textStart, quote) : undefined
  return text && { stream, time: time!, ...text, ...(typeof attributes === 'string' && { attributes }) }
}

/** The first one that is not escaped; -1 where there is none. */
function findQuote(bytes: Buffer, start: number, end: number): number {
  let at = bytes.indexOf(QUOTE, start)
  while (at !== -1 && at < end && isEscaped(bytes, start, at)) at = bytes.indexOf(QUOTE, at + 1)
  return at < end ? at : -1
}

function isEscaped(bytes: Buffer, start: number, at: number): boolean {
  let before = at
  while (before > start && bytes[before - 1] === BACKSLASH) before--
  return (at - before) % 2 === 1
}

type Text = Pick<ContainerLine, 'isPartial' | 'source' | 'start' | 'end' | 'isInvalid'>

/** Text without escapes but that of its end is taken as it is. */
function readText(bytes: Buffer, start: number, end: number): Text | undefined {
  const isWhole = end - 2 >= start && bytes[end - 1] === LETTER_N && isEscaped(bytes, start, end - 1)
  const textEnd = isWhole ? end - 2 : end
  const backslash = bytes.indexOf(BACKSLASH, start)
  if (backslash === -1 || backslash >= textEnd) {
    if (hasControls(bytes, start, textEnd)) return undefined
    return { isPartial: !isWhole, source: bytes, start, end: textEnd }
  }
  try {
    return makeText(JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string, bytes.subarray(start, end))
  } catch {
    return undefined // such as an escape that JSON does not have
  }
}

/** JSON does not allow them in a string. */
function hasControls(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! < 0x20) return true
  return false
}

/** `raw`: the bytes of which it was made. */
function makeText(text: string, raw: Buffer): Text {
  const isWhole = text.endsWith('\n')
  const source = Buffer.from(isWhole ? text.slice(0, -1) : text)
  const isInvalid = !text.isWellFormed() || !isUtf8(raw)
  return { isPartial: !isWhole, source, start: 0, end: source.length, ...(isInvalid && { isInvalid }) }
}

function toTime(text: string): LineTime | undefined {
  const bytes = Buffer.from(text, 'latin1')
  return readLineTime(bytes, 0, bytes.length)
}

/** As JSON; undefined for none, null for something else than an object. `latin1`: a character for each byte. */
function readAttributes(latin1: string): string | undefined | null {
  if (latin1 === '{}') return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(latin1, 'latin1').toString())
    return isRecord(value) ? JSON.stringify(value) : null
  } catch {
    return null
  }
}

/** Members in another order, or with white space, as other programs write them. */
function readAny(bytes: Buffer, start: number, end: number): ContainerLine | undefined {
  if (end - start > MAX_PARSED_BYTES) return undefined
  const value = parseObject(bytes.toString('utf8', start, end))
  const { log, stream, time: timeText, attrs } = value ?? {}
  if (typeof log !== 'string' || typeof timeText !== 'string') return undefined
  const time = toTime(timeText)
  if (time === undefined || (stream !== 'stdout' && stream !== 'stderr')) return undefined
  const attributes = isRecord(attrs) && Object.keys(attrs).length > 0 ? JSON.stringify(attrs) : undefined
  return { stream, time, ...makeText(log, bytes.subarray(start, end)), ...(attributes && { attributes }) }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
