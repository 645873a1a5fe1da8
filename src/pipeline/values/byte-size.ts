// Sizes such as `1.5kb`, as Elasticsearch reads them.
import { ProcessingFault } from '../document/processing-fault.ts'
import type { Value } from '../document/value.ts'
import { parseDouble, parseInteger } from './java-numbers.ts'
import { trimText } from './java-text.ts'

const UNITS: ReadonlyMap<string, bigint> = new Map(
  ['', 'k', 'm', 'g', 't', 'p'].map((unit, i) => [unit, 1024n ** BigInt(i)]),
)
const MAX_LONG = 2n ** 63n - 1n

/** Bytes. Throws a ProcessingFault, in whose message `name` is the setting. */
export function parseByteSize(text: string, name: string): Value {
  const trimmed = trimText(text.toLowerCase())
  if (trimmed === '0') return 0
  if (trimmed === '-1') return -1
  const [, number = '', unit] = /^(.*?)(?:([kmgtp])b?|b)$/su.exec(trimmed) ?? []
  const place = `failed to parse setting [${name}] with value [${text}]`
  if (!/[kmgtpb]$/u.test(trimmed))
    throw new ProcessingFault(`${place} as a size in bytes: unit is missing or unrecognized`)
  const factor = UNITS.get(unit ?? '') as bigint
  const whole = parseInteger(trimText(number), 64)
  const bytes = whole === undefined ? fractionOf(trimText(number), factor) : wholeOf(BigInt(whole as number), factor)
  if (bytes === undefined) throw new ProcessingFault(place)
  if (bytes === 'outside') throw new ProcessingFault(`${place} as a size in bytes`)
  return Number.isSafeInteger(Number(bytes)) ? Number(bytes) : bytes
}

function wholeOf(size: bigint, factor: bigint): bigint | 'outside' {
  const isInside = size >= -1n && !(size === -1n && factor !== 1n) && size <= MAX_LONG / factor
  return isInside ? size * factor : 'outside'
}

/** There is no part of a byte. */
function fractionOf(text: string, factor: bigint): bigint | 'outside' | undefined {
  const size = factor === 1n ? undefined : parseDouble(text)
  if (size === undefined || Number.isNaN(size)) return size === undefined ? undefined : 0n
  const bytes = size * Number(factor)
  if (bytes >= 2 ** 63) return MAX_LONG
  return bytes <= -2 ? 'outside' : BigInt(Math.trunc(bytes))
}
