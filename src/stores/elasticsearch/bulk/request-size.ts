const MIN_BYTES = 64 * 1024
/** A server or proxy may refuse a long body by closing the connection: this many in a row halve the limit. */
const MAX_CUTS_IN_A_ROW = 3
/** Shorter bodies are not the reason for a closed connection. */
const MIN_BLAMED_BYTES = 1024 * 1024

/** The maximum length of a bulk body: as configured, or less once a server has refused that. */
export class RequestSize {
  #bytes: number
  #cuts = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  noteTooLarge(bytes: number): void {
    this.#cuts = 0
    this.#bytes = Math.max(Math.min(this.#bytes, Math.floor(bytes / 2)), MIN_BYTES)
  }

  /** The connection was closed while a body of this length was sent. True if the limit was halved for that. */
  noteCut(bytes: number): boolean {
    if (bytes < MIN_BLAMED_BYTES) return false
    this.#cuts += 1
    if (this.#cuts < MAX_CUTS_IN_A_ROW) return false
    this.noteTooLarge(bytes)
    return true
  }

  noteAccepted(): void {
    this.#cuts = 0
  }
}
