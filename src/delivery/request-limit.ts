/**
 * How many requests may be in flight: halved when the store is under load, and raised by one for each round of
 * requests that went well.
 */
export class RequestLimit {
  readonly #max: number
  #limit: number
  #loweredMs = Number.NEGATIVE_INFINITY

  constructor(max: number) {
    this.#max = max
    this.#limit = max
  }

  get current(): number {
    return Math.floor(this.#limit)
  }

  noteSuccess(): void {
    this.#limit = Math.min(this.#max, this.#limit + 1 / this.#limit)
  }

  /** Requests that were in flight together fail together: that is one sign of load, not many. */
  noteOverload(startedMs: number, nowMs: number): void {
    if (startedMs < this.#loweredMs) return
    this.#loweredMs = nowMs
    this.#limit = Math.max(1, this.#limit / 2)
  }
}
