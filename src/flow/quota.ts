import { MINUTE_MS } from './time.ts'

/** So many a minute: for what somebody else can bring about as often as they like, such as lines of the log. */
export class Quota {
  readonly #most: number
  readonly #now: () => number
  #untilMs = Number.NEGATIVE_INFINITY
  #taken = 0

  constructor(mostAMinute: number, now: () => number = () => performance.now()) {
    this.#most = mostAMinute
    this.#now = now
  }

  /** False where the minute has had its number. */
  take(): boolean {
    const nowMs = this.#now()
    if (nowMs >= this.#untilMs) {
      this.#untilMs = nowMs + MINUTE_MS
      this.#taken = 0
    }
    return ++this.#taken <= this.#most
  }
}
