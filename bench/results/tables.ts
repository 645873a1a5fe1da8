import type { Spread } from '../report.ts'
import { findFigure, findRatio, type Part, type PartSender } from './part.ts'

/** The sender to which all are compared. */
export const BASE = 'filebeat-tuned'

/** One table of parts of the same measure, as Markdown. */
export function formatTable(parts: readonly Part[]): string {
  const [first] = parts
  if (first === undefined) return ''
  const figures = first.columns.flatMap(({ header, hasRatio }) => (hasRatio ? [header, '× tuned'] : [header]))
  const header = ['', 'sender', ...figures]
  const rows = parts.flatMap(part => [...formatSenders(part), ...formatMissing(part, header.length)])
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function formatSenders(part: Part): string[][] {
  return part.senders.map((sender, i) => {
    const cells = part.columns.flatMap(({ figure, digits, hasRatio }) => {
      const value = formatMedian(findFigure(part, sender.name, figure), digits)
      if (!hasRatio) return [value]
      const ratio = sender.name === BASE ? undefined : findRatio(part, figure, { of: sender.name, to: BASE })
      return [value, formatRatio(ratio)]
    })
    return [i === 0 ? part.title : '', describeSender(sender), ...cells]
  })
}

function formatMissing({ missing }: Part, columns: number): string[][] {
  return missing.map(({ name, reason }) => ['', name, `not measured: ${reason}`, ...Array(columns - 3).fill('')])
}

function describeSender({ name, hasAcks }: PartSender): string {
  return hasAcks ? name : `${name} (no acks)`
}

function formatMedian(spread: Spread | undefined, digits: number): string {
  return spread === undefined ? '' : formatNumber(spread.middle, digits)
}

export function formatRatio(spread: Spread | undefined): string {
  return spread === undefined ? '' : formatSpread(spread, formatFactor)
}

/** The median, and the lowest and the highest of several. */
export function formatSpread({ low, middle, high }: Spread, format: (value: number) => string): string {
  return low === high ? format(middle) : `${format(middle)} (${format(low)}–${format(high)})`
}

/** Three digits, which is more than a busy machine gives. */
function formatFactor(value: number): string {
  return formatNumber(value, value < 1 ? 3 : value < 10 ? 2 : 1)
}

export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
