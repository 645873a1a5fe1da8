import type { ContainerLine, StreamName } from './container-line.ts'
import { readLineTime } from './line-time.ts'

// As the kubelet reads it: time SP stream SP tags SP text. The first tag, up to a colon, is P or F.

const SPACE = 0x20
const COLON = 0x3a
const PARTIAL = 0x50
const FULL = 0x46
const MAX_TIME_BYTES = 35
/** With nine digits and a Z: a search takes longer than a look. No shorter text has a space here and is a time. */
const USUAL_TIME_BYTES = 30
const STREAM_BYTES = 6
const STREAMS: readonly (readonly [StreamName, Buffer])[] = [
  ['stdout', Buffer.from('stdout')],
  ['stderr', Buffer.from('stderr')],
]

export function readCriLine(bytes: Buffer, start: number, end: number): ContainerLine | undefined {
  const timeEnd = bytes[start + USUAL_TIME_BYTES] === SPACE ? start + USUAL_TIME_BYTES : bytes.indexOf(SPACE, start)
  if (timeEnd === -1 || timeEnd > start + MAX_TIME_BYTES) return undefined
  const tag = timeEnd + STREAM_BYTES + 2
  if (tag >= end || bytes[tag - 1] !== SPACE) return undefined
  const stream = readStream(bytes, timeEnd + 1)
  const textStart = findTextStart(bytes, tag, end)
  if (stream === undefined || textStart === undefined) return undefined
  const time = readLineTime(bytes, start, timeEnd)
  return time && { stream, time, isPartial: bytes[tag] === PARTIAL, source: bytes, start: textStart, end }
}

function readStream(bytes: Buffer, at: number): StreamName | undefined {
  const isErrors = bytes[at + 3] === 0x65
  const [name, text] = STREAMS[isErrors ? 1 : 0]!
  for (let i = 0; i < STREAM_BYTES; i++) if (bytes[at + i] !== text[i]) return undefined
  return name
}

/** A line without text may end behind its tags: some tools cut white space off. */
function findTextStart(bytes: Buffer, tag: number, end: number): number | undefined {
  if (bytes[tag] !== PARTIAL && bytes[tag] !== FULL) return undefined
  if (tag + 1 === end) return end
  if (bytes[tag + 1] === SPACE) return tag + 2
  if (bytes[tag + 1] !== COLON) return undefined
  const space = bytes.indexOf(SPACE, tag)
  return space === -1 || space >= end ? end : space + 1
}
