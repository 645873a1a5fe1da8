/**
 * How many requests may be on the way: halves when the store shows that it is under load, comes back by one for each
 * round of requests that went well.
 */
export class RequestLimit {
  readonly #most: number
  #limit: number
  #loweredMs = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
    this.#limit = most
  }

  get current(): number {
    return Math.floor(this.#limit)
  }

  succeeded(): void {
    this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit)
  }

  /** Requests that were on the way together fail together: that is one sign of load, not many. */
  overloaded(startedMs: number, nowMs: number): void {
    if (startedMs < this.#loweredMs) return
    this.#loweredMs = nowMs
    this.#limit = Math.max(1, this.#limit / 2)
  }
}
