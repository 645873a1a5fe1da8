import { NestedTurns } from '../../flow/nested-turns.ts'

/** Each takes about a millisecond of the main thread: to begin a TLS handshake, depending on the key, or to serve a connection. */
export const STEPS_PER_TURN = 8

/**
 * Bounds how many TLS handshakes begin, and connections begin to be served, in one turn of the event loop. Addresses take
 * turns, so none waits for hundreds of another.
 */
export class AdmissionTurns {
  readonly #waiting = new NestedTurns<Waiting>()
  #isTurning = false

  /** Resolves in the turn in which a connection of this address may take its next step. */
  async waitForTurn(network: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add({ sender: network, member: '' }, { network, resolve })
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
    for (let taken = 0; taken < STEPS_PER_TURN; taken++) {
      const [next] = this.#waiting
      if (next === undefined) return
      this.#waiting.take({ sender: next.network, member: '' }, next)
      next.resolve()
    }
    if (!this.#waiting.isEmpty) this.#awaitNext()
  }
}

interface Waiting {
  readonly network: string
  readonly resolve: () => void
}
