// How Elasticsearch's messages and texts show a value: the names and the notation of Java.
import { Double, type Value } from './value.ts'

/** `java.lang.String`: operators search for messages with these names. */
export function javaTypeOf(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'java.util.ArrayList'
  if (typeof value === 'number') return Number.isInteger(value) ? javaIntegerOf(value) : 'java.lang.Double'
  if (typeof value === 'bigint') return javaTypeOfBigint(value)
  if (typeof value === 'string') return 'java.lang.String'
  if (typeof value === 'boolean') return 'java.lang.Boolean'
  return value instanceof Double ? 'java.lang.Double' : 'java.util.HashMap'
}

/** The value as Java's `toString` writes it: `1.0E10`, `[a, b]`, `{a=b}`. */
export function javaTextOf(value: Value): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map(javaTextOf).join(', ')}]`
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : doubleText(value)
  if (value instanceof Double) return doubleText(value.value)
  if (typeof value !== 'object' || value === null) return String(value)
  return `{${inOrderOfHashes(Object.keys(value))
    .map(name => `${name}=${javaTextOf(value[name] as Value)}`)
    .join(', ')}}`
}

/** The order in which Java's `HashMap` has its keys: by their hashes, in a table that doubles when it is 3/4 full. */
function inOrderOfHashes(names: readonly string[]): readonly string[] {
  let size = 16
  while (names.length > size * 0.75) size *= 2
  const places = new Map(names.map(name => [name, hashOf(name) & (size - 1)]))
  return names.toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0))
}

function hashOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash ^ (hash >>> 16)
}

function javaIntegerOf(value: number): string {
  return (value | 0) === value ? 'java.lang.Integer' : 'java.lang.Long'
}

function javaTypeOfBigint(value: bigint): string {
  return BigInt.asIntN(64, value) === value ? 'java.lang.Long' : 'java.math.BigInteger'
}

/** Java writes digits from 0.001 to 10,000,000, and other numbers with an exponent. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}
