import type { BackoffLimits } from '../../../flow/backoff.ts'
import { type ServerAddress, keyOf } from './server-address.ts'

interface Failures {
  readonly count: number
  readonly untilMs: number
}

/** Who failed lately: others come first for a while that doubles with each failure. */
export class ServerFailures {
  readonly #limits: BackoffLimits
  readonly #now: () => number
  readonly #failures = new Map<string, Failures>()
  #lastFailed: string | undefined

  /** `now`: milliseconds of any clock. */
  constructor(limits: BackoffLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  failed(server: ServerAddress): void {
    const key = keyOf(server)
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    const { firstMs, maxMs } = this.#limits
    // Twice the waits between attempts, so that the next attempt finds it in doubt.
    const untilMs = this.#now() + 2 * Math.min(firstMs * 2 ** (count - 1), maxMs)
    this.#failures.set(key, { count, untilMs })
    this.#lastFailed = key
  }

  worked(server: ServerAddress): void {
    const key = keyOf(server)
    this.#failures.delete(key)
    if (this.#lastFailed === key) this.#lastFailed = undefined
  }

  /** When there is no more doubt, in milliseconds of the clock; 0 where there is none. */
  doubtEndMs(server: ServerAddress): number {
    const { untilMs = 0 } = this.#failures.get(keyOf(server)) ?? {}
    return untilMs > this.#now() ? untilMs : 0
  }

  isLastFailed(server: ServerAddress): boolean {
    return this.#lastFailed === keyOf(server)
  }

  /** Whoever has left the list begins anew when he comes back. */
  forgetAllBut(servers: readonly ServerAddress[]): void {
    const keys = new Set(servers.map(keyOf))
    for (const key of this.#failures.keys()) if (!keys.has(key)) this.#failures.delete(key)
  }
}
