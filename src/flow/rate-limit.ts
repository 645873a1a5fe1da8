import { MINUTE_MS } from './time-units.ts'

/** At most N a minute, for what a remote party can cause as often as it likes, such as log lines. */
export class RateLimit {
  readonly #maxPerMinute: number
  readonly #now: () => number
  #untilMs = Number.NEGATIVE_INFINITY
  #taken = 0

  constructor(maxPerMinute: number, now: () => number = () => performance.now()) {
    this.#maxPerMinute = maxPerMinute
    this.#now = now
  }

  /** False once the minute has had its maximum. */
  take(): boolean {
    const nowMs = this.#now()
    if (nowMs >= this.#untilMs) {
      this.#untilMs = nowMs + MINUTE_MS
      this.#taken = 0
    }
    return ++this.#taken <= this.#maxPerMinute
  }
}
