import { Double, type Value, isFields } from './value.ts'

/** Equal as Java's values are: `1` and `1.0` are not. */
export function isSameValue(one: Value, other: Value): boolean {
  if (one === other) return true
  if (one instanceof Double || other instanceof Double)
    return one instanceof Double && other instanceof Double && Object.is(one.value, other.value)
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((element, i) => isSameValue(element, other[i] as Value))
    )
  if (!isFields(one) || !isFields(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every(name => Object.hasOwn(other, name) && isSameValue(one[name] as Value, other[name] as Value))
  )
}
