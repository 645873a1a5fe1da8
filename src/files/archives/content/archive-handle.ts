import type { BigIntStats } from 'node:fs'
import { crc32 } from 'node:zlib'
import { HEAD_BYTES } from '../../look/identity.ts'
import type { ReadableFile } from '../../look/readable-file.ts'
import { CompressedBytes } from './compressed-bytes.ts'
import { ContentCursor, type WindowSizes } from './content-cursor.ts'
import { decompress, type ArchiveEnd } from './decompress.ts'

const WINDOW_SIZES: WindowSizes = { keptBytes: 1024 * 1024, blockBytes: 64 * 1024 }

type ReadArguments = Parameters<ReadableFile['read']>

/** All of an archive's content, once it was decompressed to its end. */
export interface Measurement {
  readonly size: number
  /** CRC-32 of all bytes. */
  readonly digest: number
  /** CRC-32 of the bytes up to each offset that was asked for and that the content reaches. */
  readonly digests: ReadonlyMap<number, number>
  readonly end: ArchiveEnd
}

/** A search for text behind a hole goes far ahead of the position, over and over. */
const MAX_CURSORS = 2

/**
 * The content of an archive as if it were a file. It is read forward; a position before the windows is reached by
 * decompressing the archive from its beginning again.
 */
export class ArchiveHandle implements ReadableFile {
  readonly #file: ReadableFile
  readonly #sizes: WindowSizes
  /** In the order of their last use. */
  readonly #cursors = new Set<ContentCursor>()
  #head: Buffer = Buffer.alloc(0)
  #measuring: Measuring | undefined
  #measurement: Measurement | undefined

  constructor(file: ReadableFile, sizes: WindowSizes = WINDOW_SIZES) {
    this.#file = file
    this.#sizes = sizes
  }

  async read(...[buffer, offset, length, position]: ReadArguments): Promise<{ readonly bytesRead: number }> {
    const end = position + length
    if (end <= this.#head.length) return { bytesRead: this.#head.copy(buffer, offset, position, end) }
    const cursor = await this.#chooseCursor(position)
    await cursor.windTo(end, { keepFrom: position, maxBytes: Infinity })
    const bytesRead = cursor.window.copyTo(buffer, { offset, length, position })
    if (position === 0 && bytesRead >= HEAD_BYTES)
      this.#head = Buffer.from(buffer.subarray(offset, offset + HEAD_BYTES))
    return { bytesRead }
  }

  /** As of the file, but with the size of the content. Rejects with an ArchiveError where that cannot be known. */
  async stat(options: { readonly bigint: true }): Promise<BigIntStats> {
    const measurement = this.#measurement ?? (await this.measure({ offsets: [], maxBytes: Infinity }))
    const stats = await this.#file.stat(options)
    return Object.assign(stats, { size: BigInt(measurement!.size) })
  }

  /** Of the compressed file. */
  statArchive(): Promise<BigIntStats> {
    return this.#file.stat({ bigint: true })
  }

  async close(): Promise<void> {
    for (const cursor of this.#cursors) await cursor.close()
    await this.#measuring?.end()
    await this.#file.close()
  }

  /** Decompresses at most about `maxBytes`. Undefined where the end is not reached yet. */
  async measure({ offsets, maxBytes }: { offsets: readonly number[]; maxBytes: number }) {
    const before = this.#measurement
    if (before !== undefined && offsets.every(at => at > before.size || before.digests.has(at))) return before
    const measuring = this.#measuring ?? new Measuring(decompress(new CompressedBytes(this.#file)), offsets)
    this.#measuring = undefined // after an error the next pass begins at the first byte
    const measurement = await measuring.advance(maxBytes)
    if (measurement === undefined) this.#measuring = measuring
    this.#measurement = measurement ?? this.#measurement
    return measurement
  }

  /** Decompresses at most about `maxBytes`. False where the position, or the end, is not reached yet. */
  async windTo(position: number, { keepFrom, maxBytes }: { keepFrom: number; maxBytes: number }): Promise<boolean> {
    const cursor = await this.#chooseCursor(keepFrom)
    return await cursor.windTo(position, { keepFrom, maxBytes })
  }

  /** The one that is least far before the position, or has it. */
  async #chooseCursor(position: number): Promise<ContentCursor> {
    for (const cursor of this.#cursors) if (cursor.isBroken) this.#cursors.delete(cursor)
    const before = [...this.#cursors].filter(({ window }) => window.start <= position)
    const nearest = before.toSorted((one, other) => other.window.start - one.window.start)[0]
    const cursor = nearest ?? new ContentCursor(this.#file, this.#sizes)
    this.#cursors.delete(cursor)
    this.#cursors.add(cursor)
    const [oldest] = this.#cursors
    if (this.#cursors.size <= MAX_CURSORS) return cursor
    this.#cursors.delete(oldest!)
    await oldest!.close()
    return cursor
  }
}

/** The first pass through an archive, in several steps. */
class Measuring {
  readonly #content: AsyncGenerator<Buffer, ArchiveEnd>
  readonly #offsets: readonly number[]
  readonly #digests = new Map<number, number>()
  #size = 0
  #digest = 0

  constructor(content: AsyncGenerator<Buffer, ArchiveEnd>, offsets: readonly number[]) {
    this.#content = content
    this.#offsets = offsets
    if (offsets.includes(0)) this.#digests.set(0, 0)
  }

  async advance(maxBytes: number): Promise<Measurement | undefined> {
    const limit = this.#size + maxBytes
    while (this.#size < limit) {
      const { done, value } = await this.#content.next()
      if (done === true) return { size: this.#size, digest: this.#digest, digests: this.#digests, end: value }
      this.#add(value)
    }
    return undefined
  }

  async end(): Promise<void> {
    await this.#content.return('clean')
  }

  #add(bytes: Buffer): void {
    for (const offset of this.#offsets) {
      const rest = offset - this.#size
      if (rest > 0 && rest <= bytes.length) this.#digests.set(offset, crc32(bytes.subarray(0, rest), this.#digest))
    }
    this.#digest = crc32(bytes, this.#digest)
    this.#size += bytes.length
  }
}
