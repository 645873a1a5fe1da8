import type { LineBatch } from '../../../src/flow/line-batch.ts'
import { makeBatch, makeRun } from './line-batches.ts'

/** `count` batches of `size` lines of one file; the text of line `n` is `line n`. */
export function makeNumberedBatches(count: number, size: number): LineBatch[] {
  return Array.from({ length: count }, (_, index) => {
    const lines = Array.from({ length: size }, (__, line) => `line ${index * size + line + 1}\n`)
    return makeBatch([makeRun(lines, { offset: index * 1_000_000 })], { sequence: index + 1 })
  })
}

/** The texts of the lines of such batches, in order. */
export function numberedLines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`)
}
