// Batches in our own wire form: run-format.ts has the bytes. A line is looked at only for its length.
import type { LineBatch, LineRun } from '../../flow/line-batch.ts'
import { ByteWriter } from './byte-writer.ts'
import { runHeaderOf } from './event-envelope.ts'
import {
  DOUBT_BYTES,
  MAX_RUN_HEADER_BYTES,
  PART_DOUBT,
  PART_FLAGS,
  PART_NANOS,
  PART_STEPS,
  PART_TIMES,
  PART_UTF16_BE,
  PART_UTF16_LE,
  RUN_START_BYTES,
} from './run-format.ts'

export interface RunEncodeOptions {
  /** `host.name` of the events. */
  readonly host: string
  /** Index of the first event to write: those before it are acked already. */
  readonly from?: number
  /** When an earlier try may have delivered them, in milliseconds since 1970; the batch's own is older and wins. */
  readonly doubtfulSinceMs?: number
  /** The most that the content of one frame has, or one record: a reader needs no more memory. Default: 1.25 MiB. */
  readonly maxContentBytes?: number
}

export interface EncodedRuns {
  /** What is to be compressed, one for each R frame. */
  readonly contents: readonly RunContent[]
  readonly count: number
}

/** The content of one frame, which is written when it is wanted: a window of many frames takes the memory of one. */
export interface RunContent {
  /** At least as many as it has. */
  readonly maxBytes: number
  /** Writes it into `memory` of at least `maxBytes`, and returns the part that it takes. */
  writeInto(memory: Buffer): Buffer
}

/** Records `from` to `to` (exclusive) of a run, in one frame. */
interface Piece {
  readonly run: LineRun
  readonly from: number
  readonly to: number
  /** Empty: as the piece before. */
  readonly header: Buffer
}

type Part = Pick<Piece, 'from' | 'to'>

interface Frame {
  readonly pieces: Piece[]
  /** At most; a varint may be shorter. */
  maxBytes: number
}

interface RunTimes {
  readonly timeMs: number
  readonly doubtfulSinceMs: number | undefined
}

/** A batch of the agent has at most 1 MiB of lines, or one line: it is one frame. */
const DEFAULT_CONTENT_BYTES = 1.25 * 1024 * 1024
/** A varint of 32 bits. */
const MAX_LENGTH_BYTES = 5
/** Of 53 bits. */
const MAX_NUMBER_BYTES = 8
/** Of a number below a million. */
const MAX_NANOS_BYTES = 3
const NO_HEADER = Buffer.alloc(0)
const TWO_TO_32 = 2 ** 32

/** Undefined where the header of a run is larger than readers take: such events travel as J frames. */
export function encodeRuns(batch: LineBatch, options: RunEncodeOptions): EncodedRuns | undefined {
  const { host, from = 0 } = options
  if (batch.runs.some(({ origin }) => runHeaderOf(origin, host).length > MAX_RUN_HEADER_BYTES)) return undefined
  const times = { timeMs: batch.timeMs, doubtfulSinceMs: batch.doubtfulSinceMs ?? options.doubtfulSinceMs }
  const contents = cutIntoFrames(batch, options).map(({ pieces, maxBytes }) => ({
    maxBytes,
    writeInto: (memory: Buffer) => writePieces(memory, pieces, times),
  }))
  return { contents, count: batch.lineCount - from }
}

function writePieces(memory: Buffer, pieces: readonly Piece[], times: RunTimes): Buffer {
  const out = new ByteWriter(memory)
  for (const piece of pieces) putPiece(out, piece, times)
  return memory.subarray(0, out.position)
}

function cutIntoFrames(batch: LineBatch, options: RunEncodeOptions): readonly Frame[] {
  const { host, maxContentBytes = DEFAULT_CONTENT_BYTES } = options
  const frames: Frame[] = []
  for (const { run, first } of runsFrom(batch, options.from ?? 0)) {
    const header = runHeaderOf(run.origin, host)
    for (let from = first; from < run.ends.length;)
      from = addPiece(frames, { run, from, to: run.ends.length, header }, maxContentBytes)
  }
  return frames
}

/** Adds as many of the records as fit to the last frame, or begins another one; returns the first record that is left. */
function addPiece(frames: Frame[], { run, from, header }: Piece, maxContentBytes: number): number {
  const frame = frames.at(-1) ?? beginFrame(frames)
  const ownHeader = frame.pieces.at(-1)?.run.origin === run.origin ? NO_HEADER : header
  const startBytes = RUN_START_BYTES + DOUBT_BYTES + ownHeader.length
  const fitting = countFitting(run, from, maxContentBytes - frame.maxBytes - startBytes)
  if (fitting === 0 && frame.pieces.length > 0) {
    beginFrame(frames)
    return from
  }
  const to = from + Math.max(1, fitting)
  frame.pieces.push({ run, from, to, header: ownHeader })
  frame.maxBytes += startBytes + boundRecordBytes(run, from, to)
  return to
}

