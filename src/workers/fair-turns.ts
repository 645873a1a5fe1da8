import type { Place } from '../flow/nested-turns.ts'

const MAX_SENDERS = 10_000
const MAX_MEMBERS = 1000

interface Waiting<Item> {
  readonly item: Item
  readonly place: Place
}

/**
 * What waits for a thread: the next is the one of the sender that has used the threads least, and among its members the one
 * that has. So one with costly frames waits for the others and not they for it.
 */
export class FairTurns<Item> {
  readonly #waiting: Waiting<Item>[] = []
  readonly #senders = new Uses(MAX_SENDERS)
  readonly #members = new Map<string, Uses>()

  get size(): number {
    return this.#waiting.length
  }

  add(item: Item, place: Place): void {
    this.#waiting.push({ item, place })
  }

  /** The next one that `fits`. */
  take(fits: (item: Item) => boolean): Item | undefined {
    let best: Waiting<Item> | undefined
    for (const waiting of this.#waiting)
      if (fits(waiting.item) && (best === undefined || this.#isBefore(waiting.place, best.place))) best = waiting
    if (best === undefined) return undefined
    const { sender, member } = best.place
    this.#senders.noteServed(sender)
    this.#members.get(sender)?.noteServed(member)
    this.#waiting.splice(this.#waiting.indexOf(best), 1)
    return best.item
  }

  noteUse({ sender, member }: Place, ms: number): void {
    const members = this.#members.get(sender) ?? new Uses(MAX_MEMBERS)
    this.#members.set(sender, members)
    members.add(member, ms)
    this.#senders.add(sender, ms)
    if (this.#members.size > 2 * this.#waiting.length + 1000) this.#forget()
  }

  remove(predicate: (item: Item) => boolean): Item[] {
    const removed = this.#waiting.filter(({ item }) => predicate(item))
    for (const one of removed) this.#waiting.splice(this.#waiting.indexOf(one), 1)
    return removed.map(({ item }) => item)
  }

  #isBefore(a: Place, b: Place): boolean {
    const difference = this.#senders.usedMs(a.sender) - this.#senders.usedMs(b.sender)
    if (difference !== 0 || a.sender !== b.sender) return difference < 0
    const members = this.#members.get(a.sender)
    return members !== undefined && members.usedMs(a.member) < members.usedMs(b.member)
  }

  #forget(): void {
    this.#senders.forget()
    for (const sender of this.#members.keys()) if (!this.#senders.has(sender)) this.#members.delete(sender)
  }
}

/** Milliseconds that each one has used; one that is missing has used as much as the last one that was served: being away gains nothing. */
class Uses {
  readonly #usedMs = new Map<string, number>()
  readonly #max: number
  #servedMs = 0

  constructor(max: number) {
    this.#max = max
  }

  has(name: string): boolean {
    return this.#usedMs.has(name)
  }

  usedMs(name: string): number {
    return Math.max(this.#usedMs.get(name) ?? 0, this.#servedMs)
  }

  add(name: string, ms: number): void {
    this.#usedMs.set(name, this.usedMs(name) + ms)
    if (this.#usedMs.size > this.#max) this.forget()
  }

  noteServed(name: string): void {
    this.#servedMs = this.usedMs(name)
  }

  forget(): void {
    for (const [name, ms] of this.#usedMs) if (ms <= this.#servedMs) this.#usedMs.delete(name)
    if (this.#usedMs.size > this.#max) this.#usedMs.clear()
  }
}
