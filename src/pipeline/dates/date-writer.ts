import { DateFault } from './date-fault.ts'
import { type DateNames, namesOf, type NameWidth } from './date-names.ts'
import { type Instant, utcDay } from './parsed-date.ts'
import { type PatternPart, readPattern } from './pattern-parts.ts'
import { offsetText, type TimeZone } from './time-zone.ts'

export type WriteDate = (instant: Instant, zone: TimeZone) => string

/** Compiles a format of Java for writing. */
export function compileDateWriter(pattern: string, locale: string): WriteDate {
  if (pattern === ISO_PATTERN) return writeIso
  const parts = readPattern(pattern)
  const names = namesOf(locale)
  const writers = parts.map(part => writerOf(part, names))
  return (instant, zone) => {
    const offsetMs = zone.offsetAt(instant.ms)
    const shown = { local: new Date(instant.ms + offsetMs), nanos: instant.nanos, offsetMs, zone }
    return writers.map(write => write(shown)).join('')
  }
}

/** What Elasticsearch writes if it is not told otherwise. */
const ISO_PATTERN = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"

function writeIso({ ms }: Instant, zone: TimeZone): string {
  const offsetMs = zone.offsetAt(ms)
  const local = new Date(ms + offsetMs)
  const text = local.toISOString()
  const year = yearOfEra(local)
  const isUsual = year < 10_000 && text.startsWith(String(year).padStart(4, '0'))
  const shown = isUsual ? text : `${writeNumber(year, 'y', 4)}${text.slice(text.indexOf('-', 1))}`
  return offsetMs === 0 ? shown : shown.slice(0, -1) + offsetText(offsetMs, ':')
}

/** Before the year 1 there is another 1. */
function yearOfEra(local: Date): number {
  const year = local.getUTCFullYear()
  return year > 0 ? year : 1 - year
}

interface Shown {
  /** The local time, as if it were UTC. */
  readonly local: Date
  readonly nanos: number
  readonly offsetMs: number
  readonly zone: TimeZone
}

type Write = (shown: Shown) => string

function writerOf(part: PatternPart, names: DateNames): Write {
  if (part.kind === 'text') return () => part.text
  if (part.kind === 'optional') {
    const writers = part.parts.map(inner => writerOf(inner, names))
    return shown => writers.map(write => write(shown)).join('')
  }
  const write = lettersWriter(part.letter, part.count, names)
  return part.pad > 0 ? shown => write(shown).padStart(part.pad, ' ') : write
}

function lettersWriter(letter: string, count: number, names: DateNames): Write {
  if (letter === 'M' || letter === 'L') return monthWriter(letter === 'L', count, names)
  if ('Eec'.includes(letter)) return weekdayWriter(letter !== 'E', count, names)
  if (letter === 'S') return ({ local, nanos }) => fractionOf(local, nanos).slice(0, count)
  if (letter === 'a') return ({ local }) => names.halves[local.getUTCHours() < 12 ? 0 : 1] ?? ''
  if ('XxZO'.includes(letter)) return ({ offsetMs }) => writeOffset(letter, count, offsetMs)
  if ('Vzv'.includes(letter)) return ({ zone }) => zone.id
  const read = Object.hasOwn(NUMBERS, letter) ? NUMBERS[letter] : undefined
  if (read === undefined) throw new DateFault(`the letters [${letter.repeat(count)}] of a format cannot be written`)
  return ({ local, nanos }) => writeNumber(read(local, nanos), letter, count)
}

const NUMBERS: Readonly<Record<string, (local: Date, nanos: number) => number>> = {
  y: yearOfEra,
  u: local => local.getUTCFullYear(),
  d: local => local.getUTCDate(),
  D: dayOfYear,
  H: local => local.getUTCHours(),
  k: local => local.getUTCHours() || 24,
  h: local => local.getUTCHours() % 12 || 12,
  K: local => local.getUTCHours() % 12,
  m: local => local.getUTCMinutes(),
  s: local => local.getUTCSeconds(),
  n: (local, nanos) => local.getUTCMilliseconds() * 1e6 + nanos,
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - utcDay(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
}

function writeNumber(value: number, letter: string, count: number): string {
  if (!'yu'.includes(letter)) return String(value).padStart(count, '0')
  if (count === 2) return String(Math.abs(value) % 100).padStart(2, '0')
  const digits = String(Math.abs(value)).padStart(count, '0')
  if (value < 0) return `-${digits}`
  return count >= 4 && digits.length > count ? `+${digits}` : digits
}

function fractionOf(local: Date, nanos: number): string {
  return String(local.getUTCMilliseconds()).padStart(3, '0') + String(nanos).padStart(6, '0')
}

function monthWriter(isAlone: boolean, count: number, names: DateNames): Write {
  if (count < 3) return ({ local }) => String(local.getUTCMonth() + 1).padStart(count, '0')
  return ({ local }) => names.months(widthOf(count), isAlone)[local.getUTCMonth()] ?? ''
}

/** From Monday, 0. */
function weekdayOf(local: Date): number {
  return (local.getUTCDay() + 6) % 7
}

function weekdayWriter(isAlone: boolean, count: number, names: DateNames): Write {
  if (isAlone && count < 3) return ({ local }) => String(weekdayOf(local) + 1).padStart(count, '0')
  return ({ local }) => names.weekdays(widthOf(Math.max(3, count)), isAlone)[weekdayOf(local)] ?? ''
}

function widthOf(count: number): NameWidth {
  if (count === 5) return 'narrow'
  return count === 4 ? 'long' : 'short'
}

function writeOffset(letter: string, count: number, offsetMs: number): string {
  const isZero = offsetMs === 0
  if (letter === 'O' || (letter === 'Z' && count === 4)) return isZero ? 'GMT' : `GMT${gmtOffset(offsetMs, count)}`
  if (isZero && (letter === 'X' || (letter === 'Z' && count === 5))) return 'Z'
  const text = offsetText(offsetMs, letter === 'Z' ? (count === 5 ? ':' : '') : count === 3 || count === 5 ? ':' : '')
  return letter !== 'Z' && count === 1 && text.endsWith('00') ? text.slice(0, -2) : text
}

/** `+1` and `+5:30` for one letter, `+01:00` for four. */
function gmtOffset(offsetMs: number, count: number): string {
  const text = offsetText(offsetMs, ':')
  return count === 4 ? text : text.replace(/:00$/u, '').replace(/^([+-])0/u, '$1')
}
