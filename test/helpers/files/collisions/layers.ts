import type { Generation } from './generations.ts'

/** Files that are the upper layer of others. */
export class Layers {
  /** By the place of a file that no look has seen yet. */
  readonly #expected = new Map<string, Generation>()
  readonly #lowerPlaces = new Set<string>()
  readonly #lower = new Map<Generation, Generation>()

  /** The file at a place is the upper layer of the one at another, which has this generation, if any was seen. */
  expect(place: string, lowerPlace: string, lower: Generation | undefined): void {
    if (lower !== undefined) this.#expected.set(place, lower)
    this.#lowerPlaces.add(lowerPlace)
  }

  /** The lower one, for a file that may be an upper layer. */
  expectedAt(place: string): Generation | undefined {
    return this.#expected.get(place)
  }

  note(upper: Generation, lower: Generation): void {
    this.#lower.set(upper, lower)
  }

  lowerOf(generation: Generation): Generation | undefined {
    return this.#lower.get(generation)
  }

  isLower(place: string): boolean {
    return this.#lowerPlaces.has(place)
  }

  /** Itself, and those below it. */
  *all(generation: Generation): Iterable<Generation> {
    for (let one: Generation | undefined = generation; one !== undefined; one = this.#lower.get(one)) yield one
  }
}
