import { DAY_MS, MINUTE_MS } from '../../flow/time-units.ts'

/** The time of a line. */
export interface LineTime {
  /** Milliseconds since 1970. */
  readonly timeMs: number
  /** Behind them, 0 to 999,999. */
  readonly nanos: number
}

const DATE_BYTES = 10
const SECONDS_END = 19
/** With nine digits and a Z. */
const USUAL_BYTES = 30
const ZERO = 0x30
const DASH = 0x2d
const COLON = 0x3a
const DOT = 0x2e
const PLUS = 0x2b
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const NANO_DIGITS = 9
const MILLI_DIGITS = 3

/**
 * Reads times in RFC 3339 with up to nine digits behind the second, as Go writes them. It has the last one that it read,
 * so that a line needs no object; and most lines have the second of the one before.
 */
export class LineTimeReader implements LineTime {
  timeMs = 0
  nanos = 0
  readonly #second = Buffer.alloc(SECONDS_END)
  #secondMs: number | undefined
  readonly #date = Buffer.alloc(DATE_BYTES)
  #dayMs: number | undefined

  /** False for other bytes, and for times before 1970. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (end - start <= SECONDS_END) return false
    const secondMs = hasBytes(bytes, start, this.#second) ? this.#secondMs : this.#readSecond(bytes, start)
    if (secondMs === undefined) return false
    const isUsual = end - start === USUAL_BYTES && bytes[end - 1] === LETTER_Z && bytes[start + SECONDS_END] === DOT
    return isUsual ? this.#readNanos(bytes, start, secondMs) : this.#readRest(bytes, { start, end, secondMs })
  }

  /** Nine digits, in UTC. */
  #readNanos(bytes: Buffer, start: number, secondMs: number): boolean {
    const at = start + SECONDS_END + 1
    const millis = digitsAt(bytes, at, MILLI_DIGITS)
    const nanos = digitsAt(bytes, at + MILLI_DIGITS, NANO_DIGITS - MILLI_DIGITS)
    return millis >= 0 && nanos >= 0 && this.#note(secondMs + millis, nanos)
  }

  #readRest(bytes: Buffer, { start, end, secondMs }: { start: number; end: number; secondMs: number }): boolean {
    const fractionStart = start + SECONDS_END
    const fractionEnd = findFractionEnd(bytes, fractionStart, end)
    const nanos = readFraction(bytes, fractionStart + 1, fractionEnd)
    const zoneMs = readZone(bytes, fractionEnd, end)
    if (nanos === undefined || zoneMs === undefined) return false
    const millis = Math.floor(nanos / 1e6)
    return this.#note(secondMs + millis - zoneMs, nanos - millis * 1e6)
  }

  #note(timeMs: number, nanos: number): boolean {
    this.timeMs = timeMs
    this.nanos = nanos
    return timeMs >= 0
  }

  /** As if it were in UTC. */
  #readSecond(bytes: Buffer, start: number): number | undefined {
    bytes.copy(this.#second, 0, start, start + SECONDS_END)
    const isForm = bytes[start + DATE_BYTES] === LETTER_T && bytes[start + 13] === COLON && bytes[start + 16] === COLON
    const dayMs = isForm ? this.#readDate(bytes, start) : undefined
    const hour = digitsAt(bytes, start + 11, 2)
    const minute = digitsAt(bytes, start + 14, 2)
    const second = digitsAt(bytes, start + 17, 2)
    const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60
    const isBoth = dayMs !== undefined && isTime
    return (this.#secondMs = isBoth ? dayMs + ((hour * 60 + minute) * 60 + second) * 1000 : undefined)
  }

  /** The start of a day that there is, in UTC. */
  #readDate(bytes: Buffer, start: number): number | undefined {
    if (hasBytes(bytes, start, this.#date)) return this.#dayMs
    const text = bytes.toString('latin1', start, start + DATE_BYTES)
    const isDate = /^\d{4}-\d\d-\d\d$/.test(text)
    const dayMs = isDate ? Date.parse(text) : NaN
    bytes.copy(this.#date, 0, start, start + DATE_BYTES)
    const isDay = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().slice(0, DATE_BYTES) === text
    return (this.#dayMs = isDay ? dayMs : undefined)
  }
}

const reader = new LineTimeReader()

/** Undefined for other bytes, and for times before 1970. */
export function readLineTime(bytes: Buffer, start: number, end: number): LineTime | undefined {
  return reader.read(bytes, start, end) ? { timeMs: reader.timeMs, nanos: reader.nanos } : undefined
}

/** The last ones differ most often. */
function hasBytes(bytes: Buffer, start: number, expected: Buffer): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[start + i] !== expected[i]) return false
  return true
}

/** Negative unless there are so many digits. */
function digitsAt(bytes: Buffer, at: number, count: number): number {
  let value = 0
  let signs = 0
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - ZERO
    value = value * 10 + digit
    signs |= digit | (9 - digit)
  }
  return signs < 0 ? -1 : value
}

function findFractionEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== DOT) return start
  let at = start + 1
  while (at < end && digitsAt(bytes, at, 1) >= 0) at++
  return at
}

/** Nanoseconds; undefined for no digit behind a dot, or for too many. */
function readFraction(bytes: Buffer, start: number, end: number): number | undefined {
  const digits = end - start
  if (digits < 0) return 0
  if (digits === 0 || digits > NANO_DIGITS) return undefined
  return digitsAt(bytes, start, digits) * 10 ** (NANO_DIGITS - digits)
}

/** How much later than UTC it is there. */
function readZone(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start === 1) return bytes[start] === LETTER_Z ? 0 : undefined
  const sign = bytes[start]
  if ((sign !== PLUS && sign !== DASH) || end - start !== 6 || bytes[start + 3] !== COLON) return undefined
  const [hours, minutes] = [digitsAt(bytes, start + 1, 2), digitsAt(bytes, start + 4, 2)]
  const zoneMs = (hours * 60 + minutes) * MINUTE_MS
  if (hours < 0 || minutes < 0 || zoneMs >= DAY_MS) return undefined
  return sign === PLUS ? zoneMs : -zoneMs
}
