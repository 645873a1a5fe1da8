import type { BackoffLimits } from '../../../flow/backoff.ts'
import type { Watched } from '../../../flow/watched-value.ts'
import { type ServerAddress, keyOf } from './server-address.ts'

export interface ServerFailuresOptions {
  readonly servers: Watched<readonly ServerAddress[]>
  readonly limits: BackoffLimits
  /** Milliseconds of any clock. */
  readonly now: () => number
}

interface Failures {
  readonly count: number
  readonly untilMs: number
}

/** Which servers failed lately: others come first for a time that doubles with each failure. */
export class ServerFailures {
  readonly #options: ServerFailuresOptions
  readonly #failures = new Map<string, Failures>()
  #lastFailed: string | undefined

  constructor(options: ServerFailuresOptions) {
    this.#options = options
  }

  noteFailure(server: ServerAddress): void {
    const { servers, limits, now } = this.#options
    const key = keyOf(server)
    const count = (this.#failures.get(key)?.count ?? 0) + 1
    // Twice the waits between attempts, so that the next attempt finds it in doubt.
    const untilMs = now() + 2 * Math.min(limits.firstMs * 2 ** (count - 1), limits.maxMs)
    this.#failures.set(key, { count, untilMs })
    this.#lastFailed = key
    this.#forgetAllBut(servers.current)
  }

  noteWorking(server: ServerAddress): void {
    const key = keyOf(server)
    this.#failures.delete(key)
    if (this.#lastFailed === key) this.#lastFailed = undefined
  }

  doubtEndMs(server: ServerAddress): number {
    const { untilMs = 0 } = this.#failures.get(keyOf(server)) ?? {}
    return untilMs > this.#options.now() ? untilMs : 0
  }

  isLastFailed(server: ServerAddress): boolean {
    return this.#lastFailed === keyOf(server)
  }

  /** A server that has left the list has no failures when it comes back. */
  #forgetAllBut(servers: readonly ServerAddress[]): void {
    const keys = new Set(servers.map(keyOf))
    for (const key of this.#failures.keys()) if (!keys.has(key)) this.#failures.delete(key)
  }
}
