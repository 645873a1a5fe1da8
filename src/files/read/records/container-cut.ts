import { LINE_DAMAGED, LINE_INVALID } from '../../../flow/line-batch.ts'
import type { ContainerRecords } from '../../containers/container-records.ts'
import type { ReadStream } from '../../containers/streams.ts'
import { type ReadLines, readStreams, takeRange, type Unwrapping } from '../../containers/unwrap.ts'
import type { MadeLines } from '../../text/text-lines.ts'
import type { Cut } from '../line-splitter.ts'
import { joinRecords } from './join-records.ts'
import { LINE_BY_LINE } from './joiner.ts'
import { makeLineTexts } from './line-texts.ts'
import type { RecordRules } from './record-rules.ts'

/** Joins the lines of each stream by the rules, if there are any, and takes what is complete. */
export function cutContainerLines(bytes: Buffer, unwrapping: Unwrapping, rules: RecordRules): Cut {
  const read = readStreams(bytes, unwrapping)
  return toCut(rules.isPlain ? read : joinStreams(read, rules, unwrapping.tail !== 'open'), unwrapping, !rules.isPlain)
}

/** `notes`: how the lines of each stream were joined, if they were. */
export function cutContainerAgain(bytes: Buffer, unwrapping: Unwrapping, notes: readonly Cut[] | undefined): Cut {
  const read = readStreams(bytes, unwrapping)
  if (notes === undefined) return toCut(read, unwrapping, false)
  const taken = read.streams.filter(({ lines }) => lines.ends.length > 0)
  const streams = taken.map((stream, i) => (notes[i] === undefined ? stream : groupLines(stream, notes[i])))
  return toCut({ ...read, streams }, unwrapping, true)
}

function toCut(read: ReadLines, unwrapping: Unwrapping, isJoined: boolean): Cut {
  const { streams, length, state: stateBehind, endsUnterminated } = takeRange(read, unwrapping)
  const container = { format: unwrapping.format, state: unwrapping.state, stateBehind, streams }
  const ends = length === 0 ? new Uint32Array() : Uint32Array.of(length)
  return { ends, flags: undefined, length, endsUnterminated, records: { container, isJoined } }
}

function joinStreams(read: ReadLines, rules: RecordRules, isFlushed: boolean): ReadLines {
  return { ...read, streams: read.streams.map(stream => joinStream(stream, rules, isFlushed)) }
}

/** Lines that are not of the format are records of their own. */
function joinStream(stream: ReadStream, rules: RecordRules, isFlushed: boolean): ReadStream {
  const { bytes, ends, flags } = stream.lines
  const lines = { ends, flags, length: bytes.length, endsUnterminated: false }
  const cut = joinRecords(lines, {
    rules: stream.key.stream === undefined ? { ...rules, joiner: LINE_BY_LINE, maxLines: 1 } : rules,
    textOf: makeLineTexts(bytes, { utf16: undefined }),
    maxRecords: Infinity,
    isFlushed: isFlushed || stream.key.stream === undefined,
    isLeavingOut: false,
  })
  return groupLines(stream, cut)
}

/** The records of a stream, whose ends are those of some of its lines. */
function groupLines(stream: ReadStream, cut: Cut): ReadStream {
  const { lines, firsts, lasts } = stream
  const { starts, next } = findStarts(lines, cut)
  const { offsets, times, nanos } = lines
  const count = cut.ends.length
  const begins = starts.subarray(0, count)
  const flags = groupFlags(lines, cut, starts)
  return {
    ...stream,
    lines: {
      offset: offsets?.[0] ?? lines.offset,
      ...(offsets && { offsets: pick(offsets, begins, new Float64Array(count)) }),
      bytes: lines.bytes.subarray(0, cut.length),
      ends: cut.ends,
      ...(times && { times: pick(times, begins, new Float64Array(count)) }),
      ...(nanos && { nanos: pick(nanos, begins, new Uint32Array(count)) }),
      ...(flags && { flags }),
    },
    firsts: pick(firsts, begins, new Uint32Array(count)),
    lasts: pickLasts(lasts, starts, new Uint32Array(count)),
    open: firsts[next] ?? stream.open,
    left: cut.records?.left,
  }
}

/** The first line of each record, and behind them the first line that is in none. */
function findStarts({ ends }: MadeLines, cut: Cut): { readonly starts: Uint32Array; readonly next: number } {
  const starts = new Uint32Array(cut.ends.length + 1)
  let next = 0
  for (let i = 0; i < cut.ends.length; i++) {
    starts[i] = next
    const end = cut.ends[i]!
    while (next < ends.length && ends[next]! <= end) next++
  }
  starts[cut.ends.length] = next
  return { starts, next }
}

function pick<Numbers extends Uint32Array | Float64Array>(from: Numbers, places: Uint32Array, to: Numbers): Numbers {
  for (let i = 0; i < places.length; i++) to[i] = from[places[i]!]!
  return to
}

function pickLasts(lasts: Uint32Array, starts: Uint32Array, to: Uint32Array): Uint32Array {
  for (let i = 0; i < to.length; i++) to[i] = lasts[starts[i + 1]! - 1]!
  return to
}

/** Those of joining, and the flags of lines of which it does not know. Undefined where there are none. */
function groupFlags(lines: MadeLines, cut: Cut, starts: Uint32Array): Uint8Array | undefined {
  if (lines.flags === undefined) return cut.flags
  const flags = Uint8Array.from(cut.ends, (_, i) => (cut.flags?.[i] ?? 0) | ownFlags(lines, starts[i]!, starts[i + 1]!))
  return flags.some(value => value !== 0) ? flags : undefined
}

/** `end` is behind the last line. */
function ownFlags({ flags }: MadeLines, first: number, end: number): number {
  let own = 0
  for (let i = first; i < end; i++) own |= flags?.[i] ?? 0
  return own & (LINE_INVALID | LINE_DAMAGED)
}

export function countDamaged({ streams }: ContainerRecords): number {
  const damaged = streams.find(({ key }) => key.stream === undefined)
  return damaged?.lines.ends.length ?? 0
}
