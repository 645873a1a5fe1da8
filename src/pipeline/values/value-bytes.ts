// The bytes of which Elasticsearch's `fingerprint` makes its hash.
import { Double, type Value, isFields } from '../document/value.ts'

const DELIMITER = Buffer.of(0)

/** All texts, numbers and names in the value, each after a zero byte; members by their names. */
export function* bytesOfValue(value: Value): Generator<Buffer> {
  if (Array.isArray(value)) {
    for (const element of value) yield* bytesOfValue(element)
  } else if (isFields(value)) {
    for (const name of Object.keys(value).sort()) {
      yield DELIMITER
      yield Buffer.from(name)
      yield* bytesOfValue(value[name] as Value)
    }
  } else {
    yield DELIMITER
    yield bytesOfScalar(value)
  }
}

function bytesOfScalar(value: string | number | bigint | boolean | Double | null): Buffer {
  if (value === null) return Buffer.alloc(0)
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 2)
  if (value instanceof Double) return bytesOfDouble(value.value)
  if (typeof value === 'number' && !Number.isInteger(value)) return bytesOfDouble(value)
  return bytesOfInteger(value)
}

function bytesOfDouble(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

/** Four bytes if they suffice. */
function bytesOfInteger(value: number | bigint): Buffer {
  const isShort = (Number(value) | 0) === Number(value)
  const bytes = Buffer.alloc(isShort ? 4 : 8)
  if (isShort) bytes.writeInt32LE(Number(value))
  else bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)))
  return bytes
}
