import type { ReadableFile } from '../../look/readable-file.ts'
import { CompressedBytes } from './compressed-bytes.ts'
import { ContentWindow } from './content-window.ts'
import { decompress, type ArchiveEnd } from './decompress.ts'

export interface WindowSizes {
  /** So far back the content is kept, for marks and the rest of a line. */
  readonly keptBytes: number
  /** It is kept and dropped in blocks. */
  readonly blockBytes: number
}

/** Reads the content of an archive forward, and keeps the newest part of it. */
export class ContentCursor {
  readonly window: ContentWindow
  readonly #content: AsyncGenerator<Buffer, ArchiveEnd>
  readonly #sizes: WindowSizes
  /** After an error it must not be used any more. */
  #isBroken = false

  constructor(file: ReadableFile, sizes: WindowSizes) {
    this.window = new ContentWindow(sizes.blockBytes)
    this.#content = decompress(new CompressedBytes(file))
    this.#sizes = sizes
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Decompresses at most about `maxBytes`. False where the position, or the end, is not reached yet. */
  async windTo(position: number, { keepFrom, maxBytes }: { keepFrom: number; maxBytes: number }): Promise<boolean> {
    const limit = this.window.end + maxBytes
    let isReached = this.window.end >= position
    while (!isReached && this.window.end < limit) {
      const { done, value } = await this.#next()
      if (done !== true) this.#take(value, keepFrom)
      isReached = done === true || this.window.end >= position
    }
    return isReached
  }

  async close(): Promise<void> {
    await this.#content.return('clean')
  }

  async #next(): Promise<IteratorResult<Buffer, ArchiveEnd>> {
    try {
      return await this.#content.next()
    } catch (error) {
      this.#isBroken = true
      throw error
    }
  }

  #take(bytes: Buffer, keepFrom: number): void {
    this.window.append(bytes)
    this.window.dropBefore(Math.min(keepFrom, this.window.end) - this.#sizes.keptBytes)
  }
}
