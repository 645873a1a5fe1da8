import { wait, within } from '../flow/backoff.ts'
import type { Store } from '../stores/contract.ts'
import { reasonOf } from '../flow/error-reason.ts'

/** How long a start waits for the store. An unreachable store must not fail the start: events are held until it is back. */
const START_PATIENCE_MS = 10_000
const RETRY_MS = 10_000

export type StoreProbeState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly reason: string }

/** Asks the store until it answers for the first time. */
export class StoreProbe {
  readonly #store: Pick<Store, 'greet'>
  readonly #retryMs: number
  readonly #tried = Promise.withResolvers<void>()
  readonly #closing = new AbortController()
  #state: StoreProbeState = { kind: 'waiting' }

  constructor(store: Pick<Store, 'greet'>, retryMs = RETRY_MS) {
    this.#store = store
    this.#retryMs = retryMs
    void this.#run() // it never rejects
  }

  get state(): StoreProbeState {
    return this.#state
  }

  /** Resolves after the first attempt, well or not, after `patienceMs`, or when `stop` fires. */
  async waitForAnswer(stop: AbortSignal, patienceMs = START_PATIENCE_MS): Promise<void> {
    await within(patienceMs, this.#tried.promise, stop)
  }

  close(): void {
    this.#closing.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted && this.#state.kind !== 'answered') {
      this.#state = await this.#greet()
      this.#tried.resolve()
      if (this.#state.kind === 'failed') await wait(this.#retryMs, signal)
    }
  }

  async #greet(): Promise<StoreProbeState> {
    try {
      const reason = await this.#store.greet?.()
      return reason === undefined ? { kind: 'answered' } : { kind: 'failed', reason }
    } catch (error) {
      // The indexer meets the same failure, and acts on it.
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }
}
