import { short } from './instances.ts'

/** The lines that arrived. */
export class Arrivals {
  /** By offset and text: the ids. */
  readonly #idsByKey = new Map<string, Set<string>>()
  readonly #textById = new Map<string, string>()

  take(id: string, text: string): void {
    const known = this.#textById.get(id)
    if (known !== undefined && known !== text) throw new Error(`${id} is shared by ${short(known)} and ${short(text)}`)
    this.#textById.set(id, text)
    const key = `${id.slice(id.lastIndexOf('-') + 1)} ${text}`
    this.#idsByKey.set(key, (this.#idsByKey.get(key) ?? new Set()).add(id))
  }

  all(): Iterable<readonly [string, ReadonlySet<string>]> {
    return this.#idsByKey
  }

  count(key: string): number {
    return this.#idsByKey.get(key)?.size ?? 0
  }
}
