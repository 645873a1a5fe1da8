import { LINE_FLAGS, type Utf16Order } from '../../flow/line-batch.ts'
import { ProtocolError } from './protocol-error.ts'
import {
  DOCUMENT_OVERHEAD_BYTES,
  DOUBT_BYTES,
  MAX_NANOS,
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
import { VarintReader } from './varints.ts'

/** Consecutive records of one file, as they came. The buffers are parts of the content. */
export interface RecordRun {
  /** A JSON object, which was not looked at here. */
  readonly header: Buffer
  /** It is the header of the run before. */
  readonly isSameHeader: boolean
  readonly count: number
  /** Record `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`, its terminator included. */
  readonly bytes: Buffer
  readonly ends: Uint32Array
  /** LINE_* bits; absent where no record has any. */
  readonly flags: Uint8Array | undefined
  /** Positions of the records in their file. */
  readonly offsets: Float64Array
  /** Of the records, in milliseconds since 1970. */
  readonly timeMs: number
  /** Where they have not all the same time. */
  readonly times: Float64Array | undefined
  /** Nanoseconds behind those milliseconds; absent where no record has any. */
  readonly nanos: Uint32Array | undefined
  readonly doubtfulSinceMs: number | undefined
  readonly utf16: Utf16Order | undefined
}

export interface RunsToMeasure {
  readonly content: Buffer
  /** What the documents may have in all: see docs/protocol.md. */
  readonly inflatedBytes: number
  /** The events of the frame after which it is not looked at any more. */
  readonly maxEvents: number
  /** Throws ProtocolError for a header that is not as it should be. */
  readonly checkHeader: (header: Buffer) => void
}

export interface RunsSize {
  /** More than `maxEvents` only means more. */
  readonly events: number
  /** What the documents have in all, before anything in them is escaped. */
  readonly documentBytes: number
}

/** Where the parts of a run are in the content. */
interface RunPlaces {
  readonly parts: number
  readonly count: number
  readonly offset: number
  readonly timeMs: number
  readonly doubtfulSinceMs: number | undefined
  readonly headerAt: number
  /** Of this run; 0 where it has the header of the one before. */
  readonly headerBytes: number
  readonly numbersAt: number
  readonly recordsAt: number
  readonly end: number
}

const KNOWN_PARTS = PART_FLAGS | PART_STEPS | PART_TIMES | PART_DOUBT | PART_UTF16_LE | PART_UTF16_BE | PART_NANOS
const BOTH_ORDERS = PART_UTF16_LE | PART_UTF16_BE
/** What a Date holds. */
const MAX_TIME_MS = 8_640_000_000_000_000

/** Checks all runs by arithmetic, and makes nothing of them. Throws ProtocolError for runs that break the protocol or a limit. */
export function measureRuns({ content, inflatedBytes, maxEvents, checkHeader }: RunsToMeasure): RunsSize {
  let events = 0
  let documentBytes = 0
  let headerBytes = 0
  let at = 0
  do {
    const places = findPlaces(content, at)
    if (places.headerBytes > 0) headerBytes = places.headerBytes
    else if (headerBytes === 0) throw bad(at, 'the first one has no header')
    events += places.count
    if (events > maxEvents) break
    documentBytes += places.count * (headerBytes + DOCUMENT_OVERHEAD_BYTES) + places.end - places.recordsAt
    if (documentBytes > inflatedBytes) throw makeDocumentsError(content.length, inflatedBytes)
    if (places.headerBytes > 0) checkHeader(headerOf(content, places))
    checkNumbers(content, places)
    at = places.end
  } while (at < content.length)
  return { events, documentBytes }
}

/** The runs of a content that was measured. */
export function* readRuns(content: Buffer): Generator<RecordRun, void> {
  let header = content.subarray(0, 0)
  for (let at = 0; at < content.length;) {
    const places = findPlaces(content, at)
    const isSameHeader = places.headerBytes === 0
    if (!isSameHeader) header = headerOf(content, places)
    yield { ...readNumbers(content, places), header, isSameHeader }
    at = places.end
  }
}

function findPlaces(content: Buffer, at: number): RunPlaces {
  if (at + RUN_START_BYTES > content.length) throw bad(at, 'it is cut short')
  const parts = content[at] as number
  const hasDoubt = (parts & PART_DOUBT) !== 0
  const headerAt = at + RUN_START_BYTES + (hasDoubt ? DOUBT_BYTES : 0)
  const headerBytes = content.readUInt32BE(at + 1)
  const numbersAt = headerAt + headerBytes
  const recordsAt = numbersAt + content.readUInt32BE(at + 9)
  const end = recordsAt + content.readUInt32BE(at + 13)
  if ((parts & ~KNOWN_PARTS) !== 0 || (parts & BOTH_ORDERS) === BOTH_ORDERS) throw bad(at, `it has the parts ${parts}`)
  if (headerBytes > MAX_RUN_HEADER_BYTES)
    throw bad(at, `its header has ${headerBytes} bytes: at most ${MAX_RUN_HEADER_BYTES} are allowed`)
  if (end > content.length) throw bad(at, 'it is cut short')
  const count = content.readUInt32BE(at + 5)
  if (count === 0) throw bad(at, 'it has no records')
  return {
    parts,
    count,
    offset: readUInt64(content, at + 17, Number.MAX_SAFE_INTEGER),
    timeMs: readUInt64(content, at + 25, MAX_TIME_MS),
    doubtfulSinceMs: hasDoubt ? readUInt64(content, at + RUN_START_BYTES, MAX_TIME_MS) : undefined,
    headerAt,
    headerBytes,
    numbersAt,
    recordsAt,
    end,
  }
}

function headerOf(content: Buffer, { headerAt, numbersAt }: RunPlaces): Buffer {
  return content.subarray(headerAt, numbersAt)
}

/** All numbers are there, and nothing else, and they fit the records and the limits of times and positions. */
function checkNumbers(content: Buffer, places: RunPlaces): void {
  const { parts, count, numbersAt, recordsAt, end, offset, timeMs } = places
  const numbers = new VarintReader(content, numbersAt, recordsAt)
  let bytes = 0
  for (let i = 0; i < count; i++) bytes += numbers.next()
  if (bytes !== end - recordsAt) throw bad(numbersAt, `its records have ${end - recordsAt} bytes, its lengths ${bytes}`)
  let at = numbers.position
  if ((parts & PART_FLAGS) !== 0) at = checkFlags(content, places, at)
  const rest = new VarintReader(content, at, recordsAt)
  let position = offset
  if ((parts & PART_STEPS) !== 0) for (let i = 0; i < count; i++) position = safe(position + rest.next(), at)
  safe(position + bytes, at)
  if ((parts & PART_TIMES) !== 0 && timeMs + findLargest(rest, count) > MAX_TIME_MS)
    throw bad(at, 'a time of it is too large')
  if ((parts & PART_NANOS) !== 0 && findLargest(rest, count) > MAX_NANOS)
    throw bad(at, 'it has more nanoseconds than a millisecond has')
  if (rest.position !== recordsAt) throw bad(at, `it has ${recordsAt - rest.position} bytes more than its numbers take`)
}

function findLargest(numbers: VarintReader, count: number): number {
  let largest = 0
  for (let i = 0; i < count; i++) largest = Math.max(largest, numbers.next())
  return largest
}

function checkFlags(content: Buffer, { count, recordsAt }: RunPlaces, at: number): number {
  if (at + count > recordsAt) throw bad(at, 'its flags are cut short')
  for (let i = at; i < at + count; i++)
    if ((content[i] as number) > LINE_FLAGS) throw bad(at, `a record has the flags ${content[i]}`)
  return at + count
}

function safe(position: number, at: number): number {
  if (position > Number.MAX_SAFE_INTEGER) throw bad(at, 'a position of it is too large')
  return position
}

function readNumbers(content: Buffer, places: RunPlaces): Omit<RecordRun, 'header' | 'isSameHeader'> {
  const { parts, count, numbersAt, recordsAt, end, timeMs, doubtfulSinceMs } = places
  const lengths = new VarintReader(content, numbersAt, recordsAt)
  const ends = new Uint32Array(count)
  let position = 0
  for (let i = 0; i < count; i++) ends[i] = position += lengths.next()
  const flagsAt = lengths.position
  const hasFlags = (parts & PART_FLAGS) !== 0
  const rest = new VarintReader(content, hasFlags ? flagsAt + count : flagsAt, recordsAt)
  const offsets = readOffsets(places, ends, rest)
  const times = (parts & PART_TIMES) === 0 ? undefined : new Float64Array(count)
  if (times !== undefined) for (let i = 0; i < count; i++) times[i] = timeMs + rest.next()
  const nanos = (parts & PART_NANOS) === 0 ? undefined : new Uint32Array(count)
  if (nanos !== undefined) for (let i = 0; i < count; i++) nanos[i] = rest.next()
  return {
    count,
    bytes: content.subarray(recordsAt, end),
    ends,
    flags: hasFlags ? content.subarray(flagsAt, flagsAt + count) : undefined,
    offsets,
    timeMs,
    times,
    nanos,
    doubtfulSinceMs,
    utf16: orderOf(parts),
  }
}

function readOffsets({ parts, offset }: RunPlaces, ends: Uint32Array, steps: VarintReader): Float64Array {
  const offsets = new Float64Array(ends.length)
  const hasSteps = (parts & PART_STEPS) !== 0
  let position = offset
  for (let i = 0; i < ends.length; i++) offsets[i] = hasSteps ? (position += steps.next()) : offset + (ends[i - 1] ?? 0)
  return offsets
}

function orderOf(parts: number): Utf16Order | undefined {
  if ((parts & PART_UTF16_LE) !== 0) return 'le'
  return (parts & PART_UTF16_BE) === 0 ? undefined : 'be'
}

function readUInt64(content: Buffer, at: number, max: number): number {
  const value = content.readUInt32BE(at) * 2 ** 32 + content.readUInt32BE(at + 4)
  if (value > max) throw bad(at, `a number of ${value} is too large`)
  return value
}

function makeDocumentsError(contentBytes: number, limitBytes: number): ProtocolError {
  return new ProtocolError(
    'inflated_too_large',
    `runs of ${contentBytes} bytes become documents of more than ${limitBytes} bytes: make the client send less at a time, or raise \`inflatedBytes\` in \`limits\``,
  )
}

/** `at`: a position in the content. */
function bad(at: number, reason: string): ProtocolError {
  return new ProtocolError('bad_runs', `a run of records at byte ${at} of its frame is not as it should be: ${reason}`)
}
