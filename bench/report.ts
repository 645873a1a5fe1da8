import type { Run, Workload } from './measure.ts'

/** Medians over the rounds of one sender. */
export interface Summary {
  readonly sender: string
  readonly eventsPerSecond: number
  readonly flowEventsPerSecond: number
  readonly cpuSeconds: number
  readonly cpuSecondsPerGb: number
  readonly peakRssMb: number
  readonly receiverCpuSeconds: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function summarize(runs: readonly Run[], work: Pick<Workload, 'lines' | 'bytes'>): Summary[] {
  return [...Map.groupBy(runs, ({ sender }) => sender)].map(([sender, list]) => {
    const middle = (pick: (run: Run) => number) => median(list.map(pick))
    const cpuSeconds = middle(({ agent }) => agent.cpuSeconds)
    return {
      sender,
      eventsPerSecond: middle(({ seconds }) => work.lines / seconds),
      flowEventsPerSecond: middle(({ flowSeconds }) => work.lines / flowSeconds),
      cpuSeconds,
      cpuSecondsPerGb: cpuSeconds / (work.bytes / 1e9),
      peakRssMb: middle(({ agent }) => agent.peakRssBytes / 1e6),
      receiverCpuSeconds: middle(({ receiver }) => receiver.cpuSeconds),
    }
  })
}

export interface Ratio {
  readonly of: string
  readonly to: string
  readonly eventsPerSecond: number
  readonly cpuSeconds: number
  readonly peakRss: number
}

/** Compares the first sender with each other one: the median of the ratios within each round, where conditions were the same. */
export function compare(runs: readonly Run[]): Ratio[] {
  const [first, ...others] = [...Map.groupBy(runs, ({ sender }) => sender)]
  if (first === undefined) return []
  const [of, ours] = first
  return others.map(([to, theirs]) => {
    const rounds = theirs.flatMap((their, round) => (ours[round] ? [{ our: ours[round], their }] : []))
    const middle = (pick: (run: Run) => number) => median(rounds.map(({ our, their }) => pick(our) / pick(their)))
    return {
      of,
      to,
      eventsPerSecond: 1 / middle(({ seconds }) => seconds),
      cpuSeconds: middle(({ agent }) => agent.cpuSeconds),
      peakRss: middle(({ agent }) => agent.peakRssBytes),
    }
  })
}

const columns = ['events/s', 'flowing', 'CPU s', 'CPU s/GB', 'peak RSS MB', 'receiver CPU s']

export function formatSummaries(summaries: readonly Summary[]): string {
  const rows = summaries.map(summary => [
    summary.sender,
    count(summary.eventsPerSecond),
    count(summary.flowEventsPerSecond),
    summary.cpuSeconds.toFixed(2),
    summary.cpuSecondsPerGb.toFixed(1),
    summary.peakRssMb.toFixed(0),
    summary.receiverCpuSeconds.toFixed(2),
  ])
  return formatTable([['', ...columns], ...rows])
}

export function formatRatios(ratios: readonly Ratio[]): string {
  const rows = ratios.map(({ of, to, eventsPerSecond, cpuSeconds, peakRss }) => [
    `${of} / ${to}`,
    ...[eventsPerSecond, cpuSeconds, peakRss].map(ratio => `${ratio.toFixed(2)} ×`),
  ])
  return formatTable([['', 'events/s', 'CPU s', 'peak RSS'], ...rows])
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0
    return column === 0 ? cell.padEnd(width) : cell.padStart(width)
  }
  return rows.map(row => `  ${row.map(pad).join('   ')}`).join('\n')
}
