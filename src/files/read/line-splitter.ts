import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import type { ContainerRecords } from '../containers/container-records.ts'
import type { TextForm } from '../../encodings/text-form.ts'
import { findLineKernel, type LineEnds, type LineKernel } from '../../kernel/line-kernel.ts'

export const LF = 10
const CR = 13
/** A UTF-8 character has at most three bytes after its first. */
const MAX_CONTINUATION_BYTES = 3

/** The smallest `maxLineBytes` for which a range that ends with a piece is cut again as it was. */
export const MIN_MAX_LINE_BYTES = 16

export interface Cutting {
  /** The longest text of a line, terminator not counted. At least MIN_MAX_LINE_BYTES. */
  readonly maxLineBytes: number
  /** The first byte belongs to a line that began earlier. */
  readonly startsInsideLine: boolean
  /**
   * The meaning of bytes without a newline at the end: `open`, more may come and they wait; `unterminated`, given up;
   * `cut`, a piece as an earlier cutting left it: so is a range taken from the journal cut again.
   */
  readonly tail: 'open' | 'unterminated' | 'cut'
  readonly maxLines: number
}

export interface Cut {
  /** Exclusive ends of the lines and pieces; the bytes after the last one wait. */
  readonly ends: Uint32Array
  /** LINE_* bits; absent where none is set. */
  readonly flags: Uint8Array | undefined
  /** The number of bytes in lines. */
  readonly length: number
  readonly endsUnterminated: boolean
  /** The pieces are records, made of lines by the rules of a group. */
  readonly records?: RecordParts
}

/** What there is of records beside their ends. */
export interface RecordParts {
  /** The form of the text, where that of the pieces is made of their bytes. */
  readonly text?: TextForm
  /** The records of a container's log; the range is one piece then. */
  readonly container?: ContainerRecords
  /** The pieces were made by rules, and not by the ends of lines alone. */
  readonly isJoined?: boolean
  /** For each piece the number of records that a rule left out, 0 for one that is sent; absent where none is left out. */
  readonly left?: Uint32Array
}

/**
 * Cuts bytes into lines at LF. A line whose text (CR LF not counted) is longer than `maxLineBytes` becomes pieces of that
 * size, each moved back by up to three bytes where it would split a UTF-8 character. The result depends on nothing but
 * the arguments, and where a piece ends does not depend on how much more was there to read.
 */
export function cutLines(bytes: Buffer, cutting: Cutting): Cut {
  const pieces = new Pieces(cutting.maxLines, cutting.startsInsideLine)
  const feeds = new LineFeeds(bytes, cutting.maxLines)
  let start = 0
  while (start < bytes.length && !pieces.isFull) {
    const newline = feeds.find(start)
    const end = newline === -1 ? bytes.length : newline
    const textEnd = newline > start && bytes[newline - 1] === CR ? newline - 1 : end
    const isLong = textEnd - start > cutting.maxLineBytes
    // A CR as the last byte so far may be half of a terminator: such a line is not known to be too long.
    if (isLong && (newline !== -1 || cutting.tail !== 'open' || end - start > cutting.maxLineBytes + 1)) {
      start = pieces.add(findUtf8Cut(bytes, start + cutting.maxLineBytes), LINE_CUT)
      continue
    }
    if (newline === -1 && cutting.tail === 'open') break
    if (newline !== -1) start = pieces.add(newline + 1, 0)
    else start = pieces.add(end, cutting.tail === 'cut' ? LINE_CUT : LINE_UNTERMINATED)
  }
  return pieces.finish()
}

/** Up to this length of lines many searches at once are faster than one for each. */
const MAX_SHORT_BYTES = 512
/** As many lines make it worth while. */
const MIN_LINES = 16

/** The line feeds of bytes, from their beginning on. */
class LineFeeds {
  readonly #bytes: Buffer
  readonly #kernel: LineKernel | undefined
  #found: LineEnds = { ends: new Uint32Array(), count: 0 }
  #next = 0

