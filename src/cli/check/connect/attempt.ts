import type { X509Certificate } from 'node:crypto'
import { describeNames, describeSigner } from '../../../tls/describe-certificate.ts'
import { DAY_MS } from '../../../flow/time-units.ts'

/** One connection that was tried, and its result. */
export interface Attempt {
  /** `logs1.example.com:5044`, `https://es1:9200`, … */
  readonly target: string
  /** `warning`: the role would work, but an operator should look. */
  readonly outcome: 'ok' | 'warning' | 'error'
  /** For `ok` what was found, otherwise a sentence with its remedy. */
  readonly text: string
}

export const STEP_LIMIT_MS = 5000

const SOON_DAYS = 30

export function formatAttempt({ target, text, outcome }: Attempt): string {
  return `${target} … ${outcome === 'ok' ? 'ok: ' : ''}${text}`
}

export function describeShown(certificate: X509Certificate): string {
  const names = describeNames(certificate)
  return `certificate ${names}, ${describeSigner(certificate)}, until ${day(certificate.validToDate)}${describeEnd(certificate)}`
}

function describeEnd({ validFromDate, validToDate }: X509Certificate): string {
  const leftMs = validToDate.getTime() - Date.now()
  const soonMs = Math.min(SOON_DAYS * DAY_MS, (validToDate.getTime() - validFromDate.getTime()) / 3)
  return leftMs > soonMs ? '' : ` (in ${Math.floor(leftMs / DAY_MS)} days)`
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** At most `width` at a time; the results are in the order of the items. */
export async function tryAll<Item>(
  items: readonly Item[],
  attempt: (item: Item) => Promise<readonly Attempt[]>,
  width = 16,
): Promise<Attempt[]> {
  const results: (readonly Attempt[])[] = []
  const queue = items.entries()
  const work = async () => {
    for (const [index, item] of queue) results[index] = await attempt(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work))
  return results.flat()
}
