import { StoreError } from '../http/error.ts'
import { HOUR_MS } from '../../../flow/time.ts'

const MAX_NAME_BYTES = 255

/** How documents find their index by their time, in UTC. */
export interface IndexNaming {
  /** The index of an event of this time, milliseconds since 1970. */
  readonly nameFor: (timeMs: number) => string
  /** Matches all its indices: the pattern with `*` for the time. */
  readonly wildcard: string
}

type Part = (time: Date) => string

// The letters as Joda-Time has them (and Logstash and Beats after it); the smallest unit is the hour.
const LETTERS: Readonly<Record<string, Part>> = {
  yyyy: time => String(time.getUTCFullYear()).padStart(4, '0'),
  MM: time => twoDigits(time.getUTCMonth() + 1),
  dd: time => twoDigits(time.getUTCDate()),
  HH: time => twoDigits(time.getUTCHours()),
  xxxx: time => String(isoWeek(time).year).padStart(4, '0'),
  ww: time => twoDigits(isoWeek(time).week),
}

/** Says what is wrong with an index pattern, or undefined. For `check`. */
export function explainIndexPattern(pattern: string): string | undefined {
  try {
    parseIndexPattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof StoreError) return error.message
    throw error
  }
}

/** Throws a StoreError `options` where the pattern or the names that it makes can't be an index's. */
export function parseIndexPattern(pattern: string): IndexNaming {
  const parts: Part[] = []
  const wildcard = pattern.replaceAll(/%\{([^}]*)\}/g, (_, format: string) => {
    if (!format.startsWith('+')) throw wrong(pattern, `%{${format}} is not known; write a time such as %{+yyyy.MM.dd}`)
    return '*'
  })
  if (wildcard.includes('%{')) throw wrong(pattern, 'a %{ has no }')
  for (const piece of pattern.split(/(%\{\+[^}]*\})/)) parts.push(...parsePiece(piece, pattern))
  const render = (timeMs: number) => parts.map(part => part(new Date(timeMs))).join('')
  checkName(render(0), pattern)
  return { nameFor: rememberHour(render), wildcard }
}

function parsePiece(piece: string, pattern: string): Part[] {
  if (!piece.startsWith('%{+')) return [() => piece]
  const format = piece.slice(3, -1)
  if (format === '') throw wrong(pattern, '%{+} names no time; write for example %{+yyyy.MM.dd}')
  return [...format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)].map(([run]) => {
    if (!/[A-Za-z]/.test(run)) return () => run
    const part = LETTERS[run]
    if (part === undefined)
      throw wrong(pattern, `"${run}" is no known part of a time; known are ${Object.keys(LETTERS).join(', ')}`)
    return part
  })
}

/** Events come in the order of time: nearly all of them ask for the same hour as the one before. */
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
  if (name !== name.toLowerCase()) throw wrong(pattern, 'an index has lower-case letters only')
  const bad = /[\\/*?"<>| ,#:]/.exec(name)
  if (bad !== null) throw wrong(pattern, `an index can't have "${bad[0]}" in its name`)
  if (/^[-_+]/.test(name)) throw wrong(pattern, 'an index can\'t begin with "-", "_" or "+"')
  if (name === '' || name === '.' || name === '..') throw wrong(pattern, 'an index needs a name')
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw wrong(pattern, `an index has at most ${MAX_NAME_BYTES} bytes`)
}

/** Also checks the name of a data stream or an alias, to which the same rules apply. */
export function checkTargetName(name: string): void {
  if (name.includes('%{')) throw wrong(name, 'a data stream or alias has a fixed name, without a time in it')
  checkName(name, name)
}

function wrong(pattern: string, reason: string): StoreError {
  return new StoreError('options', `the index "${pattern}" can't be used: ${reason}`)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** ISO 8601: weeks begin on Monday; the first one of a year is that with its first Thursday. */
function isoWeek(time: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()))
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const year = thursday.getUTCFullYear()
  const dayOfYear = (thursday.getTime() - Date.UTC(year, 0, 1)) / (24 * HOUR_MS)
  return { year, week: Math.floor(dayOfYear / 7) + 1 }
}
