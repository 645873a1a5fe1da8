import type { Log } from '../telemetry/log.ts'
import { type Clock, REMIND_AFTER_MS } from './clock.ts'

export const LOUD_AFTER_MS = 30_000

/** A time in which the store takes nothing at all. A short one is a warning; a long one is an error and bad health. */
export class Outage {
  readonly #log: Log
  readonly #clock: Clock
  readonly #sinceMs: number
  #reason: string
  /** When an error was logged last. */
  #reportedMs = 0

  constructor(reason: string, sinceMs: number, { log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#reason = reason
    this.#log = log
    this.#clock = clock
    this.#sinceMs = sinceMs
    log.warn({ reason }, 'the store takes nothing now; trying again')
  }

  /** Why the last try failed. */
  get reason(): string {
    return this.#reason
  }

  noteFailure(reason: string): void {
    this.#reason = reason
    const nowMs = this.#clock.now()
    if (!this.#isLong() || nowMs - this.#reportedMs < REMIND_AFTER_MS) return
    this.#reportedMs = nowMs
    this.#log.error({ reason, seconds: this.#seconds() }, 'the store still takes nothing; senders have to wait')
  }

  end(): void {
    this.#log.info({ seconds: this.#seconds() }, 'the store takes events again')
  }

  explain(): string | undefined {
    return this.#isLong() ? `the store has taken nothing for ${this.#seconds()} s: ${this.#reason}` : undefined
  }

  #isLong(): boolean {
    return this.#clock.now() - this.#sinceMs >= LOUD_AFTER_MS
  }

  #seconds(): number {
    return Math.round((this.#clock.now() - this.#sinceMs) / 1000)
  }
}
