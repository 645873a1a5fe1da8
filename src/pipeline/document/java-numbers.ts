// Numbers from text, as Java reads them: the rules of Elasticsearch's `convert` and of types in grok.
import { ProcessingFault } from './processing-fault.ts'
import { type Double, toDouble, type Value } from './value.ts'

const MIN_INT = -(2n ** 31n)
const MIN_LONG = -(2n ** 63n)

export function parseInt32(text: string): number {
  return Number(parseWhole(text, MIN_INT))
}

/** A bigint beyond 2^53. */
export function parseInt64(text: string): Value {
  const whole = parseWhole(text, MIN_LONG)
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
}

export function parseDouble(text: string): number | Double {
  return toDouble(readDecimal(text))
}

/** Of 32 bits, with as few digits as tell it from its neighbours: 0.1 stays 0.1. */
export function parseFloat32(text: string): number | Double {
  const value = Math.fround(readDecimal(text))
  if (!Number.isFinite(value) || value === 0) return toDouble(value)
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return toDouble(short)
  }
  return toDouble(value)
}

function parseWhole(text: string, min: bigint): bigint {
  if (!/^[+-]?\d+$/u.test(text)) throw notANumber(text)
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  if (value < min || value >= -min) throw notANumber(text)
  return value
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/u
const NAMED: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Infinity,
  '+Infinity': Infinity,
  '-Infinity': -Infinity,
}

function readDecimal(text: string): number {
  const trimmed = text.replaceAll(/^[\0- ]+|[\0- ]+$/gu, '')
  if (DECIMAL.test(trimmed)) return Number(trimmed.replace(/[dDfF]$/u, ''))
  const named = Object.hasOwn(NAMED, trimmed) ? NAMED[trimmed] : undefined
  if (named !== undefined) return named
  throw trimmed === '' ? new ProcessingFault('empty String') : notANumber(text)
}

function notANumber(text: string): ProcessingFault {
  return new ProcessingFault(`For input string: "${text}"`)
}
