import type { LineRun } from '../../../flow/line-batch.ts'
import type { Cut } from '../line-splitter.ts'
import { offsetOf } from '../../../flow/slice-line-batch.ts'

/** The records of a run that no rule left out, with their own bytes and places. `left` is 0 for each of them. */
export function keepSent(run: LineRun, left: Uint32Array): LineRun {
  const kept: number[] = []
  for (let i = 0; i < left.length; i++) if (left[i] === 0) kept.push(i)
  const starts = kept.map(i => run.ends[i - 1] ?? 0)
  const parts = kept.map((i, at) => run.bytes.subarray(starts[at], run.ends[i]))
  let end = 0
  const { flags, times, nanos } = run
  return {
    ...run,
    offset: offsetOf(run, kept[0] ?? 0),
    bytes: Buffer.concat(parts),
    ends: Uint32Array.from(parts, ({ length }) => (end += length)),
    offsets: Float64Array.from(kept, i => offsetOf(run, i)),
    ...(flags && { flags: Uint8Array.from(kept, i => flags[i]!) }),
    ...(times && { times: Float64Array.from(kept, i => times[i]!) }),
    ...(nanos && { nanos: Uint32Array.from(kept, i => nanos[i]!) }),
  }
}

/** Bytes of the file in records that a rule left out. */
export function countLeftOut({ ends, length, records }: Cut): number {
  const { left, container } = records ?? {}
  if (container !== undefined) {
    const bytes = container.streams.reduce((sum, { lines, left: own }) => sum + countLeftBytes(lines.ends, own), 0)
    // Of a range with such records the bytes around their text count as sent, as far as there are any.
    return Math.min(bytes, length)
  }
  return countLeftBytes(ends, left)
}

function countLeftBytes(ends: Uint32Array, left: Uint32Array | undefined): number {
  let bytes = 0
  for (const [i, count] of left?.entries() ?? []) if (count > 0) bytes += ends[i]! - (ends[i - 1] ?? 0)
  return bytes
}

export function countRecordsLeftOut({ records }: Cut): number {
  const all = [records?.left, ...(records?.container?.streams.map(({ left }) => left) ?? [])]
  return all.reduce((sum, left) => sum + (left?.reduce((one, other) => one + other, 0) ?? 0), 0)
}
