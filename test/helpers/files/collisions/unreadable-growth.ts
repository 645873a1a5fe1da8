import type { Generation } from './generations.ts'

/** A file that cannot be read is not compared: its growth counts as seen, and so as lost if it was rewritten meanwhile. */
export class UnreadableGrowth {
  readonly #seen = new Map<Generation, number>()

  /** Returns the most bytes that count so at a look at which these could not be read. */
  note(generations: readonly Generation[]): number {
    let bytes = 0
    for (const generation of generations) {
      const { before, takenTo } = generation
      if (before === undefined || takenTo > 0) continue
      const from = Math.max(before.bytes.length, this.#seen.get(generation) ?? 0)
      bytes += Math.max(0, generation.bytes.length - from)
      this.#seen.set(generation, Math.max(from, generation.bytes.length))
    }
    return bytes
  }
}
