// Numbers as Java reads them from a text, and writes them.
import { toDouble, type Value } from '../document/value.ts'
import { trimText } from './java-text.ts'

const HEXADECIMAL = /^(-?)0x([0-9a-fA-F]+)$/u
const INTEGER = /^([+-]?)(\p{Nd}{1,40})$/u
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/u
const HEXADECIMAL_DOUBLE = /^([+-]?)0[xX](?=[0-9a-fA-F.])([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/u
const NAMED = /^[+-]?(?:NaN|Infinity)$/u

/** A whole number of 32 or 64 bits, as `Integer.parseInt` and `Long.parseLong` read one. */
export function parseInteger(text: string, bits: 32 | 64): Value | undefined {
  const [, sign, digits] = INTEGER.exec(text) ?? []
  if (digits === undefined) return undefined
  return inRange(BigInt(toAsciiDigits(digits)) * (sign === '-' ? -1n : 1n), bits)
}

/** As `parseInteger`, or hexadecimal after `0x` or `-0x`. */
export function decodeInteger(text: string, bits: 32 | 64): Value | undefined {
  const [, sign, digits] = HEXADECIMAL.exec(text) ?? []
  if (digits === undefined) return parseInteger(text, bits)
  return inRange(BigInt(`0x${digits}`) * (sign === '-' ? -1n : 1n), bits)
}

/** As `Double.parseDouble` reads one; white space around it does not count. */
export function parseDouble(text: string): number | undefined {
  const trimmed = trimText(text)
  if (DECIMAL.test(trimmed)) return Number(trimmed.replace(/[fFdD]$/u, ''))
  if (NAMED.test(trimmed)) return Number(trimmed)
  const [, sign, whole = '', fraction = '', exponent] = HEXADECIMAL_DOUBLE.exec(trimmed) ?? []
  if (exponent === undefined || whole + fraction === '') return undefined
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -size : size
}

/** A double as JSON has it: Java writes the names of numbers that are not finite as texts. */
export function doubleValue(value: number): Value {
  return Number.isFinite(value) ? toDouble(value) : String(value)
}

/** A number of 32 bits, as the shortest decimal number that is nearest to it. */
export function floatValue(value: number): Value {
  const float = Math.fround(value)
  if (!Number.isFinite(float)) return String(float)
  if (float === 0) return toDouble(float)
  for (let digits = 1; digits < 9; digits++) {
    const shortened = Number(float.toPrecision(digits))
    if (Math.fround(shortened) === float) return toDouble(shortened)
  }
  return toDouble(Number(float.toPrecision(9)))
}

function inRange(value: bigint, bits: 32 | 64): Value | undefined {
  if (BigInt.asIntN(bits, value) !== value) return undefined
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Java reads the digits of every script. */
function toAsciiDigits(digits: string): string {
  return digits.replaceAll(/[^0-9]/gu, digit => String(valueOfDigit(digit.codePointAt(0) as number)))
}

/** Unicode has the ten digits of a script one after the other; the mathematical ones are five such rows. */
function valueOfDigit(code: number): number {
  if (code >= 0x1d7ce && code <= 0x1d7ff) return (code - 0x1d7ce) % 10
  let first = code
  while (code - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
  return code - first
}
