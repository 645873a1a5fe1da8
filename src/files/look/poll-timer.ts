import type { Log } from '../../telemetry/log.ts'

/** Hints come in bursts: a rotation or many new files cause one look. */
const HINT_DELAY_MS = 25
/** A look after hints may take a fifth of the time, one by the timer a twentieth. */
const REST_FACTOR_AFTER_HINT = 4
const REST_FACTOR = 19

export interface PollTimerOptions {
  readonly poll: () => Promise<void>
  /** Read at each step. */
  readonly limits: { readonly pollMs: number }
  readonly log: Log
}

/** Calls `poll` by the timer and soon after a hint, never twice at a time, and seldom enough to be no burden. */
export class PollTimer {
  readonly #options: PollTimerOptions
  #timer: NodeJS.Timeout | undefined
  #dueAtMs = Infinity
  #endedAtMs = 0
  #tookMs = 0
  #isPolling = false
  #isHinted = false
  #isStopped = false

  constructor(options: PollTimerOptions) {
    this.#options = options
    this.#schedule(0)
  }

  /** Something changed that only a look at everything can explain. */
  noteHint(): void {
    this.#isHinted = true
    if (!this.#isPolling) this.#schedule(this.#hintDelay())
  }

  /** The next look should have begun: the timer is lost. */
  get isDue(): boolean {
    return !this.#isStopped && !this.#isPolling && !(performance.now() < this.#dueAtMs)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #hintDelay(): number {
    const restMs = this.#endedAtMs + this.#tookMs * REST_FACTOR_AFTER_HINT - performance.now()
    return Math.max(HINT_DELAY_MS, restMs)
  }

  #schedule(delayMs: number): void {
    const dueAtMs = performance.now() + delayMs
    if (this.#isStopped || this.#dueAtMs <= dueAtMs) return
    clearTimeout(this.#timer)
    this.#dueAtMs = dueAtMs
    this.#timer = setTimeout(() => void this.#run(), delayMs)
  }

  async #run(): Promise<void> {
    this.#dueAtMs = Infinity
    this.#isPolling = true
    this.#isHinted = false
    const startedAtMs = performance.now()
    try {
      await this.#options.poll()
    } catch (error) {
      this.#options.log.error({ error }, 'a look at the files failed; the next one comes as scheduled')
    }
    this.#isPolling = false
    this.#endedAtMs = performance.now()
    this.#tookMs = this.#endedAtMs - startedAtMs
    this.#schedule(
      this.#isHinted ? this.#hintDelay() : Math.max(this.#options.limits.pollMs, this.#tookMs * REST_FACTOR),
    )
  }
}
