import { LINE_CONTINUED, LINE_CUT, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import { findUtf8Cut } from '../read/line-splitter.ts'
import type { MadeLines } from '../text/text-lines.ts'
import type { LineTime } from './line-time.ts'

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

/** Records of one stream, with the numbers of the lines of the file in which each begins and ends. */
export interface StreamRecords {
  readonly lines: MadeLines
  readonly firsts: readonly number[]
  readonly lasts: readonly number[]
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
  #bytes = Buffer.allocUnsafeSlow(MIN_BYTES)
  #length = 0
  /** Where the text of the record that is open begins. */
  #recordStart = 0
  readonly #ends: number[] = []
  readonly #offsets: number[] = []
  readonly #flags: number[] = []
  readonly #times: number[] = []
  readonly #nanos: number[] = []
  readonly #firsts: number[] = []
  readonly #lasts: number[] = []
  #hasFlags = false
  #open: OpenRecord | undefined
  readonly #startsContinued: boolean
  #isContinued: boolean

  /** `isContinued`: the first record is the rest of one that was cut. */
  constructor(maxBytes: number, isContinued: boolean) {
    this.#maxBytes = maxBytes
    this.#startsContinued = isContinued
    this.#isContinued = isContinued
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
    const hasTimes = this.#times.every(timeMs => timeMs >= 0)
    const hasNanos = hasTimes && this.#nanos.some(nanos => nanos > 0)
    const lines = {
      offset: this.#offsets[0] ?? 0,
      offsets: Float64Array.from(this.#offsets),
      bytes: this.#bytes.subarray(0, this.#recordStart),
      ends: Uint32Array.from(this.#ends),
      ...(hasTimes && { times: Float64Array.from(this.#times) }),
      ...(hasNanos && { nanos: Uint32Array.from(this.#nanos) }),
      ...(this.#hasFlags && { flags: Uint8Array.from(this.#flags) }),
    }
    const open = this.#open?.lines[0]
    return { lines, firsts: this.#firsts, lasts: this.#lasts, open, startsContinued: this.#startsContinued }
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
    const needed = this.#length + end - start + 2
    if (needed > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(bytes, 0, 0, this.#length)
      this.#bytes = bytes
    }
    this.#length += source.copy(this.#bytes, this.#length, start, end)
  }

  /** The record ends, with a line feed unless it was cut or given up. */
  #end(ownFlags: number, textEnd = this.#length): void {
    const { lines, at, time, flags: before } = this.#open!
    const flags = before | ownFlags
    const isWhole = (flags & (LINE_CUT | LINE_UNTERMINATED)) === 0
    if (isWhole) this.#bytes[this.#length++] = LF
    const end = isWhole ? this.#length : textEnd
    this.#ends.push(end)
    this.#offsets.push(at[0]!)
    this.#firsts.push(lines[0]!)
    this.#lasts.push(lines.at(-1)!)
    this.#flags.push(flags)
    if (flags !== 0) this.#hasFlags = true
    this.#times.push(time?.timeMs ?? -1)
    this.#nanos.push(time?.nanos ?? 0)
    this.#recordStart = end
    this.#open = undefined
    this.#isContinued = !isWhole
  }
}
