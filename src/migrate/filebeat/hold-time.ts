import { formatDuration } from '../../config/values/duration.ts'
import { SECOND_MS } from '../../flow/time-units.ts'
import { left, taken, type Note } from '../contract.ts'
import type { NewGroup } from './input.ts'

/** Filebeat closes files after a time also because deleted ones keep their space: that part of it is `holdTime`. */
export function toHoldTime(groups: readonly NewGroup[]): {
  readonly holdTime?: string
  readonly notes: readonly Note[]
} {
  const limits = groups.flatMap(({ closeAfter }) => closeAfter ?? [])
  if (limits.length < groups.length) {
    const why = 'holdTime would also limit the other inputs; deleted files are kept open until they are read'
    return { notes: limits.map(({ subject }) => left(subject, why)) }
  }
  // The longest: a line that waits is better than a line lost.
  const holdTime = formatDuration(Math.max(SECOND_MS, ...limits.map(({ milliseconds }) => milliseconds)))
  const what = `holdTime: "${holdTime}", for deleted files of all inputs; others are read to their ends`
  return { holdTime, notes: limits.map(({ subject }) => taken(subject, what)) }
}