function beginFrame(frames: Frame[]): Frame {
  const frame = { pieces: [], maxBytes: 0 }
  frames.push(frame)
  return frame
}

function* runsFrom(batch: LineBatch, from: number): Generator<{ readonly run: LineRun; readonly first: number }> {
  let skip = from
  for (const run of batch.runs) {
    const first = Math.min(skip, run.ends.length)
    skip -= first
    yield { run, first }
  }
}

/** How many records from `from` on have at most `room` bytes with their lengths and flags: found by halving. */
function countFitting(run: LineRun, from: number, room: number): number {
  let low = from
  let high = run.ends.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (boundRecordBytes(run, from, middle) <= room) low = middle
    else high = middle - 1
  }
  return low - from
}

function boundRecordBytes({ ends, flags, offsets, times, nanos }: LineRun, from: number, to: number): number {
  const perRecord =
    MAX_LENGTH_BYTES +
    (flags === undefined ? 0 : 1) +
    (offsets === undefined ? 0 : MAX_NUMBER_BYTES) +
    (times === undefined ? 0 : MAX_NUMBER_BYTES) +
    (nanos === undefined ? 0 : MAX_NANOS_BYTES)
  return (to - from) * perRecord + (ends[to - 1] ?? 0) - (ends[from - 1] ?? 0)
}

function putPiece(out: ByteWriter, { run, from, to, header }: Piece, times: RunTimes): void {
  const { bytes, ends, flags, offsets, nanos } = run
  const start = ends[from - 1] ?? 0
  const end = ends[to - 1] as number
  const part = { from, to }
  out.bytes[out.position++] = partsOf(run, times)
  out.putUInt32(header.length)
  out.putUInt32(to - from)
  const sizeAt = out.position
  out.position += 4
  out.putUInt32(end - start)
  putUInt64(out, offsets?.[from] ?? run.offset + start)
  const timeMs = earliest(run.times, part) ?? times.timeMs
  putUInt64(out, timeMs)
  if (times.doubtfulSinceMs !== undefined) putUInt64(out, times.doubtfulSinceMs)
  out.put(header)
  const before = out.position
  putLengths(out, ends, part)
  if (flags !== undefined) out.put(flags.subarray(from, to))
  if (offsets !== undefined) putNumbers(out, part, i => offsets[i]! - offsets[Math.max(i - 1, from)]!)
  if (run.times !== undefined) putNumbers(out, part, i => run.times![i]! - timeMs)
  if (nanos !== undefined) putNumbers(out, part, i => nanos[i]!)
  out.setUInt32(sizeAt, out.position - before)
  out.put(bytes.subarray(start, end))
}

function earliest(times: Float64Array | undefined, { from, to }: Part): number | undefined {
  if (times === undefined) return undefined
  let least = Infinity
  for (let i = from; i < to; i++) if (times[i]! < least) least = times[i]!
  return least
}

function partsOf({ flags, offsets, times, nanos, utf16 }: LineRun, { doubtfulSinceMs }: RunTimes): number {
  const order = utf16 === 'le' ? PART_UTF16_LE : PART_UTF16_BE
  return (
    (flags === undefined ? 0 : PART_FLAGS) |
    (offsets === undefined ? 0 : PART_STEPS) |
    (times === undefined ? 0 : PART_TIMES) |
    (nanos === undefined ? 0 : PART_NANOS) |
    (doubtfulSinceMs === undefined ? 0 : PART_DOUBT) |
    (utf16 === undefined ? 0 : order)
  )
}

function putLengths(out: ByteWriter, ends: Uint32Array, { from, to }: Part): void {
  const { bytes } = out
  let at = out.position
  let start = ends[from - 1] ?? 0
  for (let i = from; i < to; i++) {
    const end = ends[i] as number
    let left = end - start
    for (; left > 127; left >>>= 7) bytes[at++] = (left & 127) | 128
    bytes[at++] = left
    start = end
  }
  out.position = at
}

/** Greater numbers are divided, which takes several times as long as shifting. */
const MAX_INT = 2 ** 31 - 1

/** A varint for each record. */
function putNumbers(out: ByteWriter, { from, to }: Part, numberOf: (i: number) => number): void {
  const { bytes } = out
  let at = out.position
  for (let i = from; i < to; i++) {
    let left = numberOf(i)
    for (; left > MAX_INT; left = Math.floor(left / 128)) bytes[at++] = (left % 128) + 128
    for (left = left | 0; left > 127; left >>>= 7) bytes[at++] = (left & 127) | 128
    bytes[at++] = left
  }
  out.position = at
}

function putUInt64(out: ByteWriter, value: number): void {
  out.putUInt32(Math.floor(value / TWO_TO_32))
  out.putUInt32(value % TWO_TO_32)
}
