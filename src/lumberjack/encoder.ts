import { isUtf8 } from 'node:buffer'
import { type LineBatch, type LineRun, LINE_CUT, LINE_UNTERMINATED } from '../flow/lines.ts'
import { ByteWriter, digitsOf, roomForEscaped } from './byte-writer.ts'
import { type EventParts, jsonMiddle, pairMiddle, partsOf } from './event-parts.ts'
import { FLAG_INVALID_UTF8, flagMember, MAX_FLAG_MEMBER_BYTES } from './line-flags.ts'
import { type Protocol, EVENT_HEADER_BYTES } from './frames.ts'

export { encodeWindowFrame, wrapCompressed } from './frames.ts'

export interface EncodeOptions {
  readonly protocol: Protocol
  /** `host.name` of the events. */
  readonly host: string
  /** Index of the first event to write: what comes before it is acked already. */
  readonly from?: number
  /** When an earlier try may have delivered them, in milliseconds since 1970. Protocol 1 can't say it. */
  readonly doubtfulSinceMs?: number
}

export interface EncodedEvents {
  /** Bare frames, numbered from 1: all servers agree on the ack of such a window. */
  readonly frames: Buffer
  readonly count: number
}

/** Digits of the largest offset. */
const OFFSET_BYTES = 16
const LF = 0x0a
const CR = 0x0d

/** Where the loop over lines stands. */
interface Encoding {
  readonly out: ByteWriter
  readonly protocol: Protocol
  readonly middle: Buffer
  readonly host: string
  /** Lines still to leave out. */
  skip: number
  count: number
}

/** Writes the events of a batch as D or J frames. The hot path: about one pass over the bytes, no object a line. */
export function encodeEvents(batch: LineBatch, options: EncodeOptions): EncodedEvents {
  const { protocol, host, from = 0 } = options
  const doubtfulSinceMs = batch.doubtfulSinceMs ?? options.doubtfulSinceMs
  const encoding: Encoding = {
    out: new ByteWriter(estimateBytes(batch, options)),
    protocol,
    middle: protocol === 1 ? pairMiddle : jsonMiddle(batch.timeMs, doubtfulSinceMs),
    host,
    skip: from,
    count: 0,
  }
  for (const run of batch.runs) encodeRun(encoding, run)
  return { frames: encoding.out.bytes.subarray(0, encoding.out.position), count: encoding.count }
}

/** Room for the usual batch, where an escape is rare; `reserve` finds more when it is not enough. */
function estimateBytes(batch: LineBatch, { host, protocol }: EncodeOptions): number {
  let size = 4096 + Math.ceil(batch.byteCount * 1.1)
  for (const run of batch.runs) size += run.ends.length * overheadOf(partsOf(run.origin, host, protocol))
  return size
}

function overheadOf({ head, beforeOffset, tail }: EventParts): number {
  return head.length + beforeOffset.length + tail.length + 2 * OFFSET_BYTES + 96
}

function encodeRun(encoding: Encoding, run: LineRun): void {
  const parts = partsOf(run.origin, encoding.host, encoding.protocol)
  const first = Math.min(encoding.skip, run.ends.length)
  encoding.skip -= first
  if (encoding.protocol === 1) encodePairs(encoding, run, { parts, first })
  else encodeJson(encoding, run, { parts, first })
}

interface RunParts {
  readonly parts: EventParts
  readonly first: number
}

function encodePairs(encoding: Encoding, run: LineRun, { parts, first }: RunParts): void {
  const { out } = encoding
  const overhead = overheadOf(parts)
  for (let i = first; i < run.ends.length; i++) {
    const start = run.ends[i - 1] ?? 0
    const end = textEnd(run, i, start)
    const frame = out.position
    out.reserve(overhead + end - start)
    out.put(parts.head)
    out.setUInt32(frame + 2, ++encoding.count)
    out.putUInt32(digitsOf(run.offset + start))
    out.putDigits(run.offset + start)
    out.put(encoding.middle)
    out.putUInt32(end - start)
    out.put(run.bytes.subarray(start, end))
    out.put(parts.tail)
  }
}

function encodeJson(encoding: Encoding, run: LineRun, { parts, first }: RunParts): void {
  const { out, middle } = encoding
  const isValid = isUtf8(run.bytes)
  const overhead = overheadOf(parts) + middle.length + MAX_FLAG_MEMBER_BYTES
  for (let i = first; i < run.ends.length; i++) {
    const start = run.ends[i - 1] ?? 0
    const end = textEnd(run, i, start)
    const frame = out.position
    out.reserve(overhead)
    out.put(parts.head)
    out.putDigits(run.offset + start)
    out.put(middle)
    const flags =
      (run.flags?.[i] ?? 0) |
      (isValid ? putText(out, run.bytes, start, end) : putMended(out, run.bytes.subarray(start, end)))
    out.reserve(overhead)
    out.put(parts.beforeOffset)
    out.putDigits(run.offset + start)
    out.put(flagMember(flags))
    out.put(parts.tail)
    out.setUInt32(frame + 2, ++encoding.count)
    out.setUInt32(frame + 6, out.position - frame - EVENT_HEADER_BYTES)
  }
}

/** Returns the flags that the text adds: none. */
function putText(out: ByteWriter, text: Uint8Array, start: number, end: number): number {
  out.reserve(roomForEscaped(text, start, end))
  out.putEscaped(text, start, end)
  return 0
}

/** A line of a run in which something is no UTF-8: each wrong sequence becomes U+FFFD, as the WHATWG says. */
function putMended(out: ByteWriter, line: Buffer): number {
  if (isUtf8(line)) return putText(out, line, 0, line.length)
  const mended = Buffer.from(line.toString())
  return putText(out, mended, 0, mended.length) | FLAG_INVALID_UTF8
}

/** End of line `i` without its LF or CRLF. What was cut or given up unterminated has no terminator, only bytes. */
function textEnd(run: LineRun, i: number, start: number): number {
  const end = run.ends[i] as number
  if (((run.flags?.[i] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) !== 0) return end
  if (end === start || run.bytes[end - 1] !== LF) return end
  return end - 1 > start && run.bytes[end - 2] === CR ? end - 2 : end - 1
}
