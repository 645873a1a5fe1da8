import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../flow/time-units.ts'
import type { Arrivals } from './arrivals.ts'

/** How long the clock has to be ahead, or behind, before it is believed. */
const SECOND_SIGN_MS = 3 * HOUR_MS
/** A longer step is a machine that slept or a monotonic clock that jumped: no time that is known to have passed. */
const MAX_STEP_MS = MINUTE_MS
const MIN_LEAD_MS = SECOND_MS

export interface Instant {
  /** The system's clock, milliseconds since 1970. */
  readonly wallMs: number
  readonly monotonicMs: number
}

/**
 * The time by which events grow old. While the program runs it passes as the monotonic clock does, so a wrong clock of the
 * system deletes nothing. From a clock that is ahead it learns how long the program did not run, once that clock has been
 * ahead for hours, or at once if an operator says so. Events of this run never grow older by that: their age is known.
 */
export class RetentionClock {
  readonly #arrivals: Arrivals
  #nowMs: number
  /** Events stored up to this time are of an earlier run. */
  #startMs: number
  #monotonicMs: number
  /** The lead of the system's clock that is closest to 0 since it has one sign, and how long that is. */
  #lead = { ms: 0, forMs: 0 }

  /** Times of the system's clock up to `trustedUntilMs` are believed at the start. */
  constructor(arrivals: Arrivals, { wallMs, monotonicMs }: Instant, trustedUntilMs = 0) {
    const { newestMs } = arrivals
    this.#arrivals = arrivals
    this.#monotonicMs = monotonicMs
    this.#startMs = newestMs
    this.#nowMs = newestMs === 0 || wallMs <= trustedUntilMs ? Math.max(wallMs, newestMs) : newestMs
  }

  /** How far the system's clock is ahead while it is not believed; negative if it is behind. */
  get leadMs(): number {
    return this.#lead.ms
  }

  /** Outside of a transaction. */
  read({ wallMs, monotonicMs }: Instant): number {
    const stepMs = Math.min(Math.max(monotonicMs - this.#monotonicMs, 0), MAX_STEP_MS)
    this.#monotonicMs = monotonicMs
    this.#nowMs += stepMs
    this.#noteLead(wallMs - this.#nowMs, stepMs)
    return Math.floor(this.#nowMs)
  }

  #noteLead(ms: number, stepMs: number): void {
    const before = this.#lead
    if (Math.abs(ms) < MIN_LEAD_MS) this.#lead = { ms: 0, forMs: 0 }
    else if (Math.sign(ms) !== Math.sign(before.ms)) this.#lead = { ms, forMs: 0 }
    else this.#lead = { ms: Math.abs(ms) < Math.abs(before.ms) ? ms : before.ms, forMs: before.forMs + stepMs }
    if (this.#lead.forMs >= SECOND_SIGN_MS) this.#correct(Math.trunc(this.#lead.ms))
  }

  #correct(byMs: number): void {
    this.#arrivals.shift(byMs > 0 ? this.#startMs : -1, byMs)
    this.#startMs += byMs
    this.#nowMs += byMs
    this.#lead = { ms: 0, forMs: 0 }
  }
}
