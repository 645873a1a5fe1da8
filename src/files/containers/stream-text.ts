import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import { findUtf8Cut } from '../read/line-splitter.ts'
import type { MadeLines } from '../text/text-lines.ts'
import type { LineTime } from './line-time.ts'
import { RecordColumns } from './record-columns.ts'

/** The text of a line of the file. */
export interface StreamLine {
  readonly source: Buffer
  readonly start: number
  readonly end: number
  readonly time: LineTime | undefined
  readonly isPartial: boolean
  /** The number of the line in the file's part. */
  readonly index: number
  /** Where the line is in the file. */
  readonly at: number
  /** Position in the file of the text; undefined where the file has it in another form. */
  readonly textAt: number | undefined
  /** Flags of the line itself. */
  readonly flags: number
}

/** A record that has not ended: the lines that it has so far. */
interface OpenRecord {
  readonly lines: number[]
  /** Where each line begins, in the file and in the text. */
  readonly at: number[]
  readonly text: number[]
  readonly time: LineTime | undefined
  flags: number
}

export interface StreamTextOptions {
  readonly maxBytes: number
  /** The first record is the rest of one that was cut. */
  readonly isContinued: boolean
  /** There is room for these once there is more than a little; more than these cost more time. */
  readonly expected: { readonly records: number; readonly bytes: number }
}

/** What distinguishes a line of which nothing is but one record. */
export interface WholeLine extends LineTime, Pick<StreamLine, 'index' | 'at' | 'end'> {
  readonly textStart: number
}

/** Records of one stream, with the numbers of the lines of the file in which each begins and ends. */
export interface StreamRecords {
  readonly lines: MadeLines
  readonly firsts: Uint32Array
  readonly lasts: Uint32Array
  /** The line in which a record begins that is open. */
  readonly open: number | undefined
  /** The first record is the rest of one that was cut. */
  readonly startsContinued: boolean
}

const LF = 0x0a
const CR = 0x0d
const MIN_BYTES = 4096
/** A UTF-8 character has at most three bytes after its first. */
const MAX_CONTINUATION_BYTES = 3

/**
 * The records of one stream: lines, partial ones joined. A record that becomes longer than the limit is cut between lines of
 * the file, where that splits no character, so that a range of the file can end there.
 */
export class StreamText {
  readonly #maxBytes: number
  readonly #columns: RecordColumns
  #bytes = Buffer.allocUnsafeSlow(MIN_BYTES)
  readonly #expectedBytes: number
  #length = 0
  /** Where the text of the record that is open begins. */
  #recordStart = 0
  #hasFlags = false
  #hasNanos = false
  #lacksTime = false
  #open: OpenRecord | undefined
  readonly #startsContinued: boolean
  #isContinued: boolean

  constructor({ maxBytes, isContinued, expected }: StreamTextOptions) {
    this.#maxBytes = maxBytes
    this.#startsContinued = isContinued
    this.#isContinued = isContinued
    this.#columns = new RecordColumns(expected.records)
    this.#expectedBytes = expected.bytes
  }

  /** A line that is a record: it is not partial, no record is open, and it fits. `textStart` and `end` are in `source`. */
  addWhole(source: Buffer, line: WholeLine): void {
    const { textStart, end, index, at, timeMs, nanos } = line
    this.#reserve(end - textStart + 1)
    this.#length += source.copy(this.#bytes, this.#length, textStart, end)
    this.#bytes[this.#length++] = LF
    this.#recordStart = this.#length
    const columns = this.#columns
    const place = columns.next()
    columns.ends[place] = this.#length
    columns.offsets[place] = at
    columns.firsts[place] = columns.lasts[place] = index
    columns.times[place] = timeMs
    columns.nanos[place] = nanos
    if (nanos > 0) this.#hasNanos = true
  }

  /** As `addWhole` can add it; `byteCount` of its text. */
  takesWhole(byteCount: number): boolean {
    return this.#open === undefined && !this.#isContinued && byteCount <= this.#maxBytes
  }

