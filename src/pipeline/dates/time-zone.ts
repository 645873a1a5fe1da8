import { DateFault } from './date-fault.ts'

/** An instant, in milliseconds since 1970, as a clock in some place shows it: as if that place had UTC. */
export type LocalMs = number

export interface TimeZone {
  readonly id: string
  /** The offset from UTC in milliseconds where the local clock shows this time. */
  offsetOfLocal(local: LocalMs): number
  /** The offset from UTC in milliseconds at this instant. */
  offsetAt(ms: number): number
}

const MINUTE_MS = 60_000
/** Clocks are changed at full quarters of an hour. */
const QUARTER_MS = 15 * MINUTE_MS
const MAX_CACHED_QUARTERS = 4096

export const UTC: TimeZone = { id: 'Z', offsetOfLocal: () => 0, offsetAt: () => 0 }

export function fixedZone(offsetMs: number): TimeZone {
  const id = offsetMs === 0 ? 'Z' : offsetText(offsetMs, ':')
  return { id, offsetOfLocal: () => offsetMs, offsetAt: () => offsetMs }
}

/** `+01:00`; the mark is between hours and minutes. */
export function offsetText(offsetMs: number, mark: string): string {
  const minutes = Math.abs(Math.trunc(offsetMs / MINUTE_MS))
  const [hours, rest] = [Math.trunc(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0'))
  return `${offsetMs < 0 ? '-' : '+'}${hours}${mark}${rest}`
}

const named = new Map<string, TimeZone>()

/** `Europe/Berlin`, `UTC`, `+01:00`, …. Throws a DateFault where there is no such zone. */
export function findZone(id: string): TimeZone {
  const known = named.get(id)
  if (known !== undefined) return known
  const zone = makeZone(id)
  if (named.size < MAX_CACHED_QUARTERS) named.set(id, zone)
  return zone
}

function makeZone(id: string): TimeZone {
  if (/^(?:Z|UTC|GMT0?|UT)$/u.test(id)) return UTC
  const [, sign, hours, minutes = '0'] = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/u.exec(id) ?? []
  if (hours !== undefined)
    return fixedZone((sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS)
  return regionZone(id)
}

function regionZone(id: string): TimeZone {
  try {
    Temporal.Now.zonedDateTimeISO(id)
  } catch (error) {
    throw new DateFault(`there is no time zone [${id}]`, { cause: error })
  }
  const offsetOfLocal = cachedByQuarter(local => localOffset(id, local))
  const offsetAt = cachedByQuarter(ms => instantOffset(id, ms))
  return { id, offsetOfLocal, offsetAt }
}

/** Temporal is asked for both ends of a quarter of an hour: if they agree, so does all between. */
function cachedByQuarter(find: (ms: number) => number): (ms: number) => number {
  const cache = new Map<number, number>()
  return ms => {
    const quarter = Math.floor(ms / QUARTER_MS)
    const known = cache.get(quarter)
    if (known !== undefined) return known
    const [first, last] = [find(quarter * QUARTER_MS), find(quarter * QUARTER_MS + QUARTER_MS - 1)]
    if (first !== last) return find(ms)
    if (cache.size >= MAX_CACHED_QUARTERS) cache.clear()
    cache.set(quarter, first)
    return first
  }
}

/** A time that a clock leaves out is later by what it leaves out; of a time that it shows twice, the first counts. */
function localOffset(id: string, local: LocalMs): number {
  const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
  const zoned = plain.toZonedDateTime(id, { disambiguation: 'compatible' })
  return local - zoned.epochMilliseconds
}

function instantOffset(id: string, ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(id).offsetNanoseconds / 1e6
}
