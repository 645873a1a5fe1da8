import { writeJson } from '../../pipeline/document/json.ts'
import { type Fields, type Value, isFields, memberOf } from '../../pipeline/document/value.ts'

/** A field of two documents that is not the same in both; undefined where one of them does not have it. */
export interface Difference {
  readonly path: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** In the order of the first document, then what only the other one has. Lists are compared as a whole. */
export function findDifferences(before: Fields, after: Fields, prefix = ''): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap(name => {
    const [left, right] = [memberOf(before, name), memberOf(after, name)]
    const path = `${prefix}${name}`
    if (hasMembers(left ?? right) && hasMembers(right ?? left))
      return findDifferences((left ?? {}) as Fields, (right ?? {}) as Fields, `${path}.`)
    if (left !== undefined && right !== undefined && isSame(left, right)) return []
    return [{ path, before: left, after: right }]
  })
}

function hasMembers(value: Value | undefined): boolean {
  return isFields(value) && Object.keys(value).length > 0
}

/** The order of members does not count; `1` and `1.0` differ. */
function isSame(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((element, i) => isSame(element, right[i] as Value))
  if (isFields(left) && isFields(right)) return findDifferences(left, right).length === 0
  return writeJson(left) === writeJson(right)
}
