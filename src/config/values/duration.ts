import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../flow/time-units.ts'

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
}
const WHOLE = /^\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d))+$/u
const PART = /(?<amount>\d+\.?\d*|\.\d+)(?<unit>ns|us|µs|μs|ms|s|m|h|d)/gu

/**
 * Parses Go's notation, which logstash-forwarder used: `1h30m`, `500ms`, `1.5s`, `0`; also days, `7d`. Returns
 * milliseconds.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!WHOLE.test(text)) return undefined
  let milliseconds = 0
  for (const { groups } of text.matchAll(PART)) {
    milliseconds += Number(groups?.['amount']) * (UNITS_MS[groups?.['unit'] ?? ''] ?? Number.NaN)
  }
  return Math.round(milliseconds)
}

/** Writes the shortest usual form: `1h30m`, `15s`, `250ms`. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNITS_MS[unit] ?? 1
    const amount = Math.floor(rest / size)
    if (amount > 0) text += `${amount}${unit}`
    rest -= amount * size
  }
  return text === '' ? '0s' : text
}
