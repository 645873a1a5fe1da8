import { LINE_CUT, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import { type Cut, cutLines } from '../read/line-splitter.ts'
import type { ContainerFormat } from './container-line.ts'
import { findRangeEnd } from './range-end.ts'
import type { MadeLines } from '../text/text-lines.ts'
import type { StreamState } from './container-records.ts'
import { type ReadStream, type ReadStreams, Streams } from './streams.ts'

export interface Unwrapping {
  readonly format: ContainerFormat
  /** The longest text of a record. */
  readonly maxLineBytes: number
  /** Position in the file of the first byte. */
  readonly offset: number
  readonly startsInsideLine: boolean
  readonly state: StreamState
  /**
   * The end of the bytes. `open`: more may come, and records that are open wait. `flush`: more may come, and records that
   * are open are cut. `cut`: nothing more comes, as an earlier unwrapping left it. `unterminated`: all is given up.
   */
  readonly tail: 'open' | 'flush' | 'cut' | 'unterminated'
  /** With `open` no more records than this, and bytes of the file, unless one place where none is open is behind them. */
  readonly maxLines: number
  readonly maxBytes: number
}

export interface Unwrapped {
  readonly streams: readonly Pick<ReadStream, 'key' | 'lines' | 'left'>[]
  /** Bytes of the file in these records: no record is open there, and all that began before are among these. */
  readonly length: number
  readonly state: StreamState
  readonly endsUnterminated: boolean
  /** Records that are open, which begin behind them. */
  readonly openCount: number
}

/** Beside the text of a line: time, stream, tags. */
const MAX_CRI_HEADER_BYTES = 128
/** Docker writes at most 16 KiB of text in a line, which as JSON may be six times that, and attributes. */
const MIN_DOCKER_BYTES = 256 * 1024
/** The longest line of a file; a longer one of Docker is damaged, and one of CRI is read as far as it goes. */
export function maxFileLineBytes(format: ContainerFormat, maxLineBytes: number): number {
  return format === 'cri' ? maxLineBytes + MAX_CRI_HEADER_BYTES : Math.max(maxLineBytes, MIN_DOCKER_BYTES)
}

/** All records, and what they were made of. */
export interface ReadLines extends ReadStreams {
  readonly cut: Cut
}

export function readStreams(bytes: Buffer, unwrapping: Unwrapping): ReadLines {
  const { format, startsInsideLine, tail } = unwrapping
  const maxLineBytes = maxFileLineBytes(format, unwrapping.maxLineBytes)
  const fileTail = tail === 'flush' ? 'open' : tail
  const cut = cutLines(bytes, { maxLineBytes, startsInsideLine, tail: fileTail, maxLines: Infinity })
  const streams = new Streams(unwrapping)
  streams.addLines(bytes, cut)
  if (tail !== 'open') streams.closeAll(tail === 'unterminated' ? tail : 'cut')
  return { cut, ...streams.finish() }
}

/** The records up to a place where none is open: all of them, or with `open` those within the limits. */
export function takeRange(
  { cut, streams, insides }: ReadLines,
  { tail, maxLines, maxBytes, state }: Unwrapping,
): Unwrapped {
  const all = cut.ends.length - 1
  const last = tail === 'open' ? findRangeEnd(streams, cut.ends, { maxLines, maxBytes }) : all
  const taken = streams.map(stream => ({ key: stream.key, ...takeRecords(stream, last) }))
  const inside = last < 0 ? state.inside : insides.get(last)
  const cutKeys = taken.filter(({ isCutBehind }) => isCutBehind).map(({ key }) => key)
  return {
    streams: taken.filter(({ lines }) => lines.ends.length > 0).map(({ key, lines, left }) => ({ key, lines, left })),
    length: cut.ends[last] ?? 0,
    state: { cut: cutKeys, ...(inside && { inside }) },
    endsUnterminated: last === all && (cut.endsUnterminated || tail === 'unterminated'),
    openCount: streams.filter(({ open }) => open !== undefined).length,
  }
}

interface TakenRecords {
  readonly lines: MadeLines
  readonly left: Uint32Array | undefined
  /** The first record behind them is the rest of one that was cut. */
  readonly isCutBehind: boolean
}

/** The records that end in the lines up to `last`. */
function takeRecords({ lines, lasts, left, startsContinued }: ReadStream, last: number): TakenRecords {
  let count = lasts.length
  while (count > 0 && lasts[count - 1]! > last) count--
  const isCutBehind =
    count === 0 ? startsContinued : ((lines.flags?.[count - 1] ?? 0) & (LINE_CUT | LINE_UNTERMINATED)) !== 0
  return { lines: sliceLines(lines, count), left: left?.subarray(0, count), isCutBehind }
}

function sliceLines(lines: MadeLines, count: number): MadeLines {
  const { offset, offsets, bytes, ends, flags, times, nanos } = lines
  if (count === ends.length) return lines
  return {
    offset,
    ...(offsets && { offsets: offsets.subarray(0, count) }),
    bytes: bytes.subarray(0, ends[count - 1] ?? 0),
    ends: ends.subarray(0, count),
    ...(times && { times: times.subarray(0, count) }),
    ...(nanos && { nanos: nanos.subarray(0, count) }),
    ...(flags && { flags: flags.subarray(0, count) }),
  }
}
