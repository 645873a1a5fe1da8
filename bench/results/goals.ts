import type { Spread } from '../report.ts'
import { findFigure, findRatio, type Part } from './part.ts'
import { BASE, formatNumber, formatSpread } from './tables.ts'

interface Goal {
  readonly text: string
  readonly part: string
  readonly sender: string
  readonly figure: string
  /** The value is the ratio to this sender. */
  readonly to?: string
  readonly limit: { readonly atMost: number } | { readonly atLeast: number }
}

const ACCESS = 'throughput-access-200'
const cpu = { part: ACCESS, figure: 'cpuSecondsPerGb' }
const events = { part: ACCESS, figure: 'eventsPerSecond' }
const own = { sender: 'forwarder' }
const installed = { sender: 'forwarder-executable' }
const any = { sender: 'forwarder-lumberjack' }

const OLD = 'logstash-forwarder'

const GOALS: readonly Goal[] = [
  { text: 'own form: CPU, × Filebeat tuned', ...cpu, ...own, to: BASE, limit: { atMost: 1 / 11 } },
  { text: 'own form: events/s, × Filebeat tuned', ...events, ...own, to: BASE, limit: { atLeast: 9 } },
  { text: 'own form: MB on the wire per GB', part: ACCESS, figure: 'wireMbPerGb', ...own, limit: { atMost: 124 } },
  { text: 'any receiver: CPU, × Filebeat tuned', ...cpu, ...any, to: BASE, limit: { atMost: 1 / 6.5 } },
  { text: 'any receiver: events/s, × Filebeat tuned', ...events, ...any, to: BASE, limit: { atLeast: 5.5 } },
  { text: `any receiver: events/s, × ${OLD}`, ...events, ...any, to: OLD, limit: { atLeast: 3 } },
  { text: 'own form: peak RSS MB', part: ACCESS, figure: 'peakRssMb', ...own, limit: { atMost: 110 } },
  { text: 'any receiver: peak RSS MB', part: ACCESS, figure: 'peakRssMb', ...any, limit: { atMost: 110 } },
  { text: 'idle: anonymous memory MiB', part: 'idle', figure: 'anonymousMib', ...installed, limit: { atMost: 32 } },
  { text: '10,000 idle files: % of a core', part: 'files-10000', figure: 'idlePercent', ...own, limit: { atMost: 1 } },
]

/** As Markdown: each goal, its value, and whether the median reaches it. */
export function formatGoals(parts: readonly Part[]): string {
  const rows = GOALS.map(goal => {
    const value = findValue(goal, parts)
    return [goal.text, formatLimit(goal), formatValue(value), judge(goal, value)]
  })
  const header = ['goal', 'limit', 'median (lowest–highest)', '']
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function findValue({ part: key, sender, figure, to }: Goal, parts: readonly Part[]): Spread | undefined {
  const part = parts.find(other => other.key === key)
  if (part === undefined) return undefined
  return to === undefined ? findFigure(part, sender, figure) : findRatio(part, figure, { of: sender, to })
}

function formatLimit({ limit }: Goal): string {
  return 'atMost' in limit ? `≤ ${formatAny(limit.atMost)}` : `≥ ${formatAny(limit.atLeast)}`
}

function formatValue(value: Spread | undefined): string {
  return value === undefined ? '' : formatSpread(value, formatAny)
}

function formatAny(value: number): string {
  return formatNumber(value, value < 1 ? 3 : 1)
}

function judge({ limit }: Goal, value: Spread | undefined): string {
  if (value === undefined) return 'not measured'
  const isReached = 'atMost' in limit ? value.middle <= limit.atMost : value.middle >= limit.atLeast
  return isReached ? 'reached' : '**missed**'
}
