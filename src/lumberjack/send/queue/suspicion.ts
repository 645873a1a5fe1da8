/** Connections that a window ends, with others on the wire, until it is sent alone. */
const ENDS_UNTIL_ALONE = 2
/** How often a single event ends a connection behind a window that the server acked over it. */
const MIN_ENDS_BEHIND = 2
/** How often it ends one as its first window: a server may end every connection after a number of windows. */
const MIN_ENDS_FIRST = 2

/** The connections to one server that ended with the event alone on the wire, while the server acked the windows around it. */
interface ServerEnds {
  behind: number
  first: number
  /** It ended another one as its first window, and the server has acked nothing since: that may be an outage. */
  isFirstUnproven: boolean
}

/** A connection, which asks for a window. */
export interface Taker {
  /** The server's key. */
  readonly server: string
  /** The server has acked a window over this connection. */
  readonly hasAcked: boolean
}

/** The evidence that a server refuses a window: connections that ended with it unacked. */
export class Suspicion {
  readonly #byServer = new Map<string, ServerEnds>()
  readonly #acking = new Set<string>()
  #ends: number
  #tries = 0
  #sinceMs = Infinity

  /** `isAlone`: it is a part of a window that was suspected. */
  constructor({ isAlone = false } = {}) {
    this.#ends = isAlone ? ENDS_UNTIL_ALONE : 0
  }

  /** It is to be sent with no other window on the wire, so that an end is an answer to it. */
  get isAlone(): boolean {
    return this.#ends >= ENDS_UNTIL_ALONE
  }

  /** Connections that ended with it alone on the wire. */
  get tries(): number {
    return this.#tries
  }

  get servers(): readonly string[] {
    return [...this.#byServer.keys()]
  }

  noteEnd(): void {
    this.#ends++
  }

  /** A connection ended with the event alone on the wire. */
  noteEndAlone({ server, hasAcked }: Taker, nowMs: number): void {
    this.#tries++
    this.#sinceMs = Math.min(this.#sinceMs, nowMs)
    const ends = this.#byServer.get(server) ?? { behind: 0, first: 0, isFirstUnproven: false }
    this.#byServer.set(server, ends)
    if (hasAcked) ends.behind++
    else ends.isFirstUnproven = true
  }

  /** The server acked another window. */
  noteOtherAck(server: string): void {
    this.#acking.add(server)
    const ends = this.#byServer.get(server)
    if (ends?.isFirstUnproven !== true) return
    ends.isFirstUnproven = false
    ends.first++
  }

  /** It ended a connection as its first window, and the server has acked nothing since. */
  isUnproven(server: string): boolean {
    return this.#endsAt(server).isFirstUnproven
  }

  isRefusedBy(server: string): boolean {
    const { behind, first } = this.#endsAt(server)
    return behind >= MIN_ENDS_BEHIND && first >= MIN_ENDS_FIRST
  }

  /** The server has acked nothing since the first end, and had `graceMs` for it. */
  isAbsent(server: string, graceMs: number, nowMs: number): boolean {
    return !this.#acking.has(server) && nowMs - this.#sinceMs >= graceMs
  }

  /** A try over this connection now would prove something. */
  isWorthTrying({ server, hasAcked }: Taker): boolean {
    const { behind, first, isFirstUnproven } = this.#endsAt(server)
    if (hasAcked) return behind < MIN_ENDS_BEHIND
    return !isFirstUnproven && first < Math.min(behind, MIN_ENDS_FIRST)
  }

  #endsAt(server: string): ServerEnds {
    return this.#byServer.get(server) ?? { behind: 0, first: 0, isFirstUnproven: false }
  }
}
