import type { LineRun } from '../../../flow/line-batch.ts'

/** The records of a run that no rule left out, with their own bytes and places. `left` is 0 for each of them. */
export function keepSent(run: LineRun, left: Uint32Array): LineRun {
  const kept: number[] = []
  for (let i = 0; i < left.length; i++) if (left[i] === 0) kept.push(i)
  const starts = kept.map(i => run.ends[i - 1] ?? 0)
  const parts = kept.map((i, at) => run.bytes.subarray(starts[at], run.ends[i]))
  let end = 0
  const { flags } = run
  return {
    ...run,
    offset: run.offset + (starts[0] ?? 0),
    bytes: Buffer.concat(parts),
    ends: Uint32Array.from(parts, ({ length }) => (end += length)),
    offsets: Float64Array.from(starts, start => run.offset + start),
    ...(flags && { flags: Uint8Array.from(kept, i => flags[i]!) }),
  }
}
