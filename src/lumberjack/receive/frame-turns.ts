/** Of all connections together, in one turn of the event loop: a chunk can have thousands of tiny frames. */
export const UNITS_PER_TURN = 256
/** Of one connection, however many others wait. */
const MIN_SHARE = 4
const UNIT_BYTES = 1024
const INFLATING_UNITS = 4

/** What reading a frame here takes: about as long for each unit, a few dozen microseconds at most. */
export function unitsOf(frame: {
  readonly events: number
  readonly bytes: number
  readonly isInflated: boolean
}): number {
  const { events, bytes, isInflated } = frame
  return Math.max(1, events) + Math.floor(bytes / UNIT_BYTES) + (isInflated ? INFLATING_UNITS : 0)
}

/** Bounds what the main thread reads in one turn of its loop, however many connections have frames. */
export class FrameTurns {
  #left = UNITS_PER_TURN
  /** Of each connection in this turn. */
  #share = UNITS_PER_TURN
  #isTurning = false
  #waiting: (() => void)[] = []
  /** They had a turn in which nothing was left for them. */
  #late: (() => void)[] = []

  /** Whether a connection that has taken so many units since it last waited may take a frame in this turn. */
  mayTake(units: number): boolean {
    return this.#left > 0 && units < this.#share
  }

  noteTaken(units: number): void {
    this.#left -= units
    this.#awaitNext()
  }

  /** Resolves in a later turn, in which there is room for a share: those that have waited longest go first. */
  async waitForShare({ hadNone }: { readonly hadNone: boolean }): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (hadNone) this.#late.push(resolve)
    else this.#waiting.push(resolve)
    this.#awaitNext()
    await promise
  }

  #awaitNext(): void {
    if (this.#isTurning) return
    this.#isTurning = true
    setImmediate(() => this.#begin())
  }

  #begin(): void {
    this.#isTurning = false
    this.#left = UNITS_PER_TURN
    const waiting = [...this.#late, ...this.#waiting]
    this.#share = Math.max(MIN_SHARE, Math.floor(UNITS_PER_TURN / Math.max(1, waiting.length)))
    const next = waiting.splice(0, UNITS_PER_TURN / MIN_SHARE)
    this.#late = []
    this.#waiting = waiting
    for (const resolve of next) resolve()
    if (waiting.length > 0) this.#awaitNext()
  }
}
