const MAX_SENDERS = 10_000

interface Waiting<Item> {
  readonly item: Item
  readonly sender: string
}

/**
 * What waits for a thread, by sender: the next is the one of the sender that has used the threads least, so that one
 * with costly frames waits for the others and not they for it. A sender that was away gains nothing by it.
 */
export class FairTurns<Item> {
  readonly #waiting: Waiting<Item>[] = []
  /** Milliseconds that each sender has used; one that is missing has used as much as the last one who was served. */
  readonly #usedMs = new Map<string, number>()
  #servedMs = 0

  get size(): number {
    return this.#waiting.length
  }

  add(item: Item, sender: string): void {
    this.#waiting.push({ item, sender })
  }

  /** The next one that `fits`. */
  take(fits: (item: Item) => boolean): Item | undefined {
    let best: Waiting<Item> | undefined
    for (const waiting of this.#waiting)
      if (fits(waiting.item) && (best === undefined || this.#used(waiting) < this.#used(best))) best = waiting
    if (best === undefined) return undefined
    this.#servedMs = Math.max(this.#servedMs, this.#used(best))
    this.#waiting.splice(this.#waiting.indexOf(best), 1)
    return best.item
  }

  noteUse(sender: string, ms: number): void {
    this.#usedMs.set(sender, Math.max(this.#usedMs.get(sender) ?? 0, this.#servedMs) + ms)
    if (this.#usedMs.size > 2 * this.#waiting.length + 1000) this.#forget()
  }

  remove(predicate: (item: Item) => boolean): Item[] {
    const removed = this.#waiting.filter(({ item }) => predicate(item))
    for (const one of removed) this.#waiting.splice(this.#waiting.indexOf(one), 1)
    return removed.map(({ item }) => item)
  }

  #used({ sender }: Waiting<Item>): number {
    return Math.max(this.#usedMs.get(sender) ?? 0, this.#servedMs)
  }

  #forget(): void {
    for (const [sender, ms] of this.#usedMs) if (ms <= this.#servedMs) this.#usedMs.delete(sender)
    if (this.#usedMs.size > MAX_SENDERS) this.#usedMs.clear()
  }
}
