/** The newest part of a content that is read forward. Blocks of one size: decompressed pieces may be tiny, in large buffers. */
export class ContentWindow {
  readonly #blockBytes: number
  #start = 0
  #end = 0
  #blocks: Buffer[] = []

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes
  }

  /** The first byte that is kept. */
  get start(): number {
    return this.#start
  }

  get end(): number {
    return this.#end
  }

  append(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const at = this.#end % this.#blockBytes
      if (at === 0) this.#blocks.push(Buffer.allocUnsafeSlow(this.#blockBytes))
      const copied = bytes.copy(this.#blocks.at(-1)!, at, from)
      this.#end += copied
      from += copied
    }
  }

  dropBefore(position: number): void {
    const dropped = Math.min(Math.floor((position - this.#start) / this.#blockBytes), this.#blocks.length - 1)
    if (dropped <= 0) return
    this.#blocks = this.#blocks.slice(dropped)
    this.#start += dropped * this.#blockBytes
  }

  /** Returns the number of bytes, of `length` from `position` on, that there are. */
  copyTo(target: Buffer, { offset, length, position }: { offset: number; length: number; position: number }): number {
    const end = Math.min(position + length, this.#end)
    for (let from = position; from < end;) {
      const at = from % this.#blockBytes
      const block = this.#blocks[(from - at - this.#start) / this.#blockBytes]!
      from += block.copy(target, offset + from - position, at, Math.min(this.#blockBytes, at + end - from))
    }
    return Math.max(0, end - position)
  }
}
