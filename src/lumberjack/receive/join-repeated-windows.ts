import { type Hash, createHash } from 'node:crypto'

/** Makes the key of a protocol 1 window: equal for the same origin, the same count and the same bytes. */
export class WindowDigest {
  readonly #hash: Hash = createHash('sha256')

  constructor(origin: string, count: number) {
    this.#hash.update(`${origin} ${count} `)
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  toKey(): string {
    return this.#hash.digest('base64url')
  }
}

/** The connection over which a window came. */
export interface WindowOwner {
  /** Its client has ended it, or it broke. The client may still read: a half-closed one does. */
  readonly hasEnded: boolean
}

/** A protocol 1 window that is with the sink, or waits there for the one that it joined. */
export interface JoinableWindow {
  readonly delivered: Promise<void>
  /** It waits for an earlier one, and is delivered itself only if that one turns out to be another window. */
  readonly isJoined: boolean
  /** Whether its ack has reached its client. To be called once for each. */
  readonly noteAck: (hasReached: boolean) => void
}

interface Entry {
  readonly owner: WindowOwner
  readonly delivered: Promise<void>
  readonly hasAckReached: Promise<boolean>
  /** When it is forgotten, in milliseconds since 1970; never before the fate of its ack is known. */
  expiresAtMs: number
}

/** How many windows whose ack did not reach the client are kept; the oldest are forgotten first. */
const MAX_ENTRIES = 10_000

/**
 * Protocol 1 windows whose ack has not reached their client. Their events have no ids: a client whose connection ended
 * sends them again over another one. Such a window joins the first instead of being stored twice. While the first
 * connection lives, an equal window is a different one; so it is once the first one's ack has reached its client.
 */
export class JoinableWindows {
  /** The latest of each key. */
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

  /** Delivers a window, or waits for the one with an equal key that it joins. */
  deliver(key: string, owner: WindowOwner, deliver: () => Promise<void>): JoinableWindow {
    const earlier = this.#find(key)
    const isJoined = earlier?.owner.hasEnded === true
    const delivered = isJoined ? join(earlier, deliver) : deliver()
    const { promise: hasAckReached, resolve } = Promise.withResolvers<boolean>()
    const entry: Entry = { owner, delivered, hasAckReached, expiresAtMs: Infinity }
    this.#entries.set(key, entry)
    const noteAck = (hasReached: boolean) => {
      resolve(hasReached)
      if (hasReached) this.#forget(key, entry)
      else this.#keepForAWhile(key, entry)
    }
    delivered.catch(() => this.#forget(key, entry)) // the pump gets the rejection too, and ends the connection
    return { delivered, isJoined, noteAck }
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresAtMs > this.#now() ? entry : undefined
  }

  #keepForAWhile(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
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

/** The window is the earlier one again, unless that was given up, or its client got the ack and so was another one. */
async function join(earlier: Entry, deliver: () => Promise<void>): Promise<void> {
  const isSafe = await earlier.delivered.then(
    () => true,
    () => false,
  )
  if (isSafe && !(await earlier.hasAckReached)) return
  await deliver()
}

/** Those windows of one connection of which it is not known yet whether their acks have reached the client. */
export class ConnectionWindows {
  readonly #joinable: JoinableWindows
  readonly #owner: WindowOwner
  /** In the order in which they are acked. */
  readonly #unacked: JoinableWindow[] = []
  readonly #unsure: JoinableWindow[] = []

  constructor(joinable: JoinableWindows, owner: WindowOwner) {
    this.#joinable = joinable
    this.#owner = owner
  }

  /** Acks were written after the client had ended its side: perhaps nobody was there to read them. */
  get isUnsure(): boolean {
    return this.#unsure.length > 0
  }

  deliver(key: string, deliver: () => Promise<void>): JoinableWindow {
    const window = this.#joinable.deliver(key, this.#owner, deliver)
    this.#unacked.push(window)
    return window
  }

  /** The first window is safe. */
  noteAck(isWritten: boolean): void {
    const window = this.#unacked.shift()
    if (window === undefined) return
    if (isWritten && this.#owner.hasEnded) this.#unsure.push(window)
    else window.noteAck(isWritten)
  }

  /** No further ack is written. `wasReset`: by the client's system, in answer to the acks. */
  close({ wasReset }: { readonly wasReset: boolean }): void {
    for (const window of this.#unacked.splice(0)) window.noteAck(false)
    for (const window of this.#unsure.splice(0)) window.noteAck(!wasReset)
  }
}
