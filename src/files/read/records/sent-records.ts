import type { LineRun } from '../../../flow/line-batch.ts'
import { copyBytes } from '../../own-bytes.ts'

/** The records of a run that no rule left out, with their own bytes and places. `left` is 0 for each of them. */
export function keepSent(run: LineRun, left: Uint32Array): LineRun {
  const memory = Buffer.allocUnsafeSlow(run.bytes.length)
  const ends: number[] = []
  const offsets: number[] = []
  let at = 0
  let stretch = 0
  for (let i = 0; i < left.length; i++) {
    const start = run.ends[i - 1] ?? 0
    const end = run.ends[i]!
    if (left[i] === 0) {
      offsets.push(run.offset + start)
      ends.push(at + end - stretch)
      continue
    }
    // Records that follow each other are copied at once.
    at += run.bytes.copy(memory, at, stretch, start)
    stretch = end
  }
  at += run.bytes.copy(memory, at, stretch)
  const { flags } = run
  return {
    ...run,
    offset: offsets[0] ?? run.offset,
    // Few bytes do not hold the memory of a whole read.
    bytes: at < memory.length / 2 ? copyBytes(memory.subarray(0, at)) : memory.subarray(0, at),
    ends: Uint32Array.from(ends),
    offsets: Float64Array.from(offsets),
    ...(flags && { flags: flags.filter((_, i) => left[i] === 0) }),
  }
}
