/** A bound on the series of a metric, and on memory: senders that come later share one. */
const MAX_SENDERS = 100

export interface SenderCount {
  /** '' for those that share a count. */
  readonly sender: string
  readonly events: number
}

/** Events that were in the store already, by sender: resends, or ids that another one has used. Counts never go back. */
export class ExistedBySender {
  readonly #counts = new Map<string, number>()

  note(sender: string, events: number): void {
    if (events === 0) return
    const name = this.#counts.has(sender) || this.#counts.size < MAX_SENDERS ? sender : ''
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + events)
  }

  list(): readonly SenderCount[] {
    return [...this.#counts].map(([sender, events]) => ({ sender, events }))
  }
}
