export interface PlaceLimits {
  readonly total: number
  /** For one address. */
  readonly each: number
}

/** Places for connections, of which one address never has all. */
export class Places {
  readonly #taken = new Map<string, number>()
  #total = 0

  isTakenBy(address: string): boolean {
    return this.#taken.has(address)
  }

  /** Which limit is in the way; undefined where there is a place. */
  findLimit(address: string, { total, each }: PlaceLimits): keyof PlaceLimits | undefined {
    if (this.#total >= total) return 'total'
    return (this.#taken.get(address) ?? 0) >= each ? 'each' : undefined
  }

  take(address: string): void {
    this.#total++
    this.#taken.set(address, (this.#taken.get(address) ?? 0) + 1)
  }

  free(address: string): void {
    const rest = (this.#taken.get(address) ?? 0) - 1
    this.#total--
    if (rest > 0) this.#taken.set(address, rest)
    else this.#taken.delete(address)
  }
}
