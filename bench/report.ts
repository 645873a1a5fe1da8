export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export interface Spread {
  readonly low: number
  readonly middle: number
  readonly high: number
}

/** Undefined without any value. */
export function findSpread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  return { low: Math.min(...values), middle: median(values), high: Math.max(...values) }
}
