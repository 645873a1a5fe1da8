const MIN_BYTES = 64 * 1024
/** A server or proxy may refuse a long body by closing the connection: this many in a row halve the limit. */
const MAX_CUTS_IN_A_ROW = 3
/** Shorter bodies are not the reason for a closed connection. */
const MIN_BLAMED_BYTES = 1024 * 1024
/** Requests near the limit that have to be accepted before it is doubled; twice as many after each doubling that failed. */
const FIRST_TRIAL = 20
const MAX_TRIAL = 20 * 2 ** 10

/** The maximum length of a bulk body: as configured, or less once a server has refused that; then it grows again. */
export class RequestSize {
  readonly #configured: number
  #bytes: number
  #cuts = 0
  #accepted = 0
  #trial = FIRST_TRIAL
  #isTried = false

  constructor(bytes: number) {
    this.#configured = bytes
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  noteTooLarge(bytes: number): void {
    if (this.#isTried) this.#trial = Math.min(this.#trial * 2, MAX_TRIAL)
    this.#isTried = false
    this.#cuts = 0
    this.#accepted = 0
    this.#bytes = Math.max(Math.min(this.#bytes, Math.floor(bytes / 2)), MIN_BYTES)
  }

  /** The connection was closed while a body of this length was sent. A server that only takes long is not meant. */
  noteCut(bytes: number): void {
    if (bytes < MIN_BLAMED_BYTES) return
    this.#cuts += 1
    if (this.#cuts >= MAX_CUTS_IN_A_ROW) this.noteTooLarge(bytes)
  }

  noteAccepted(bytes: number): void {
    this.#cuts = 0
    if (bytes * 2 < this.#bytes || this.#bytes === this.#configured) return
    this.#accepted += 1
    if (this.#accepted < this.#trial) return
    this.#accepted = 0
    this.#isTried = true
    this.#bytes = Math.min(this.#bytes * 2, this.#configured)
  }
}
