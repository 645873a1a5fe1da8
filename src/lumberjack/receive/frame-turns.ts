/** Of all connections together, in one turn of the event loop: a chunk can have thousands of tiny frames. */
export const FRAMES_PER_TURN = 256
/** Of one connection, however many others wait. */
const MIN_SHARE = 4

/** Bounds what the main thread reads in one turn of its loop, however many connections have frames. */
export class FrameTurns {
  #left = FRAMES_PER_TURN
  /** Of each connection in this turn. */
  #share = FRAMES_PER_TURN
  #isTurning = false
  readonly #waiting: (() => void)[] = []

  /** Whether a connection that has taken so many frames since it last waited may take another one in this turn. */
  mayTake(count: number): boolean {
    return this.#left > 0 && count < this.#share
  }

  noteTaken(): void {
    this.#left--
    this.#awaitNext()
  }

  /** Resolves in a later turn, in which there is room for a share: those that have waited longest go first. */
  async waitForShare(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
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
    this.#left = FRAMES_PER_TURN
    this.#share = Math.max(MIN_SHARE, Math.floor(FRAMES_PER_TURN / Math.max(1, this.#waiting.length)))
    for (const resolve of this.#waiting.splice(0, FRAMES_PER_TURN / MIN_SHARE)) resolve()
    if (this.#waiting.length > 0) this.#awaitNext()
  }
}
