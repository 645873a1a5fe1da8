import type { Log } from '../../telemetry/log.ts'

/** Hints come in bursts: a rotation or many new files cause one look. */
const HINT_DELAY_MS = 25
/** Looks after hints may take a fifth of a core, those by the timer a two hundredth. */
const REST_FACTOR_AFTER_HINT = 4
export const REST_FACTOR = 199
/** However many files there are, a change that no hint reported is found after this time and a look. */
const MAX_REST_MS = 10_000

/** The time between the end of a look that took so much CPU and the next look. */
export function restMs({ cpuMs, pollMs = 0, isHinted = false }: Look): number {
  const factor = isHinted ? REST_FACTOR_AFTER_HINT : REST_FACTOR
  return Math.max(isHinted ? HINT_DELAY_MS : pollMs, Math.min(MAX_REST_MS, cpuMs * factor))
}

interface Look {
  readonly cpuMs: number
  readonly pollMs?: number
  readonly isHinted?: boolean
}

export interface PollTimerOptions {
  /** Resolves with the milliseconds of CPU that it took. `isHinted`: only a look at everything will do. */
  readonly poll: (isHinted: boolean) => Promise<number>
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
  #cpuMs = 0
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
    const rest = restMs({ cpuMs: this.#cpuMs, isHinted: true })
    return Math.max(HINT_DELAY_MS, this.#endedAtMs + rest - performance.now())
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
    const isHinted = this.#isHinted
    this.#isHinted = false
    this.#cpuMs = 0
    try {
      this.#cpuMs = await this.#options.poll(isHinted)
    } catch (error) {
      this.#options.log.error({ error }, 'a look at the files failed; the next one comes as scheduled')
    }
    this.#isPolling = false
    this.#endedAtMs = performance.now()
    const { pollMs } = this.#options.limits
    this.#schedule(this.#isHinted ? this.#hintDelay() : restMs({ cpuMs: this.#cpuMs, pollMs }))
  }
}
