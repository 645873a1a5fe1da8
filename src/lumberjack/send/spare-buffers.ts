/** More than are in use at a time are not worth keeping. */
const MOST = 3

/**
 * Large buffers that were used and may be used again. A window's frames live only until they are compressed; as garbage
 * they would wait for a collector that sees little reason to hurry, and would be most of the process's memory.
 */
export class SpareBuffers {
  readonly #spare: Buffer[] = []

  /** At least `size` bytes, with anything in them. */
  take(size: number): Buffer {
    const index = this.#spare.findIndex(buffer => buffer.length >= size)
    const [found] = index === -1 ? [] : this.#spare.splice(index, 1)
    return found ?? Buffer.allocUnsafeSlow(size)
  }

  /** Nobody may look at it any more. */
  give(buffer: Buffer): void {
    if (this.#spare.length >= MOST) this.#spare.shift()
    this.#spare.push(buffer)
  }
}
