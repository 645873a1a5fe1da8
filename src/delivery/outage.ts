import type { Log } from '../telemetry/log.ts'
import type { Clock } from './contract.ts'

const LOUD_AFTER_MS = 30_000
const REMIND_AFTER_MS = 600_000

interface Failing {
  readonly sinceMs: number
  reason: string
  /** When an error was said last; undefined: not yet. */
  saidMs?: number
}

/** Whether the store takes anything at all. A short outage is a warning; one that lasts is an error and bad health. */
export class Outage {
  readonly #log: Log
  readonly #clock: Clock
  #failing: Failing | undefined

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  failed(reason: string): void {
    const nowMs = this.#clock.now()
    if (this.#failing === undefined) {
      this.#failing = { sinceMs: nowMs, reason }
      this.#log.warn({ reason }, 'the store takes nothing now: trying again')
      return
    }
    const failing = this.#failing
    failing.reason = reason
    const isLoud = nowMs - failing.sinceMs >= LOUD_AFTER_MS && nowMs - (failing.saidMs ?? 0) >= REMIND_AFTER_MS
    if (!isLoud) return
    failing.saidMs = nowMs
    this.#log.error(
      { reason, seconds: this.#secondsSince(failing) },
      'the store still takes nothing: senders have to wait',
    )
  }

  succeeded(): void {
    if (this.#failing === undefined) return
    this.#log.info({ seconds: this.#secondsSince(this.#failing) }, 'the store takes events again')
    this.#failing = undefined
  }

  /** Also of one that has only begun. */
  status(): { readonly outage?: string } {
    return this.#failing === undefined ? {} : { outage: this.#failing.reason }
  }

  /** A sentence once it has lasted long enough to be an operator's matter. */
  explain(): string | undefined {
    const failing = this.#failing
    if (failing === undefined || this.#clock.now() - failing.sinceMs < LOUD_AFTER_MS) return undefined
    return `the store has taken nothing for ${this.#secondsSince(failing)} s: ${failing.reason}`
  }

  #secondsSince({ sinceMs }: Failing): number {
    return Math.round((this.#clock.now() - sinceMs) / 1000)
  }
}
