// The formats of Elasticsearch's `date` that are not patterns of letters.
import { parseDouble } from '../values/java-numbers.ts'
import { DateFault } from './date-fault.ts'
import { compileDatePattern, type ReadDate } from './date-reader.ts'
import { type DateFields, type Instant, type Missing, toInstant } from './parsed-date.ts'
import { findZone, UTC } from './time-zone.ts'

/** Names that stand for patterns; `||` separates alternatives. */
const NAMED: Readonly<Record<string, string>> = {
  date: 'yyyy-MM-dd',
  strict_date: 'yyyy-MM-dd',
  basic_date: 'yyyyMMdd',
  basic_date_time: "yyyyMMdd'T'HHmmss.SSSX",
  basic_date_time_no_millis: "yyyyMMdd'T'HHmmssX",
  date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  strict_date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  strict_date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  strict_date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  hour_minute_second: 'HH:mm:ss',
  year_month_day: 'yyyy-MM-dd',
  strict_year_month_day: 'yyyy-MM-dd',
  year_month: 'yyyy-MM',
  year: 'yyyy',
}

export function compileDateFormat(format: string, locale: string): ReadDate {
  const readers = format.split('||').map(one => compileOne(one, locale))
  const [first] = readers
  if (readers.length === 1 && first !== undefined) return first
  return (text, missing) => {
    for (const read of readers) {
      const found = read(text, missing)
      if (found !== undefined) return found
    }
    return undefined
  }
}

const FIXED: Readonly<Record<string, ReadDate>> = {
  ISO8601: readIso,
  iso8601: readIso,
  strict_date_optional_time: readIso,
  date_optional_time: readIso,
  strict_date_optional_time_nanos: readIso,
  UNIX: readSeconds,
  UNIX_MS: readMilliseconds,
  epoch_second: readSeconds,
  epoch_millis: readMilliseconds,
  TAI64N: readTai,
}

function compileOne(format: string, locale: string): ReadDate {
  const fixed = Object.hasOwn(FIXED, format) ? FIXED[format] : undefined
  if (fixed !== undefined) return fixed
  const pattern = Object.hasOwn(NAMED, format) ? (NAMED[format] as string) : format
  if (pattern === '') throw new DateFault('No date pattern provided')
  try {
    return compileDatePattern(pattern, locale)
  } catch (error) {
    if (!(error instanceof DateFault)) throw error
    throw new DateFault(error.message + hintFor(format))
  }
}

const FORMAT_NAMES = ['ISO8601', 'UNIX', 'UNIX_MS', 'TAI64N']

/** For those who come from Joda, strftime, or write a name in small letters. */
function hintFor(format: string): string {
  const name = FORMAT_NAMES.find(known => known === format.toUpperCase())
  if (name !== undefined) return `: did you mean "${name}"?`
  if (/%[A-Za-z]/u.test(format)) return ': formats are those of Java, such as "dd/MMM/yyyy:HH:mm:ss Z"'
  return format.includes('Y') ? ': a year is "yyyy"' : ''
}

const ISO =
  /^(\d{4}|[+-]\d{4,9})(?:-(\d\d)(?:-(\d\d)(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/u

function readIso(text: string, missing: Missing): Instant | undefined {
  const [, year, month, day, hour, minute, second, fraction, zone] = ISO.exec(text) ?? []
  if (year === undefined || isBeyondMonth(year, month, day)) return undefined
  const fields: DateFields = { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) }
  fields.hour = Number(hour ?? 0)
  fields.minute = Number(minute ?? 0)
  fields.second = Number(second ?? 0)
  if (fraction !== undefined) fields.nanos = Number(fraction.padEnd(9, '0'))
  if (zone !== undefined) fields.zone = zone === 'Z' ? UTC : findZone(zone)
  return toInstant(fields, missing)
}

/** Unlike a pattern, this format has no thirtieth of February. */
function isBeyondMonth(year: string, month: string | undefined, day: string | undefined): boolean {
  if (month === undefined || day === undefined || Number(day) < 29) return false
  return Number(day) > new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate()
}

/** Seconds since 1970 in any notation of a number, to the millisecond. */
function readSeconds(text: string): Instant | undefined {
  const seconds = parseDouble(text)
  return seconds === undefined ? undefined : instantOf(Math.trunc(seconds * 1000))
}

function readMilliseconds(text: string): Instant | undefined {
  return /^[+-]?\d{1,18}$/u.test(text) ? instantOf(Number(text)) : undefined
}

/** 4 and 15 hexadecimal digits of seconds, ten of which are leap seconds, and 8 of nanoseconds. */
function readTai(text: string): Instant | undefined {
  const [, seconds, nanos] = /^@?4([0-9a-fA-F]{15})([0-9a-fA-F]{8})/u.exec(text) ?? []
  if (seconds === undefined || nanos === undefined) return undefined
  return instantOf(Number(`0x${seconds}`) * 1000 - 10_000 + Math.trunc(Number(`0x${nanos}`) / 1e6))
}

/** What a date of JavaScript can be, which is more than Elasticsearch stores. */
const MAX_MS = 8_640_000_000_000_000

function instantOf(ms: number): Instant | undefined {
  return Math.abs(ms) <= MAX_MS ? { ms, nanos: 0 } : undefined
}
