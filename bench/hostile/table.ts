import type { Siege } from './siege.ts'

/** What a collector under attack has to keep to, however it is attacked. */
export interface Goals {
  readonly ackMs: number
  readonly healthMs: number
  readonly lateMs: number
  readonly peakRssBytes: number
}

export const HEADER = [
  'attack',
  'arrived / written',
  'to the ack p50 / p99 / max ms',
  '/health p99 / max ms',
  'loop late p99 / max ms',
  'loop CPU p99 / max ms',
  'peak RSS MiB',
  'misses',
]

export function toRow(name: string, siege: Siege, goals: Goals): string[] {
  const { ackMs, healthMs, lateMs, cpuMs, peakRssBytes } = siege
  return [
    name,
    `${siege.arrived} / ${siege.written}`,
    show(ackMs, 50, 99, 100),
    show(healthMs, 99, 100),
    show(lateMs, 99, 100),
    show(cpuMs, 99, 100),
    (peakRssBytes / 1024 / 1024).toFixed(0),
    findMisses(siege, goals).join(', '),
  ]
}

export function findMisses({ ackMs, healthMs, lateMs, peakRssBytes }: Siege, goals: Goals): string[] {
  return [
    ...(percentile(ackMs, 99) < goals.ackMs ? [] : ['ack']),
    ...(percentile(healthMs, 100) < goals.healthMs ? [] : ['health']),
    ...(percentile(lateMs, 100) < goals.lateMs ? [] : ['loop']),
    ...(peakRssBytes < goals.peakRssBytes ? [] : ['memory']),
  ]
}

/** The smallest value that is not exceeded by `share` per cent of them; not a number where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)] ?? Number.NaN
}

export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function show(values: readonly number[], ...shares: number[]): string {
  return shares.map(share => percentile(values, share).toFixed(0)).join(' / ')
}
