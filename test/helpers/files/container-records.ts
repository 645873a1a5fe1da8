// Records of container runtimes, as they are made in one reading or in many.
import { LINE_DAMAGED, LINE_INVALID } from '../../../src/flow/line-batch.ts'
import { NO_STATE, type StreamState } from '../../../src/files/containers/container-records.ts'
import { readStreams, takeRange, type Unwrapped, type Unwrapping } from '../../../src/files/containers/unwrap.ts'
import { lineBytes } from '../../../src/lumberjack/wire/line-escaping.ts'
import { criLine, dockerLine, type ExpectedRecord, type Format, type WrittenLine } from './container-lines.ts'

export const usual: Unwrapping = {
  format: 'cri',
  maxLineBytes: 1000,
  offset: 0,
  startsInsideLine: false,
  state: NO_STATE,
  tail: 'open',
  maxLines: 1000,
  maxBytes: 1_000_000,
}
export interface Seen extends ExpectedRecord {
  readonly flags: number
}

export function seenIn({ streams }: Unwrapped): Seen[] {
  const all = streams.flatMap(({ key, lines }) =>
    Array.from(lines.ends, (_, i) => ({
      offset: lines.offsets![i]!,
      stream: key.stream,
      text: lineBytes(lines, i).toString('latin1'),
      timeMs: lines.times?.[i],
      nanos: lines.nanos?.[i] ?? 0,
      isDamaged: ((lines.flags?.[i] ?? 0) & LINE_DAMAGED) !== 0,
      flags: (lines.flags?.[i] ?? 0) & ~(LINE_DAMAGED | LINE_INVALID),
    })),
  )
  return all.toSorted((one, other) => one.offset - other.offset)
}

/** A range that was made and is made again. */
export interface Range {
  readonly bytes: Buffer
  readonly how: Unwrapping
  readonly seen: readonly Seen[]
}

export interface Reads {
  readonly steps: readonly number[]
  readonly maxLines: number
  readonly maxBytes: number
  readonly maxLineBytes: number
  /** Every so many reads, what is open is cut: 0, never. */
  readonly flushEvery: number
}

/** All records of the bytes up to a place where none is open. */
export function unwrapLines(bytes: Buffer, unwrapping: Unwrapping): Unwrapped {
  return takeRange(readStreams(bytes, unwrapping), unwrapping)
}

/** As the agent reads: from where the last range ended, with more bytes each time. */
export function unwrapInReads(file: Buffer, format: Format, reads: Reads): Range[] {
  const ranges: Range[] = []
  let [start, length, state, isInside]: [number, number, StreamState, boolean] = [0, 0, NO_STATE, false]
  for (let i = 0; start < file.length && length < file.length * 2 + 1000; i++) {
    length += reads.steps[i % reads.steps.length]!
    const bytes = file.subarray(start, start + length)
    const tail = reads.flushEvery > 0 && i % reads.flushEvery === 0 ? 'flush' : 'open'
    const how: Unwrapping = { ...usual, ...reads, format, offset: start, startsInsideLine: isInside, state, tail }
    const made = unwrapLines(bytes, how)
    if (made.length === 0) continue
    const range = bytes.subarray(0, made.length)
    ranges.push({ bytes: range, how, seen: seenIn(made) })
    state = made.state
    isInside = range.at(-1) !== 10
    start += made.length
    length = 0
  }
  return ranges
}

/** The bytes of a file; a text is a line that is not of the format. */
export function write(parts: readonly (WrittenLine | string)[], format: Format): Buffer {
  const writeLine = format === 'cri' ? criLine : dockerLine
  return Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(`${part}\n`) : writeLine(part))))
}
