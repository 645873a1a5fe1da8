// What Java's operators do with two values of a document; null where Java would throw.
import { javaTextOf } from '../document/java-names.ts'
import { Double, type Value, isFields, isNumeric, toDouble } from '../document/value.ts'

/** `==` of Painless: numbers are compared by value, everything else as Java's `equals` does. */
export function isEqual(left: Value, right: Value): boolean {
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0
  return equals(left, right)
}

/** Java's `equals`: `1` and `1.0` differ. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true
  if (isNumeric(left) && isNumeric(right)) return isWhole(left) === isWhole(right) && compareNumbers(left, right) === 0
  if (Array.isArray(left)) return Array.isArray(right) && hasEqualElements(left, right)
  return isFields(left) && isFields(right) && hasEqualMembers(left, right)
}

function hasEqualElements(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((element, i) => equals(element, right[i] as Value))
}

function hasEqualMembers(left: Readonly<Record<string, Value>>, right: Readonly<Record<string, Value>>): boolean {
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  return names.every(name => Object.hasOwn(right, name) && equals(left[name] as Value, right[name] as Value))
}

/** Negative, zero or positive; NaN where one of them is not a number. */
export function compareNumbers(left: Value, right: Value): number {
  if (!isNumeric(left) || !isNumeric(right)) return Number.NaN
  const a = left instanceof Double ? left.value : left
  const b = right instanceof Double ? right.value : right
  if (a < b) return -1
  if (a > b) return 1
  // oxlint-disable-next-line eqeqeq -- a bigint and a number that are equal are not the same
  return a == b ? 0 : Number.NaN
}

export function isWhole(value: Value): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

export type Arithmetic = '+' | '-' | '*' | '/' | '%'

/** Whole numbers stay whole, as in Java: `7 / 2` is 3. With a text, `+` joins. */
export function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string'))
    return javaTextOf(left) + javaTextOf(right)
  if (!isNumeric(left) || !isNumeric(right)) return null
  if (isWhole(left) && isWhole(right)) return calculateWhole(operator, BigInt(left as number), BigInt(right as number))
  return toDouble(DOUBLE_OPERATIONS[operator](numberOf(left), numberOf(right)))
}

function calculateWhole(operator: Arithmetic, left: bigint, right: bigint): Value {
  if (right === 0n && (operator === '/' || operator === '%')) return null
  const result = BigInt.asIntN(64, WHOLE_OPERATIONS[operator](left, right))
  const number = Number(result)
  return Number.isSafeInteger(number) ? number : result
}

const WHOLE_OPERATIONS: Readonly<Record<Arithmetic, (left: bigint, right: bigint) => bigint>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

const DOUBLE_OPERATIONS: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

export function numberOf(value: number | bigint | Double): number {
  return value instanceof Double ? value.value : Number(value)
}

/** An index for texts and lists; undefined for anything else. */
export function indexOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}
