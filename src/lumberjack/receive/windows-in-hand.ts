import type { ReceivedBatch } from './received-batch.ts'

/** What is known of a connection's end. */
export interface ConnectionLife {
  /** The peer has ended it, or it broke: it can't hear an ack any more. */
  readonly hasEnded: boolean
}

interface Entry {
  readonly delivered: Promise<void>
  owner: ConnectionLife
  /** When it is forgotten, in milliseconds since 1970; not as long as it is with the sink. */
  expiresAtMs: number
}

/** As many are kept whose ack could not be written; the oldest go first. */
const MOST_ENTRIES = 10_000

/**
 * Protocol 1 windows that are with the sink, or whose ack could not be written because their connection had ended.
 * Their events have no ids of their own: when such a window comes again over a new connection, it joins the one in hand
 * instead of being stored twice. As long as the first connection lives, an equal window is another one.
 */
export class WindowsInHand {
  readonly #entries = new Map<string, Entry>()
  #keepMs: number
  readonly #now: () => number

  constructor(keepMs: number, now: () => number) {
    this.#keepMs = keepMs
    this.#now = now
  }

  /** How long an ack that could not be written is remembered from now on. */
  keepFor(keepMs: number): void {
    this.#keepMs = keepMs
  }

  /** Delivers the batch, or waits for the equal one that is in hand; `isJoined` says which. */
  deliver(
    batch: ReceivedBatch,
    owner: ConnectionLife,
    deliver: () => Promise<void>,
  ): { readonly delivered: Promise<void>; readonly isJoined: boolean } {
    const key = batch.joinKey
    if (key === undefined) return { delivered: deliver(), isJoined: false }
    const known = this.#find(key)
    if (known?.owner.hasEnded === true) {
      known.owner = owner
      return { delivered: known.delivered, isJoined: true }
    }
    const entry: Entry = { delivered: deliver(), owner, expiresAtMs: Infinity }
    this.#entries.set(key, entry)
    entry.delivered.catch(() => this.#forget(key, entry)) // the pump hears of it too, and ends the connection
    return { delivered: entry.delivered, isJoined: false }
  }

  /** The batch is safe. `isTold`: its ack went to a connection that could still hear it. */
  settle(batch: ReceivedBatch, owner: ConnectionLife, isTold: boolean): void {
    const key = batch.joinKey
    const entry = key === undefined ? undefined : this.#entries.get(key)
    if (key === undefined || entry?.owner !== owner) return
    if (isTold) this.#entries.delete(key)
    else this.#keepForAWhile(key, entry)
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresAtMs > this.#now() ? entry : undefined
  }

  #keepForAWhile(key: string, entry: Entry): void {
    entry.expiresAtMs = this.#now() + this.#keepMs
    this.#entries.delete(key)
    this.#entries.set(key, entry) // last, so that the oldest are found first
    for (const [oldKey, old] of this.#entries) {
      if (old.expiresAtMs > this.#now() && this.#entries.size <= MOST_ENTRIES) return
      if (old.expiresAtMs !== Infinity) this.#entries.delete(oldKey)
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}
