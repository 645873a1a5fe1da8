import { readFully } from '../look/identity.ts'
import { MAX_MARK_BYTES, orderOf, readByteOrderMark } from './byte-order-mark.ts'
import { countTrailingNuls } from '../look/nuls.ts'
import type { ReadableFile } from '../look/readable-file.ts'

const SEARCH_BYTES = 256 * 1024

/**
 * The end of a generation's text, as far as it is known. NULs up to the end of a file are not text yet: a program that
 * writes through a memory map fills the file with them first, and writes its lines over them. NULs before other bytes are
 * text.
 */
export class TextExtent {
  /** Behind the last byte that is not NUL. */
  #end = 0
  /** NULs reach from `#end` up to here, as they were read last. */
  #nulsTo = 0
  /** As `#nulsTo`, but read since the file's last change. */
  #searchedTo = 0

  get end(): number {
    return this.#end
  }

  get searchedTo(): number {
    return this.#searchedTo
  }

  /** The bytes begin at `position`, and all before it are text, or NULs that were searched. */
  noteBytes(position: number, bytes: Buffer): void {
    const nuls = countTrailingNuls(bytes)
    const end = position + bytes.length
    if (nuls < bytes.length) this.noteTextUpTo(end - nuls)
    if (nuls > 0) this.noteNulsUpTo(end)
  }

  noteTextUpTo(end: number): void {
    this.#end = Math.max(this.#end, end)
  }

  noteNulsUpTo(end: number): void {
    this.#nulsTo = Math.max(this.#nulsTo, end)
    this.#searchedTo = Math.max(this.#searchedTo, end)
  }

  /** The file changed: there may be text where NULs were. */
  forgetSearch(): void {
    this.#searchedTo = 0
  }

  /** The file ends here. */
  endAt(size: number): void {
    this.#nulsTo = Math.min(this.#nulsTo, size)
    this.#searchedTo = Math.min(this.#searchedTo, size)
  }

  /** The number of bytes from `start` to `end` that are such NULs. */
  countPadding(start: number, end: number): number {
    return Math.max(0, Math.min(this.#nulsTo, end) - Math.max(this.#end, start))
  }
}

/** The end of the text of a file of `size` bytes; 0 where there is nothing but a byte order mark. */
export async function findTextEnd(handle: ReadableFile, size: number): Promise<number> {
  const mark = readByteOrderMark(await readFully(handle, 0, MAX_MARK_BYTES))
  const end = await findLastText(handle, size)
  if (end <= mark.length) return 0
  const isHalf = orderOf(mark.encoding) !== undefined && end % 2 === 1
  // The second byte of a unit may be a NUL, or still to come.
  return isHalf ? (end < size ? end + 1 : end - 1) : end
}

async function findLastText(handle: ReadableFile, size: number): Promise<number> {
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - SEARCH_BYTES)
    const bytes = await readFully(handle, start, end - start)
    const nuls = countTrailingNuls(bytes)
    if (nuls < bytes.length) return start + bytes.length - nuls
    end = start
  }
  return 0
}
