import { MINUTE_MS } from '../flow/time-units.ts'

/** ISO 8601 as Elasticsearch reads it: a date, or a date and time with an optional zone; without one it is UTC. */
const ISO_TIME =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:T(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?<zone>Z|(?<sign>[+-])(?<zoneHour>\d\d):?(?<zoneMinute>\d\d))?)?$/
/** Elasticsearch reads milliseconds since 1970 as whole numbers without an exponent, here at most what a Date holds. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,15})(?:\.0{1,6})?$/
const MAX_TIME_MS = 8_640_000_000_000_000
const MAX_ZONE_MINUTES = 18 * 60

let lastText: string | undefined
let lastMs = 0

/**
 * `@timestamp` in milliseconds since 1970; undefined for a value that is not a time, or that Elasticsearch refuses: a
 * day or an hour that does not exist, a leap second, a zone beyond 18 hours. `written`: the value as JSON, which counts
 * for numbers. Most events of a batch have the same time, so the last answer is kept.
 */
export function readTime(value: unknown, written = ''): number | undefined {
  if (typeof value === 'number') return WHOLE_NUMBER.test(written) && Math.abs(value) <= MAX_TIME_MS ? value : undefined
  if (typeof value !== 'string') return undefined
  if (value === lastText) return lastMs
  const parts = ISO_TIME.exec(value)?.groups
  const timeMs = parts === undefined ? undefined : toMilliseconds(parts)
  if (timeMs === undefined) return undefined
  lastText = value
  lastMs = timeMs
  return timeMs
}

type Parts = Readonly<Record<string, string | undefined>>

function toMilliseconds(parts: Parts): number | undefined {
  const { hour = '00', minute = '00', second = '00', fraction = '' } = parts
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`
  const text = `${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const timeMs = Date.parse(text)
  const zone = zoneMinutes(parts)
  // A day, an hour or a second that does not exist is not a time, or becomes another one.
  if (Number.isNaN(timeMs) || zone === undefined || new Date(timeMs).toISOString() !== text) return undefined
  return timeMs - zone * MINUTE_MS
}

function zoneMinutes({ sign, zoneHour, zoneMinute }: Parts): number | undefined {
  if (sign === undefined) return 0
  const minutes = Number(zoneHour) * 60 + Number(zoneMinute)
  if (Number(zoneMinute) > 59 || minutes > MAX_ZONE_MINUTES) return undefined
  return sign === '-' ? -minutes : minutes
}
