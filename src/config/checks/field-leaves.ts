import { isRecord } from '../../flow/is-record.ts'
import type { KeyPath } from '../text/key-path.ts'

/** A value in the fields that is not an object with members. */
export interface Leaf {
  /** As stores read it: a dot in a name is a step into an object. */
  readonly dotted: string
  readonly at: KeyPath
}

/** Null and empty objects and lists are left out: they fit everywhere. An element of a list is where the list is. */
export function listLeaves(fields: object, path: KeyPath): readonly Leaf[] {
  return Object.entries(fields).flatMap(([name, value]) => leavesOf(value, name, [...path, name]))
}

function leavesOf(value: unknown, dotted: string, at: KeyPath): readonly Leaf[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap(element => leavesOf(element, dotted, at))
  if (!isRecord(value)) return [{ dotted, at }]
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, `${dotted}.${name}`, [...at, name]))
}

/** The leaf of `above` that lies above `dotted`: a store that takes a value there takes no member of it. */
export function findAbove<Above extends { readonly dotted: string }>(
  dotted: string,
  above: ReadonlyMap<string, Above>,
): Above | undefined {
  for (let dot = dotted.indexOf('.'); dot !== -1; dot = dotted.indexOf('.', dot + 1)) {
    const found = above.get(dotted.slice(0, dot))
    if (found !== undefined) return found
  }
  return undefined
}
