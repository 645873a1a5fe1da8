/** So many small buffers take hundreds of times the memory of their bytes. */
const MAX_PIECES = 64

/** Bytes that come in pieces. However small these are, few buffers are kept. */
export class JoinedBytes {
  #pieces: Buffer[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  get pieceCount(): number {
    return this.#pieces.length
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#pieces.length > MAX_PIECES) this.join()
  }

  join(): Buffer {
    const [first, ...others] = this.#pieces
    const joined = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#pieces)
    this.#pieces = [joined]
    return joined
  }
}
