import type { LineBatch, LineRun } from '../../flow/line-batch.ts'
import { sliceRun } from '../../flow/slice-line-batch.ts'
import { ByteWriter } from './byte-writer.ts'
import { jsonMiddle, jsonEnvelopeOf, lineKey, pairEnvelopeOf } from './event-envelope.ts'
import { type Protocol, EVENT_HEADER_BYTES } from './frames.ts'
import { flagMember } from './line-flags.ts'
import { escapeLine, escapeRun, lineBytes } from './line-escaping.ts'

export interface EncodeOptions {
  readonly protocol: Protocol
  /** `host.name` of the events. */
  readonly host: string
  /** Index of the first event to write: those before it are acked already. */
  readonly from?: number
  /** When an earlier try may have delivered them, in milliseconds since 1970; the batch's own is older and wins. */
  readonly doubtfulSinceMs?: number
  /** Gives the memory to write into, at least `size` bytes. Default: a new buffer. */
  readonly allocate?: (size: number) => Buffer
}

export interface EncodedEvents {
  /** Bare frames, numbered from 1: all servers agree on the ack of such a window. */
  readonly frames: Buffer
  /** The buffer that `frames` is a part of; it can be used again once they are sent. */
  readonly memory: Buffer
  readonly count: number
}

/** Members and pairs around a line, for the first guess of the size. */
const OVERHEAD_BYTES = 300
/** Text is collected up to this length before it is written: one native call for many lines, little memory. */
const CHUNK_CHARACTERS = 16_384

/** Lines are escaped in pieces of this size: one native call for many lines, strings that die young. */
const PIECE_BYTES = 32 * 1024

/** The state of the loop over runs. */
interface Encoding {
  readonly out: ByteWriter
  readonly host: string
  /** Between an id and its line, in protocol 2. */
  readonly middle: string
  count: number
}

function allocateNew(size: number): Buffer {
  return Buffer.allocUnsafeSlow(size)
}

/** Writes the events of a batch as D or J frames, without an object a line. */
export function encodeEvents(batch: LineBatch, options: EncodeOptions): EncodedEvents {
  const { allocate = allocateNew } = options
  const size = Math.ceil(batch.byteCount * 1.1) + (batch.lineCount + 8) * OVERHEAD_BYTES
  const encoding: Encoding = {
    out: new ByteWriter(allocate(size)),
    host: options.host,
    middle: jsonMiddle(batch.timeMs, batch.doubtfulSinceMs ?? options.doubtfulSinceMs),
    count: 0,
  }
  const encodeRun = options.protocol === 1 ? encodePairs : encodeInPieces
  let skip = options.from ?? 0
  for (const run of batch.runs) {
    const first = Math.min(skip, run.ends.length)
    skip -= first
    encodeRun(encoding, run, first)
  }
  const { bytes: memory, position } = encoding.out
  return { frames: memory.subarray(0, position), memory, count: encoding.count }
}

function encodeInPieces(encoding: Encoding, run: LineRun, first: number): void {
  for (const piece of piecesOf(run, first)) encodeJson(encoding, piece)
}

/** The run from line `first` on, in pieces that are escaped at once. */
function* piecesOf(run: LineRun, first: number): Generator<LineRun> {
  const count = run.ends.length
  for (let from = first; from < count;) {
    const start = run.ends[from - 1] ?? 0
    let to = from + 1
    while (to < count && (run.ends[to] as number) - start <= PIECE_BYTES) to++
    yield sliceRun(run, from, to)
    from = to
  }
}

function encodeJson(encoding: Encoding, run: LineRun): void {
  const { out, middle, host } = encoding
  const { head, beforeOffset, tail } = jsonEnvelopeOf(run.origin, host)
  const escaped = escapeRun(run)
  const lengths = new Uint32Array(run.ends.length)
  const frames = out.position
  let text = ''
  for (let i = 0; i < run.ends.length; i++) {
    const offset = run.offset + (run.ends[i - 1] ?? 0)
    const before = text.length
    if (escaped === undefined) {
      const line = escapeLine(run, i)
      text += head + offset + middle + line.text + beforeOffset + offset + flagMember(line.flags) + tail
    } else {
      const line = escaped.text.slice(escaped.starts[i], escaped.ends[i])
      text += head + offset + middle + line + beforeOffset + offset + tail
    }
    lengths[i] = text.length - before
    if (text.length < CHUNK_CHARACTERS) continue
    out.putLatin1(text)
    text = ''
  }
  out.putLatin1(text)
  numberFrames(encoding, frames, lengths)
}

/** Fills in the sequence numbers and payload lengths of the frames that begin at `start`. */
function numberFrames(encoding: Encoding, start: number, lengths: Uint32Array): void {
  let at = start
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] as number
    encoding.out.setUInt32(at + 2, ++encoding.count)
    encoding.out.setUInt32(at + 6, length - EVENT_HEADER_BYTES)
    at += length
  }
}

function encodePairs(encoding: Encoding, run: LineRun, first: number): void {
  const { out, host } = encoding
  const { head, tail } = pairEnvelopeOf(run.origin, host)
  const overhead = head.length + tail.length + 64
  for (let i = first; i < run.ends.length; i++) {
    const start = run.ends[i - 1] ?? 0
    const line = lineBytes(run, i)
    const offset = String(run.offset + start)
    const frame = out.position
    out.reserve(overhead + line.length)
    out.put(head)
    out.setUInt32(frame + 2, ++encoding.count)
    out.putUInt32(offset.length)
    out.putLatin1(offset)
    out.put(lineKey)
    out.putUInt32(line.length)
    out.put(line)
    out.put(tail)
  }
}
