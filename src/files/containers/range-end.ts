import type { StreamRecords } from './stream-text.ts'

export interface RangeLimits {
  readonly maxLines: number
  readonly maxBytes: number
}

type Extents = Pick<StreamRecords, 'firsts' | 'lasts' | 'open'>

/**
 * The last line behind which no record is open that began in it or before, and up to which the limits are kept; the first
 * such line where none keeps them; -1 where there is none. `ends`: where the lines end.
 */
export function findRangeEnd(
  streams: readonly Extents[],
  ends: Uint32Array,
  { maxLines, maxBytes }: RangeLimits,
): number {
  const opened = new Int32Array(ends.length + 1)
  const closed = new Int32Array(ends.length + 1)
  for (const { firsts, lasts, open } of streams) {
    for (let i = 0; i < firsts.length; i++) opened[firsts[i]!]!++
    for (let i = 0; i < lasts.length; i++) closed[lasts[i]!]!++
    if (open !== undefined) opened[open]!++
  }
  let [openCount, records, found] = [0, 0, -1]
  for (let i = 0; i < ends.length; i++) {
    openCount += opened[i]! - closed[i]!
    records += closed[i]!
    const isWithin = records <= maxLines && ends[i]! <= maxBytes
    if (openCount === 0 && (found === -1 || isWithin)) found = i
    if (found !== -1 && !isWithin) break
  }
  return found
}
