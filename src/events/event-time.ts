/** ISO 8601 as stores read it: a date, or a date and time with an optional zone; without one it is UTC. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/
/** The last instant that a Date holds. */
const MAX_TIME_MS = 8_640_000_000_000_000

let lastText = ''
let lastMs = 0

/**
 * `@timestamp` in milliseconds since 1970; undefined for a value that is not a time. Numbers are milliseconds since
 * 1970. Most events of a batch have the same time, so the last answer is kept.
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && Math.abs(value) <= MAX_TIME_MS ? value : undefined
  if (typeof value !== 'string') return undefined
  if (value === lastText) return lastMs
  const match = ISO_TIME.exec(value)
  if (match === null) return undefined
  const hasZone = match[1] !== undefined || value.length === 10
  const timeMs = Date.parse(`${value.replace(',', '.')}${hasZone ? '' : 'Z'}`)
  if (Number.isNaN(timeMs)) return undefined
  lastText = value
  lastMs = timeMs
  return timeMs
}
