import type { ArrivalOracle } from './arrival-oracle.ts'
import type { Generation } from './generations.ts'

/** Files that this run saw: it has a descriptor of each that is not read to its end. */
export class HeldFiles {
  readonly #oracle: ArrivalOracle
  #held = new Set<Generation>()
  /** How far runs that ended have read each file: it is opened when it has more, or is read again. */
  #readBefore = new Map<Generation, number>()

  constructor(oracle: ArrivalOracle) {
    this.#oracle = oracle
  }

  has(generation: Generation): boolean {
    return this.#held.has(generation)
  }

  all(): Iterable<Generation> {
    return this.#held
  }

  takenIn(run: number): ReadonlySet<Generation> {
    return new Set([...this.#held].filter(({ takenIn }) => takenIn === run))
  }

  noteLook(look: number): void {
    for (const generation of this.#oracle.generations) {
      const isSeen = generation.last.look === look && generation.isListed
      // A file is left alone until it has something to read.
      const isReadInRun = generation.takenIn === generation.last.run
      const readBefore = isReadInRun ? 0 : (this.#readBefore.get(generation) ?? 0)
      const readTo = Math.max(generation.requiredFrom, generation.closedAt, readBefore)
      const hasUnread = generation.bytes.length > readTo && !this.#oracle.mayBeLeftOut(generation)
      if (!isSeen || !hasUnread) continue
      this.#held.add(generation)
      generation.heldIn = generation.last.run
    }
  }

  /** Files are closed where the system has no descriptor left, and one that has nothing to read is not opened again. */
  noteShortage(): void {
    for (const generation of this.#held) {
      if (generation.goneAt !== undefined || !generation.isListed) continue
      generation.closedAt = generation.bytes.length
      this.#held.delete(generation)
    }
  }

  /** Descriptors go with the run. */
  noteEnd(): void {
    this.#held = new Set()
    this.#readBefore = new Map(this.#oracle.generations.map(generation => [generation, generation.takenTo]))
  }
}
