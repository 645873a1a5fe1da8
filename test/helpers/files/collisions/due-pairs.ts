import { countEqual, type Generation } from './generations.ts'
import type { Instance } from './instances.ts'

/** Pairs of which one has to be recognised as the other: their common lines come once. */
export class DuePairs {
  readonly #others = new Map<Generation, Set<Generation>>()
  /** Those that a killed run may have on no record. */
  #fresh: (readonly [Generation, Generation])[] = []

  add(one: Generation, other: Generation): void {
    this.#fresh.push([one, other])
    this.#others.set(one, (this.#others.get(one) ?? new Set()).add(other))
  }

  noteDurable(): void {
    this.#fresh = []
  }

  noteKill(): void {
    for (const [one, other] of this.#fresh) this.#others.get(one)?.delete(other)
    this.noteDurable()
  }

  has(one: Generation, { generation: other, line }: Instance): boolean {
    const isArchived = one.isArchive || other.isArchive
    const isDue = isArchived || this.#isPair(one, other) || this.#isPair(other, one)
    return isDue && countEqual(one.bytes, other.bytes) >= line.end
  }

  #isPair(one: Generation, other: Generation): boolean {
    return this.#others.get(one)?.has(other) === true
  }
}