  add(line: StreamLine): void {
    while (this.#open !== undefined && this.#isTooLong(line)) this.#cutBetweenLines(this.#open)
    if (this.#isTooLong(line)) return this.#addInPieces(line)
    this.#begin(line, line.at)
    this.#append(line.source, line.start, line.end)
    if (!line.isPartial) this.#end(line.flags)
  }

  /** Ends the record that is open: `cut`, its rest may come; or it is given up. */
  close(as: 'cut' | 'unterminated'): void {
    if (this.#open !== undefined) this.#end(as === 'cut' ? LINE_CUT : LINE_UNTERMINATED)
  }

  /** All records, and where the one begins that is open. */
  finish(): StreamRecords {
    const { count, offsets, ends, times, nanos, flags, firsts, lasts } = this.#columns
    const lines = {
      offset: count > 0 ? offsets[0]! : 0,
      offsets: offsets.subarray(0, count),
      bytes: this.#bytes.subarray(0, this.#recordStart),
      ends: ends.subarray(0, count),
      ...(!this.#lacksTime && { times: times.subarray(0, count) }),
      ...(!this.#lacksTime && this.#hasNanos && { nanos: nanos.subarray(0, count) }),
      ...(this.#hasFlags && { flags: flags.subarray(0, count) }),
    }
    const numbers = { firsts: firsts.subarray(0, count), lasts: lasts.subarray(0, count) }
    return { lines, ...numbers, open: this.#open?.lines[0], startsContinued: this.#startsContinued }
  }

  #isTooLong({ source, start, end, isPartial }: StreamLine): boolean {
    const hasReturn = !isPartial && end > start && source[end - 1] === CR
    return this.#length - this.#recordStart + end - start - (hasReturn ? 1 : 0) > this.#maxBytes
  }

  /** Behind the last line before which no character is split, or else behind the last line. */
  #cutBetweenLines({ lines, at, text, time, flags }: OpenRecord): void {
    let kept = at.length
    while (kept > 0 && this.#splitsCharacter(text[kept] ?? this.#length)) kept--
    if (kept === 0) kept = at.length
    const textEnd = text[kept] ?? this.#length
    this.#open = { lines: lines.slice(0, kept), at, text, time, flags }
    this.#end(LINE_CUT, textEnd)
    if (kept === at.length) return
    const rest = { lines: lines.slice(kept), at: at.slice(kept), text: text.slice(kept) }
    this.#open = { ...rest, time, flags: LINE_CONTINUED }
  }

  /** The bytes before `end` are the beginning of a character. */
  #splitsCharacter(end: number): boolean {
    const first = Math.max(this.#recordStart, end - MAX_CONTINUATION_BYTES)
    for (let i = end - 1; i >= first; i--) {
      const byte = this.#bytes[i]!
      if ((byte & 0xc0) === 0x80) continue
      return byte >= 0xc0 && end - i < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)
    }
    return false
  }

  /** One line of the file is longer than the limit. */
  #addInPieces(line: StreamLine): void {
    const { source, end, isPartial, flags } = line
    const textEnd = !isPartial && end > line.start && source[end - 1] === CR ? end - 1 : end
    let from = line.start
    for (let piece = 0; textEnd - from > this.#maxBytes; piece++) {
      const to = Math.max(from + 1, findUtf8Cut(source, from + this.#maxBytes))
      this.#addPiece(line, { piece, from, to })
      this.#end(flags | LINE_CUT)
      from = to
    }
    this.#addPiece(line, { piece: 1, from, to: end })
    this.#end(isPartial ? flags | LINE_CUT : flags)
  }

  #addPiece(line: StreamLine, { piece, from, to }: { piece: number; from: number; to: number }): void {
    const { textAt = line.at } = line
    const inLine = line.textAt === undefined ? Math.ceil((from - line.start) / this.#maxBytes) : from - line.start
    const at = textAt + inLine
    this.#begin(line, piece === 0 ? line.at : at)
    this.#append(line.source, from, to)
  }

  #begin({ time, index }: StreamLine, at: number): void {
    this.#open ??= { lines: [], at: [], text: [], time, flags: this.#isContinued ? LINE_CONTINUED : 0 }
    this.#open.lines.push(index)
    this.#open.at.push(at)
    this.#open.text.push(this.#length)
  }

  #append(source: Buffer, start: number, end: number): void {
    this.#reserve(end - start + 2)
    this.#length += source.copy(this.#bytes, this.#length, start, end)
  }

  #reserve(byteCount: number): void {
    const needed = this.#length + byteCount
    if (needed <= this.#bytes.length) return
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.#expectedBytes, this.#bytes.length * 2))
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }

  /** The record ends, with a line feed unless it was cut or given up. */
  #end(ownFlags: number, textEnd = this.#length): void {
    const { lines, at, time, flags: before } = this.#open!
    const flags = before | ownFlags
    const isWhole = (flags & (LINE_CUT | LINE_UNTERMINATED)) === 0
    if (isWhole) this.#bytes[this.#length++] = LF
    const end = isWhole ? this.#length : textEnd
    const columns = this.#columns
    const place = columns.next()
    columns.ends[place] = end
    columns.offsets[place] = at[0]!
    columns.firsts[place] = lines[0]!
    columns.lasts[place] = lines.at(-1)!
    columns.flags[place] = flags
    columns.times[place] = time?.timeMs ?? -1
    columns.nanos[place] = time?.nanos ?? 0
    if (flags !== 0) this.#hasFlags = true
    if (time === undefined) this.#lacksTime = true
    else if (time.nanos > 0) this.#hasNanos = true
    this.#recordStart = end
    this.#open = undefined
    this.#isContinued = !isWhole
  }
}
