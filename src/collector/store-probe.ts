import { wait } from '../flow/backoff.ts'
import type { Store } from '../stores/contract.ts'
import { reasonOf } from '../flow/reason.ts'

/** How long a start waits for the store. One that is away must not make it fail: events are held until it is back. */
const PATIENCE_MS = 10_000
const AGAIN_MS = 10_000

export type StoreProbeState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly reason: string }

/** The first word with the store, said until it answers. */
export class StoreProbe {
  readonly #store: Pick<Store, 'greet'>
  readonly #againMs: number
  readonly #tried = Promise.withResolvers<void>()
  readonly #closing = new AbortController()
  #state: StoreProbeState = { kind: 'waiting' }

  /** Begins at once. */
  constructor(store: Pick<Store, 'greet'>, againMs = AGAIN_MS) {
    this.#store = store
    this.#againMs = againMs
    void this.#run() // it never rejects
  }

  get state(): StoreProbeState {
    return this.#state
  }

  /** Resolves when the store has answered or was found to be away, when patience is at an end, or when `stop` fires. */
  async wait(stop: AbortSignal, patienceMs = PATIENCE_MS): Promise<void> {
    const enough = new AbortController()
    await Promise.race([this.#tried.promise, wait(patienceMs, AbortSignal.any([stop, enough.signal]))])
    enough.abort()
  }

  close(): void {
    this.#closing.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted && this.#state.kind !== 'answered') {
      this.#state = await this.#greet()
      this.#tried.resolve()
      if (this.#state.kind === 'failed') await wait(this.#againMs, signal)
    }
  }

  async #greet(): Promise<StoreProbeState> {
    try {
      const reason = await this.#store.greet?.()
      return reason === undefined ? { kind: 'answered' } : { kind: 'failed', reason }
    } catch (error) {
      // Whoever writes meets it again, and acts on it.
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }
}
