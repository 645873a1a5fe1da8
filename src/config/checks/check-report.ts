import type { KeyPath } from '../text/key-path.ts'

/** Takes what the checks find; a check goes on after an error, so that all are shown at once. */
export interface CheckReport {
  error(path: KeyPath, message: string): void
  warn(path: KeyPath, message: string): void
  /** A value that is needed under a condition. Says nothing where something was given that is wrong, or misspelt: that is said already. */
  missing(path: KeyPath, expects: string): void
}

/** What is left of a configuration once everything that the schema refused is taken out: any part may be missing. */
export type Incomplete<Value> = Value extends readonly (infer Item)[]
  ? readonly (Incomplete<Item> | undefined)[]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Incomplete<Value[Key]> | undefined }
    : Value

/** Takes the value at a path out; an element of a list leaves a hole, so that the others keep their index. */
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
