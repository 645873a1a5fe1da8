import type { Expression } from './parse-painless.ts'

/** Level by level, so that the depth of an expression takes no stack. */
export function isDeeperThan(expression: Expression, most: number): boolean {
  let level: object[] = [expression]
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap(node => Object.values(node).flat().filter(isNode))
    if (level.length === 0) return false
  }
  return true
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value
}
