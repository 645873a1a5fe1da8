import { type Hash, createHash } from 'node:crypto'

/** Makes the key of a protocol 1 window: equal for the same address, the same count and the same bytes. */
export class WindowDigest {
  readonly #hash: Hash = createHash('sha256')

  constructor(address: string, count: number) {
    this.#hash.update(`${address} ${count} `)
  }

  add(bytes: Buffer): void {
    this.#hash.update(bytes)
  }

  toKey(): string {
    return this.#hash.digest('base64url')
  }
}

/** The connection over which a window came. */
export interface WindowOwner {
  /** Its client has ended it, or it broke: an ack cannot reach the client any more. */
  readonly hasEnded: boolean
}

interface Entry {
  readonly delivered: Promise<void>
  owner: WindowOwner
  /** When it is forgotten, in milliseconds since 1970; never while it is with the sink. */
  expiresAtMs: number
}

/** How many windows whose ack could not be written are kept; the oldest are forgotten first. */
const MAX_ENTRIES = 10_000

/**
 * Protocol 1 windows that are with the sink, or whose ack could not be written because their connection had ended.
 * Their events have no ids: when such a window comes again over a new connection, it joins the first instead of being
 * stored twice. While the first connection lives, an equal window is a different one.
 */
export class JoinableWindows {
  readonly #entries = new Map<string, Entry>()
  #keepMs: number
  readonly #now: () => number

  constructor(keepMs: number, now: () => number) {
    this.#keepMs = keepMs
    this.#now = now
  }

  keepFor(keepMs: number): void {
    this.#keepMs = keepMs
  }

  /** Delivers a batch, or waits for the one with an equal key that it joins. */
  deliver(
    key: string,
    owner: WindowOwner,
    deliver: () => Promise<void>,
  ): { readonly delivered: Promise<void>; readonly isJoined: boolean } {
    const known = this.#find(key)
    if (known?.owner.hasEnded === true) {
      known.owner = owner
      return { delivered: known.delivered, isJoined: true }
    }
    const entry: Entry = { delivered: deliver(), owner, expiresAtMs: Infinity }
    this.#entries.set(key, entry)
    entry.delivered.catch(() => this.#forget(key, entry)) // the pump gets the rejection too, and ends the connection
    return { delivered: entry.delivered, isJoined: false }
  }

  /** The batch is safe. `isAcked`: its ack went to a connection that had not ended. */
  noteSafe(key: string, owner: WindowOwner, isAcked: boolean): void {
    const entry = this.#entries.get(key)
    if (entry?.owner !== owner) return
    if (isAcked) this.#entries.delete(key)
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
      if (old.expiresAtMs > this.#now() && this.#entries.size <= MAX_ENTRIES) return
      if (old.expiresAtMs !== Infinity) this.#entries.delete(oldKey)
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}
