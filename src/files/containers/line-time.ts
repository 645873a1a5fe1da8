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
const ZERO = 0x30
const DASH = 0x2d
const COLON = 0x3a
const DOT = 0x2e
const PLUS = 0x2b
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const NANO_DIGITS = 9

/** Most lines have the date of the one before. */
const lastDate = Buffer.alloc(DATE_BYTES)
let lastDayMs: number | undefined

/** RFC 3339 with up to nine digits behind the second, as Go writes it; undefined for other bytes, and for times before 1970. */
export function readLineTime(bytes: Buffer, start: number, end: number): LineTime | undefined {
  if (end - start <= SECONDS_END || bytes[start + DATE_BYTES] !== LETTER_T) return undefined
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return undefined
  const dayMs = readDate(bytes, start)
  const hour = twoDigits(bytes, start + 11)
  const minute = twoDigits(bytes, start + 14)
  const second = twoDigits(bytes, start + 17)
  if (dayMs === undefined || !(hour < 24 && minute < 60 && second < 60)) return undefined
  const fractionEnd = findFractionEnd(bytes, start + SECONDS_END, end)
  const nanos = readFraction(bytes, start + SECONDS_END + 1, fractionEnd)
  const zoneMs = readZone(bytes, fractionEnd, end)
  if (nanos === undefined || zoneMs === undefined) return undefined
  const millis = Math.floor(nanos / 1e6)
  const timeMs = dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + millis - zoneMs
  return timeMs < 0 ? undefined : { timeMs, nanos: nanos - millis * 1e6 }
}

/** The start of a day that there is, in UTC. */
function readDate(bytes: Buffer, start: number): number | undefined {
  if (hasLastDate(bytes, start)) return lastDayMs
  const text = bytes.toString('latin1', start, start + DATE_BYTES)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text)
  const dayMs = isDate ? Date.parse(text) : NaN
  lastDate.set(bytes.subarray(start, start + DATE_BYTES))
  lastDayMs = Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, DATE_BYTES) !== text ? undefined : dayMs
  return lastDayMs
}

function hasLastDate(bytes: Buffer, start: number): boolean {
  for (let i = DATE_BYTES - 1; i >= 0; i--) if (bytes[start + i] !== lastDate[i]) return false
  return true
}

/** NaN unless there are two digits. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones : NaN
}

function isDigit(value: number): boolean {
  return value >= 0 && value <= 9
}

function findFractionEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== DOT) return start
  let at = start + 1
  while (at < end && isDigit(bytes[at]! - ZERO)) at++
  return at
}

/** Nanoseconds; undefined for no digit behind a dot, or for too many. */
function readFraction(bytes: Buffer, start: number, end: number): number | undefined {
  const digits = end - start
  if (digits < 0) return 0
  if (digits === 0 || digits > NANO_DIGITS) return undefined
  let value = 0
  for (let at = start; at < end; at++) value = value * 10 + bytes[at]! - ZERO
  return value * 10 ** (NANO_DIGITS - digits)
}

/** How much later than UTC it is there. */
function readZone(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start === 1) return bytes[start] === LETTER_Z ? 0 : undefined
  const sign = bytes[start]
  if ((sign !== PLUS && sign !== DASH) || end - start !== 6 || bytes[start + 3] !== COLON) return undefined
  const minutes = twoDigits(bytes, start + 1) * 60 + twoDigits(bytes, start + 4)
  if (!(minutes * MINUTE_MS < DAY_MS)) return undefined
  return sign === PLUS ? minutes * MINUTE_MS : -minutes * MINUTE_MS
}
