const SMALLEST = 64 * 1024
/** A server or proxy that refuses a long body may just cut the connection: after so many cuts in a row, try with half. */
const CUTS_IN_A_ROW = 3
const LONG_ENOUGH_TO_BLAME = 1024 * 1024

/** How many bytes a bulk body may have: what was configured, or less once a server has refused that. */
export class RequestSize {
  #bytes: number
  #cuts = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A body of this length was answered with 413. */
  refused(bytes: number): void {
    this.#cuts = 0
    this.#bytes = Math.max(Math.min(this.#bytes, Math.floor(bytes / 2)), SMALLEST)
  }

  /** The connection went while a body of this length was on its way. True when it was halved for that. */
  cut(bytes: number): boolean {
    if (bytes < LONG_ENOUGH_TO_BLAME) return false
    this.#cuts += 1
    if (this.#cuts < CUTS_IN_A_ROW) return false
    this.refused(bytes)
    return true
  }

  accepted(): void {
    this.#cuts = 0
  }
}
