import { readFully } from '../../look/identity.ts'
import type { ReadableFile } from '../../look/readable-file.ts'

const READ_BYTES = 64 * 1024

/** The bytes of an archive as they are on disk, from a position on. */
export class CompressedBytes {
  readonly #file: ReadableFile
  #position = 0
  #chunk: Buffer = Buffer.alloc(0)
  #chunkStart = 0

  constructor(file: ReadableFile) {
    this.#file = file
  }

  get position(): number {
    return this.#position
  }

  seek(position: number): void {
    this.#position = position
  }

  /** Some bytes; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const at = this.#position - this.#chunkStart
    if (at < 0 || at >= this.#chunk.length) return await this.#readOn()
    this.#position = this.#chunkStart + this.#chunk.length
    return this.#chunk.subarray(at)
  }

  /** Fewer bytes only at the end. */
  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const bytes = await this.next()
      if (bytes === undefined) break
      const part = bytes.subarray(0, missing)
      parts.push(part)
      missing -= part.length
      this.#position -= bytes.length - part.length
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  async #readOn(): Promise<Buffer | undefined> {
    this.#chunkStart = this.#position
    this.#chunk = await readFully(this.#file, this.#position, READ_BYTES)
    this.#position += this.#chunk.length
    return this.#chunk.length > 0 ? this.#chunk : undefined
  }
}
