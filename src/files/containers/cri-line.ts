import type { ContainerLine, StreamName } from './container-line.ts'
import { LineTimeReader } from './line-time.ts'

// As the kubelet reads it: time SP stream SP tags SP text. The first tag, up to a colon, is P or F.

const SPACE = 0x20
const COLON = 0x3a
const PARTIAL = 0x50
const FULL = 0x46
const LETTER_E = 0x65
const LETTER_Z = 0x5a
const MIN_TIME_BYTES = 20
/** With nine digits and a Z. */
const USUAL_TIME_BYTES = 30
const MAX_TIME_BYTES = 35
const STREAM_BYTES = 6
const STDOUT = Buffer.from('stdout')
const STDERR = Buffer.from('stderr')

/** Reads what is before the text of a line. It has that of the last line, so that a line needs no object. */
export class CriHeader extends LineTimeReader {
  stream: StreamName = 'stdout'
  isPartial = false
  textStart = 0

  /** False for a line of another form. */
  readHeader(bytes: Buffer, start: number, end: number): boolean {
    const timeEnd = findTimeEnd(bytes, start)
    const tag = timeEnd + STREAM_BYTES + 2
    if (tag >= end || bytes[tag - 1] !== SPACE) return false
    const isErrors = bytes[timeEnd + 4] === LETTER_E
    if (!hasBytes(bytes, timeEnd + 1, isErrors ? STDERR : STDOUT)) return false
    this.stream = isErrors ? 'stderr' : 'stdout'
    this.isPartial = bytes[tag] === PARTIAL
    this.textStart = findTextStart(bytes, tag, end)
    return this.textStart >= 0 && this.read(bytes, start, timeEnd)
  }
}

const header = new CriHeader()

export function readCriLine(bytes: Buffer, start: number, end: number): ContainerLine | undefined {
  if (!header.readHeader(bytes, start, end)) return undefined
  const { stream, isPartial, textStart, timeMs, nanos } = header
  return { stream, time: { timeMs, nanos }, isPartial, source: bytes, start: textStart, end }
}

/** The text of a line can have spaces in the same places. */
function findTimeEnd(bytes: Buffer, start: number): number {
  const usual = start + USUAL_TIME_BYTES
  if (bytes[usual] === SPACE && bytes[usual - 1] === LETTER_Z) return usual
  let at = start + MIN_TIME_BYTES
  while (at < start + MAX_TIME_BYTES && bytes[at] !== SPACE) at++
  return at
}

function hasBytes(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < STREAM_BYTES; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

/** A line without text may end behind its tags: some tools cut white space off. Negative for other tags. */
function findTextStart(bytes: Buffer, tag: number, end: number): number {
  if (bytes[tag] !== PARTIAL && bytes[tag] !== FULL) return -1
  if (tag + 1 === end) return end
  if (bytes[tag + 1] === SPACE) return tag + 2
  if (bytes[tag + 1] !== COLON) return -1
  const space = bytes.indexOf(SPACE, tag)
  return space === -1 || space >= end ? end : space + 1
}