  constructor(bytes: Buffer, maxLines: number) {
    this.#bytes = bytes
    this.#kernel = maxLines < MIN_LINES ? undefined : findLineKernel()
  }

  /** The first at or behind `start`, which never goes back; -1 where there is none. */
  find(start: number): number {
    const { ends, count } = this.#found
    while (this.#next < count && ends[this.#next]! <= start) this.#next++
    return this.#next < count ? ends[this.#next]! - 1 : this.#search(start)
  }

  #search(start: number): number {
    const feed = this.#bytes.indexOf(LF, start)
    if (this.#kernel === undefined || feed === -1 || feed - start > MAX_SHORT_BYTES) return feed
    this.#found = this.#kernel.split(this.#bytes, start)
    this.#next = 0
    return feed
  }
}

/** The last place at or before `position` that does not split a UTF-8 character; `position` itself in other bytes. */
export function findUtf8Cut(bytes: Buffer, position: number): number {
  for (let back = 0; back <= MAX_CONTINUATION_BYTES; back++) {
    if ((bytes[position - back]! & 0xc0) !== 0x80) return position - back
  }
  return position
}

const MAX_SPARE_ENDS = 16_384
/** Used by one cutting after the other: none is interrupted, and each gives a copy. */
let spareEnds = new Uint32Array(2048)

/** Collects ends in an array that grows, and flags only once there is one. */
export class Pieces {
  readonly #maxLines: number
  #ends: Uint32Array
  #flags: Uint8Array | undefined
  #count = 0
  #isInsideLine: boolean
  #lastFlags = 0

  constructor(maxLines: number, isInsideLine: boolean) {
    this.#maxLines = maxLines
    this.#ends = spareEnds
    this.#isInsideLine = isInsideLine
  }

  get isFull(): boolean {
    return this.#count >= this.#maxLines
  }

  add(end: number, ownFlags: number): number {
    if (this.#count === this.#ends.length) this.#grow()
    const flags = this.#isInsideLine ? ownFlags | LINE_CONTINUED : ownFlags
    if (flags !== 0) {
      this.#flags ??= new Uint8Array(this.#ends.length)
      this.#flags[this.#count] = flags
    }
    this.#ends[this.#count++] = end
    this.#isInsideLine = ownFlags !== 0
    this.#lastFlags = ownFlags
    return end
  }

  finish(): Cut {
    return {
      ends: this.#ends.slice(0, this.#count),
      flags: this.#flags?.slice(0, this.#count),
      length: this.#count === 0 ? 0 : this.#ends[this.#count - 1]!,
      endsUnterminated: this.#lastFlags === LINE_UNTERMINATED,
    }
  }

  #grow(): void {
    const ends = new Uint32Array(this.#ends.length * 2)
    ends.set(this.#ends)
    this.#ends = ends
    if (ends.length <= MAX_SPARE_ENDS) spareEnds = ends
    if (this.#flags === undefined) return
    const flags = new Uint8Array(ends.length)
    flags.set(this.#flags)
    this.#flags = flags
  }
}

/** The lines that fit; a batch that is empty takes one however long it is. */
export function limitBytes(cut: Cut, maxBytes: number, isEmpty: boolean): Cut {
  if (cut.length <= maxBytes) return cut
  const least = isEmpty ? 1 : 0
  let count = cut.ends.length
  while (count > least && cut.ends[count - 1]! > maxBytes) count--
  return keepLines(cut, count)
}

function keepLines(cut: Cut, count: number): Cut {
  const flags = cut.flags?.slice(0, count)
  // Nothing but the last line of a cutting can be unterminated.
  const endsUnterminated = cut.endsUnterminated && count === cut.ends.length
  const records = cut.records && keepRecords(cut.records, count)
  const length = count === 0 ? 0 : cut.ends[count - 1]!
  return { ends: cut.ends.slice(0, count), flags, length, endsUnterminated, ...(records && { records }) }
}

function keepRecords(records: RecordParts, count: number): RecordParts {
  return records.left === undefined ? records : { ...records, left: records.left.slice(0, count) }
}
