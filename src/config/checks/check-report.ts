import type { KeyPath } from '../text/key-path.ts'

/** Collects the problems. A check continues after an error, so that all are reported at once. */
export interface CheckReport {
  error(path: KeyPath, message: string): void
  warn(path: KeyPath, message: string): void
  /** Reports a value that is needed under a condition, unless a wrong or misspelt one has already been reported. */
  noteMissing(path: KeyPath, expects: string): void
}

/** A configuration without everything that the schema refused: any part may be missing. */
export type Incomplete<Value> = Value extends readonly (infer Item)[]
  ? readonly (Incomplete<Item> | undefined)[]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Incomplete<Value[Key]> | undefined }
    : Value

/** Removes the value at a path. An element of a list leaves a hole, so that the others keep their index. */
export function removeAt(value: unknown, path: KeyPath): void {
  let parent = value
  for (const part of path.slice(0, -1)) parent = memberOf(parent, part)
  const last = path.at(-1)
  if (last === undefined || typeof parent !== 'object' || parent === null) return
  if (Array.isArray(parent)) parent[Number(last)] = undefined
  else Reflect.deleteProperty(parent, last)
}

function memberOf(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
}
