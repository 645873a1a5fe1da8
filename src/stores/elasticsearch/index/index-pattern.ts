import { StoreError } from '../http/store-error.ts'
import { HOUR_MS } from '../../../flow/time-units.ts'

const MAX_NAME_BYTES = 255

/** The names of indices by the time of their events, in UTC. */
export interface IndexNaming {
  /** The index of an event of this time, milliseconds since 1970. */
  readonly nameFor: (timeMs: number) => string
  /** The one for events whose time is not used: the pattern with `outside` for the time. */
  readonly outside: string
  /** Matches all indices: the pattern with `*` for the time. */
  readonly wildcard: string
}

type Part = (time: Date) => string

// The letters of Joda-Time, as in Logstash and Beats; the smallest unit is the hour.
const LETTERS: Readonly<Record<string, Part>> = {
  yyyy: time => String(time.getUTCFullYear()).padStart(4, '0'),
  MM: time => twoDigits(time.getUTCMonth() + 1),
  dd: time => twoDigits(time.getUTCDate()),
  HH: time => twoDigits(time.getUTCHours()),
  xxxx: time => String(isoWeek(time).year).padStart(4, '0'),
  ww: time => twoDigits(isoWeek(time).week),
}

/** Explains what is wrong with an index pattern; undefined if it is valid. */
export function explainIndexPattern(pattern: string): string | undefined {
  try {
    parseIndexPattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof StoreError) return error.message
    throw error
  }
}

/** Throws a StoreError `options` if the pattern or a name that it makes is not valid for an index. */
export function parseIndexPattern(pattern: string): IndexNaming {
  const parts: Part[] = []
  const wildcard = pattern.replaceAll(/%\{([^}]*)\}/g, (_, format: string) => {
    if (!format.startsWith('+'))
      throw makePatternError(pattern, `%{${format}} is unknown; write a time such as %{+yyyy.MM.dd}`)
    return '*'
  })
  if (wildcard.includes('%{')) throw makePatternError(pattern, 'a %{ has no closing }')
  for (const piece of pattern.split(/(%\{\+[^}]*\})/)) parts.push(...parsePiece(piece, pattern))
  const render = (timeMs: number) => parts.map(part => part(new Date(timeMs))).join('')
  checkName(render(0), pattern)
  return { nameFor: rememberHour(render), outside: wildcard.replaceAll('*', 'outside'), wildcard }
}

function parsePiece(piece: string, pattern: string): Part[] {
  if (!piece.startsWith('%{+')) return [() => piece]
  const format = piece.slice(3, -1)
  if (format === '') throw makePatternError(pattern, '%{+} has no time format; write for example %{+yyyy.MM.dd}')
  return [...format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)].map(([run]) => {
    if (!/[A-Za-z]/.test(run)) return () => run
    const part = LETTERS[run]
    if (part === undefined)
      throw makePatternError(pattern, `"${run}" is not a known part of a time; use ${Object.keys(LETTERS).join(', ')}`)
    return part
  })
}

/** Events come in the order of time: nearly all have the same hour as the one before. */
function rememberHour(render: (timeMs: number) => string): (timeMs: number) => string {
  let hour = Number.NaN
  let name = ''
  return timeMs => {
    const wanted = Math.floor(timeMs / HOUR_MS)
    if (wanted === hour) return name
    hour = wanted
    name = render(timeMs)
    return name
  }
}

// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/indices-create-index.html#indices-create-api-path-params
function checkName(name: string, pattern: string): void {
  if (name !== name.toLowerCase()) throw makePatternError(pattern, 'the name of an index has only lower-case letters')
  const bad = /[\\/*?"<>| ,#:]/.exec(name)
  if (bad !== null) throw makePatternError(pattern, `the name of an index cannot contain "${bad[0]}"`)
  if (/^[-_+]/.test(name)) throw makePatternError(pattern, 'the name of an index cannot begin with "-", "_" or "+"')
  if (name === '' || name === '.' || name === '..') throw makePatternError(pattern, 'an index needs a name')
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw makePatternError(pattern, `the name of an index has at most ${MAX_NAME_BYTES} bytes`)
}

/** Whether a sender may name an index so. */
export function isTargetName(name: string): boolean {
  return (
    !/\p{Cc}/u.test(name) && explainIndexPattern(name) === undefined && !name.includes('%{') && !name.startsWith('.')
  )
}

export function checkTargetName(name: string): void {
  if (name.includes('%{')) throw makePatternError(name, 'a data stream or alias has a fixed name, without a time in it')
  checkName(name, name)
}

function makePatternError(pattern: string, reason: string): StoreError {
  return new StoreError('options', `the index "${pattern}" is not usable: ${reason}`)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** ISO 8601: weeks begin on Monday, and week 1 of a year has its first Thursday. */
function isoWeek(time: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()))
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const year = thursday.getUTCFullYear()
  const dayOfYear = (thursday.getTime() - Date.UTC(year, 0, 1)) / (24 * HOUR_MS)
  return { year, week: Math.floor(dayOfYear / 7) + 1 }
}
