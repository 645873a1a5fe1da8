import type { TimeZone } from './time-zone.ts'

/** An instant to the nanosecond. */
export interface Instant {
  /** Whole milliseconds since 1970. */
  readonly ms: number
  /** Beyond them, from 0 to 999,999. */
  readonly nanos: number
  /** The zone by name, such as `Europe/Berlin`, that the text has. */
  readonly region?: TimeZone
}

/** The fields of a date as they were read; what is missing is undefined. */
export interface DateFields {
  year?: number
  month?: number
  day?: number
  dayOfYear?: number
  hour?: number
  /** Of a clock of twelve hours, from 0. */
  halfHour?: number
  /** 0 before noon, 1 after. */
  half?: number
  minute?: number
  second?: number
  nanos?: number
  zone?: TimeZone
  /** The same, if it was not an offset. */
  region?: TimeZone
}

export interface Missing {
  readonly zone: TimeZone
  nowMs(): number
}

const DAY_MS = 86_400_000

/** Undefined where a field is out of its range. */
export function toInstant(fields: DateFields, missing: Missing): Instant | undefined {
  const hour = hourOf(fields)
  const { minute = 0, second = 0, nanos = 0 } = fields
  if (hour > 23 || minute > 59 || second > 59 || !isDate(fields) || !isInYear(fields)) return undefined
  const zone = fields.zone ?? missing.zone
  const timeMs = hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.trunc(nanos / 1e6)
  const day = fields.year === undefined ? dayNearestToNow(fields, missing.nowMs()) : dayOf(fields.year, fields)
  const local = day + timeMs
  const instant = { ms: local - zone.offsetOfLocal(local), nanos: nanos % 1e6 }
  return fields.region === undefined ? instant : { ...instant, region: fields.region }
}

function hourOf({ hour, halfHour, half }: DateFields): number {
  if (hour !== undefined || halfHour === undefined) return hour ?? 0
  return halfHour + 12 * (half ?? 0)
}

function isDate({ month = 1, day = 1, dayOfYear = 1 }: DateFields): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && dayOfYear >= 1 && dayOfYear <= 366
}

/** Whether the year, if there is one, has the day: the 29th of February, or the day 366. */
function isInYear({ year, month = 1, day = 1, dayOfYear = 1 }: DateFields): boolean {
  if (year === undefined || (day <= 28 && dayOfYear <= 365)) return true
  return day <= lastDay(year, month) && dayOfYear <= 337 + lastDay(year, 2)
}

function lastDay(year: number, month: number): number {
  return new Date(utcDay(year, month, 0)).getUTCDate()
}

/** In a text without a year, a day beyond the end of its month is the last one, as in Elasticsearch. */
function dayOf(year: number, { month = 1, day = 1, dayOfYear }: DateFields): number {
  if (dayOfYear !== undefined) return utcDay(year, 0, 1) + (dayOfYear - 1) * DAY_MS
  return utcDay(year, month - 1, day <= 28 ? day : Math.min(day, lastDay(year, month)))
}

/** `Date.UTC` takes years below 100 for those of the 20th century. */
export function utcDay(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month, day)
  const date = new Date(0)
  return date.setUTCFullYear(year, month, day)
}

/** Lines of December arrive in January: of the years around now, the one that is nearest counts. */
function dayNearestToNow(fields: DateFields, nowMs: number): number {
  const year = new Date(nowMs).getUTCFullYear()
  const days = [year, year - 1, year + 1].map(candidate => dayOf(candidate, fields))
  return days.reduce((nearest, day) => (Math.abs(day - nowMs) < Math.abs(nearest - nowMs) ? day : nearest))
}
