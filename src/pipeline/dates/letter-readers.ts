// How each kind of letters of a format is read.
import { DateFault } from './date-fault.ts'
import type { DateNames, NameWidth } from './date-names.ts'
import type { DateFields } from './parsed-date.ts'
import { findZone, fixedZone, type TimeZone } from './time-zone.ts'
import { zoneOfShortName } from './zone-names.ts'

/** The expression of the text, and what the text means. */
export interface LetterReader {
  readonly expression: string
  note(fields: DateFields, text: string): void
}

type MakeReader = (count: number, names: DateNames) => LetterReader

export function readerOf(letter: string, count: number, names: DateNames): LetterReader {
  const make = Object.hasOwn(READERS, letter) ? READERS[letter] : undefined
  if (make === undefined) throw new DateFault(`the letters [${letter.repeat(count)}] of a format cannot be read`)
  return make(count, names)
}

type NumberField = 'year' | 'month' | 'day' | 'dayOfYear' | 'hour' | 'halfHour' | 'minute' | 'second' | 'nanos'

function number(field: NumberField, adjust: (value: number) => number = value => value): MakeReader {
  return count => ({
    expression: count === 1 ? String.raw`\d{1,19}` : String.raw`\d{${count}}`,
    note: (fields, text) => {
      fields[field] = adjust(Number(text))
    },
  })
}

/** `yyyy` has four digits, or a sign and more. `yy` is in the century from 2000 on. */
function year(count: number): LetterReader {
  if (count === 2) return number('year', value => 2000 + value)(2, NO_NAMES)
  const expression = count === 1 ? String.raw`[-+]?\d{1,9}` : String.raw`(?:-?\d{${count}}|\+\d{${count + 1},9})`
  return { ...number('year')(count, NO_NAMES), expression }
}

const NO_NAMES: DateNames = { months: () => [], weekdays: () => [], halves: [] }

function month(isAlone: boolean): MakeReader {
  return (count, names) => {
    if (count < 3) return number('month')(count, names)
    return oneOf(names.months(widthOf(count), isAlone), (fields, index) => {
      fields.month = index + 1
    })
  }
}

function widthOf(count: number): NameWidth {
  if (count === 5) return 'narrow'
  return count === 4 ? 'long' : 'short'
}

/** The longest name first: `Mai` before `Ma`. */
function oneOf(names: readonly string[], note: (fields: DateFields, index: number) => void): LetterReader {
  const longestFirst = names.toSorted((a, b) => b.length - a.length)
  return {
    expression: `(?:${longestFirst.map(escape).join('|')})`,
    note: (fields, text) => note(fields, names.indexOf(text)),
  }
}

export function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)
}

/** The day of the week adds nothing, and is not checked, as in Elasticsearch. */
function weekday(isAlone: boolean): MakeReader {
  return (count, names) => {
    const isNumber = count < 3 && isAlone
    if (isNumber) return { expression: String.raw`\d{1,2}`, note: ignore }
    return oneOf(names.weekdays(widthOf(Math.max(3, count)), isAlone), ignore)
  }
}

function ignore(): void {
  // The text has to be there, and means nothing.
}

const half: MakeReader = (_, names) =>
  oneOf(names.halves, (fields, index) => {
    fields.half = index
  })

const fraction: MakeReader = count => ({
  expression: String.raw`\d{${count}}`,
  note: (fields, text) => {
    fields.nanos = Number(text.padEnd(9, '0').slice(0, 9))
  },
})

function zoned(expression: string): LetterReader {
  return {
    expression,
    note: (fields, text) => {
      fields.zone = knownZone(text)
    },
  }
}

const zones = new Map<string, TimeZone>()
const MAX_KNOWN_ZONES = 1000
/** Java's. */
const MAX_OFFSET_SECONDS = 18 * 3600

function knownZone(text: string): TimeZone {
  const known = zones.get(text)
  if (known !== undefined) return known
  const zone = zoneOf(text)
  if (zones.size < MAX_KNOWN_ZONES) zones.set(text, zone)
  return zone
}

function zoneOf(text: string): TimeZone {
  const [, sign, hours, minutes = '0', seconds = '0'] =
    /^(?:GMT|UTC|UT)?([+-])(\d{1,2}):?(\d{2})?:?(\d{2})?$/u.exec(text) ?? []
  if (hours === undefined) return findZone(text)
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  if (size > MAX_OFFSET_SECONDS) throw new DateFault(`there is no time zone [${text}]`)
  return fixedZone((sign === '-' ? -1000 : 1000) * size)
}

/** By the number of letters, from 1. */
const OFFSETS_X = [
  String.raw`[+-]\d\d(?:\d\d)?`,
  String.raw`[+-]\d{4}`,
  String.raw`[+-]\d\d:\d\d`,
  String.raw`[+-]\d{4}(?:\d\d)?`,
  String.raw`[+-]\d\d:\d\d(?::\d\d)?`,
]

const GMT = String.raw`GMT(?:[+-]\d{1,2}(?::\d\d)?)?`

function offsetX(mark: string): MakeReader {
  return count => zoned(`(?:${OFFSETS_X[count - 1] ?? ''}${mark})`)
}

const offsetZ: MakeReader = count => {
  if (count === 4) return zoned(GMT)
  return zoned(count === 5 ? String.raw`(?:[+-]\d\d:\d\d(?::\d\d)?|Z)` : String.raw`[+-]\d{4}`)
}

/** `Europe/Berlin`, `CET`, `Z`, `+01:00`. */
const ZONE = String.raw`(?:[A-Z][A-Za-z0-9]*(?:[/_+-][A-Za-z0-9]+)*(?::\d\d)*|[+-]\d\d:\d\d(?::\d\d)?)`
/** An offset behind one of these has minutes. */
const PREFIXED = /^(?:UTC|GMT|UT)[+-](?!\d\d:\d\d)/u
/** Names that are not ids of zones for Java. */
const NO_IDS: ReadonlySet<string> = new Set(['EST', 'MST', 'HST'])

function region(find: (text: string) => TimeZone): LetterReader {
  return {
    expression: ZONE,
    note: (fields, text) => {
      if (PREFIXED.test(text) || text === 'ROC') throw new DateFault(`there is no time zone [${text}]`)
      const zone = find(text)
      fields.zone = zone
      fields.region = zone
    },
  }
}

const ID = region(text => {
  if (NO_IDS.has(text)) throw new DateFault(`there is no time zone [${text}]`)
  return knownZone(text)
})

const NAME = region(text => knownZone(zoneOfShortName(text) ?? text))

const READERS: Readonly<Record<string, MakeReader>> = {
  y: year,
  u: year,
  M: month(false),
  L: month(true),
  d: number('day'),
  D: number('dayOfYear'),
  H: number('hour'),
  k: number('hour', value => value % 24),
  h: number('halfHour', value => value % 12),
  K: number('halfHour'),
  m: number('minute'),
  s: number('second'),
  S: fraction,
  n: number('nanos'),
  a: half,
  E: weekday(false),
  e: weekday(true),
  c: weekday(true),
  Z: offsetZ,
  X: offsetX('|Z'),
  x: offsetX(''),
  O: () => zoned(GMT),
  z: () => NAME,
  V: () => ID,
  v: () => NAME,
}
