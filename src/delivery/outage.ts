import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'

const LOUD_AFTER_MS = 30_000
const REMIND_AFTER_MS = 600_000

interface Failing {
  readonly sinceMs: number
  reason: string
  /** When an error was logged last; undefined: not yet. */
  reportedMs?: number
}

/** Times in which the store takes nothing at all. A short one is a warning; a long one is an error and bad health. */
export class Outage {
  readonly #log: Log
  readonly #clock: Clock
  #failing: Failing | undefined

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  noteFailure(reason: string): void {
    const nowMs = this.#clock.now()
    if (this.#failing === undefined) {
      this.#failing = { sinceMs: nowMs, reason }
      this.#log.warn({ reason }, 'the store takes nothing now; trying again')
      return
    }
    const failing = this.#failing
    failing.reason = reason
    const isLoud = nowMs - failing.sinceMs >= LOUD_AFTER_MS && nowMs - (failing.reportedMs ?? 0) >= REMIND_AFTER_MS
    if (!isLoud) return
    failing.reportedMs = nowMs
    this.#log.error(
      { reason, seconds: this.#secondsSince(failing) },
      'the store still takes nothing; senders have to wait',
    )
  }

  noteSuccess(): void {
    if (this.#failing === undefined) return
    this.#log.info({ seconds: this.#secondsSince(this.#failing) }, 'the store takes events again')
    this.#failing = undefined
  }

  /** Reports an outage from its beginning. */
  status(): { readonly outage?: string } {
    return this.#failing === undefined ? {} : { outage: this.#failing.reason }
  }

  /** A sentence, once the outage is long enough for an operator to look at it. */
  explain(): string | undefined {
    const failing = this.#failing
    if (failing === undefined || this.#clock.now() - failing.sinceMs < LOUD_AFTER_MS) return undefined
    return `the store has taken nothing for ${this.#secondsSince(failing)} s: ${failing.reason}`
  }

  #secondsSince({ sinceMs }: Failing): number {
    return Math.round((this.#clock.now() - sinceMs) / 1000)
  }
}
