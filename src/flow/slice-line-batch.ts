import type { LineBatch, LineRun } from './line-batch.ts'

/** Events `from` to `to` (exclusive) as a batch of their own, over the same bytes: same ids, time and flags. */
export function sliceBatch(batch: LineBatch, from: number, to: number): LineBatch {
  if (from === 0 && to === batch.lineCount) return batch
  const runs: LineRun[] = []
  let first = 0
  for (const run of batch.runs) {
    const start = Math.max(0, from - first)
    const end = Math.min(run.ends.length, to - first)
    if (start < end) runs.push(sliceRun(run, start, end))
    first += run.ends.length
  }
  const byteCount = runs.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return { ...batch, runs, lineCount: to - from, byteCount }
}

/** Lines `from` to `to` (exclusive) as a run of their own, over the same bytes. */
export function sliceRun(run: LineRun, from: number, to: number): LineRun {
  const { bytes, ends, flags, offsets, times, nanos } = run
  const start = ends[from - 1] ?? 0
  const part = {
    ...run,
    offset: offsetOf(run, from),
    bytes: bytes.subarray(start, ends[to - 1]),
    ends: ends.slice(from, to).map(end => end - start),
  }
  return {
    ...part,
    ...(flags && { flags: flags.subarray(from, to) }),
    ...(offsets && { offsets: offsets.subarray(from, to) }),
    ...(times && { times: times.subarray(from, to) }),
    ...(nanos && { nanos: nanos.subarray(from, to) }),
  }
}

/** Position of line `i` in its file. */
export function offsetOf({ offset, offsets, ends }: Pick<LineRun, 'offset' | 'offsets' | 'ends'>, i: number): number {
  return offsets?.[i] ?? offset + (ends[i - 1] ?? 0)
}
