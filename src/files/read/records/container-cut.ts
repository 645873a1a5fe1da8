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
  const lastOf = (i: number) => (starts[i + 1] ?? next) - 1
  const flags = Uint8Array.from(starts, (start, i) => (cut.flags?.[i] ?? 0) | ownFlags(lines, start, lastOf(i)))
  return {
    ...stream,
    lines: {
      offset: offsets?.[0] ?? lines.offset,
      offsets: Float64Array.from(starts, start => offsets?.[start] ?? 0),
      bytes: lines.bytes.subarray(0, cut.length),
      ends: cut.ends,
      ...(times && { times: Float64Array.from(starts, start => times[start]!) }),
      ...(nanos && { nanos: Uint32Array.from(starts, start => nanos[start]!) }),
      ...(flags.some(value => value !== 0) && { flags }),
    },
    firsts: starts.map(start => firsts[start]!),
    lasts: starts.map((_, i) => lasts[lastOf(i)]!),
    open: firsts[next] ?? stream.open,
    left: cut.records?.left,
  }
}

/** The first line of each record, and the first line that is in none. */
function findStarts({ ends }: MadeLines, cut: Cut): { readonly starts: number[]; readonly next: number } {
  const starts: number[] = []
  let next = 0
  for (const end of cut.ends) {
    starts.push(next)
    while (next < ends.length && ends[next]! <= end) next++
  }
  return { starts, next }
}

/** What joining does not know of. */
function ownFlags({ flags }: MadeLines, first: number, last: number): number {
  let own = 0
  for (let i = first; i <= last; i++) own |= flags?.[i] ?? 0
  return own & (LINE_INVALID | LINE_DAMAGED)
}

export function countDamaged({ streams }: ContainerRecords): number {
  const damaged = streams.find(({ key }) => key.stream === undefined)
  return damaged?.lines.ends.length ?? 0
}
