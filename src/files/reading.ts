import { crc32 } from 'node:zlib'
import type { Utf16Order } from '../flow/line-batch.ts'
import type { Evidence } from './evidence.ts'
import { digestOfNuls } from './look/digest.ts'
import { HEAD_BYTES, makeMark, MARK_BYTES } from './look/identity.ts'
import { NO_STATE, type StreamState } from './containers/container-records.ts'
import { copyBytes } from './own-bytes.ts'
import type { Progress } from './progress.ts'
import { type Encoding, orderOf } from './read/byte-order-mark.ts'
import type { LineCutter } from './text/line-cutter.ts'

/** From the file's position up to `end` no line ends; `tail` are the last of these bytes. */
export interface OpenLine {
  readonly end: number
  readonly tail: Buffer
}

/**
 * The text at the position of a generation: its encoding, the bytes before it, and whether there is a line to take. A closed
 * file that is at rest has none.
 */
export class Reading {
  readonly #progress: Progress
  readonly #evidence: Evidence
  #encoding: Encoding | undefined
  #textStart = 0
  #inspectedBytes = 0
  #isInsideLine = false
  #tail: Buffer | undefined
  #openLine: OpenLine | undefined
  #isDrained = false
  #isFinal = false
  #isLeavingOut = false
  #streams = NO_STATE
  #cutter: LineCutter | undefined

  constructor(progress: Progress, evidence: Evidence) {
    this.#progress = progress
    this.#evidence = evidence
  }

  /** Undefined until its first bytes are known. */
  get encoding(): Encoding | undefined {
    return this.#encoding
  }

  get utf16(): Utf16Order | undefined {
    return orderOf(this.#encoding)
  }

  /** The first line begins here: behind a hole, or behind a byte order mark. */
  get textStart(): number {
    return this.#textStart
  }

  /** Searched for text that is not UTF-8. */
  get inspectedBytes(): number {
    return this.#inspectedBytes
  }

  get hasNoLine(): boolean {
    return this.#progress.position === this.#textStart
  }

  /** Nothing was read of it but NULs, if that. */
  get isAtHole(): boolean {
    return this.hasNoLine && this.#encoding === undefined
  }

  get isInsideLine(): boolean {
    return this.#isInsideLine
  }

  /** The bytes before the position, once they were compared with the newest mark; undefined while the file is closed. */
  get tail(): Buffer | undefined {
    return this.#tail
  }

  /** A long line without an end, as far as it was read. */
  get openLine(): OpenLine | undefined {
    return this.#openLine
  }

  /** Everything up to the end of the file was read, and the rest has no newline yet. */
  get isDrained(): boolean {
    return this.#isDrained
  }

  /** It did not change for a time, after which its last line is taken as it is, without a newline. */
  get isFinal(): boolean {
    return this.#isFinal
  }

  /** All of the file is read, and nothing is known here that the next read would not find. */
  get isAtRest(): boolean {
    return this.#progress.unread === 0 && this.#textStart === 0 && !this.#isFinal && this.#streams.cut.length === 0
  }

  /** The streams of a container at the position. */
  get streams(): StreamState {
    return this.#streams
  }

  noteStreams(streams: StreamState): void {
    this.#streams = streams
  }

  /** A rule left out the beginning of the line that is at the position. */
  get isLeavingOut(): boolean {
    return this.#isLeavingOut
  }

  noteLeavingOut(isLeavingOut: boolean): void {
    this.#isLeavingOut = isLeavingOut
  }

  noteEncoding(encoding: Encoding): void {
    this.#encoding ??= encoding
  }

  noteInspected(byteCount: number): void {
    this.#inspectedBytes += byteCount
  }

  takeTail(tail: Buffer): void {
    this.#tail = tail
    this.#findInsideLine(tail)
  }

  /** How its lines are cut. */
  noteCutter(cutter: LineCutter): void {
    if (cutter === this.#cutter) return
    this.#cutter = cutter
    if (this.#tail !== undefined) this.#findInsideLine(this.#tail)
  }

  #findInsideLine(tail: Buffer): void {
    const endsLine = this.#cutter?.endsLine(tail) ?? false
    this.#isInsideLine = !this.hasNoLine && !endsLine
  }

  /** The next read compares the newest mark first. */
  forgetTail(): void {
    this.#tail = undefined
  }

  /** There may be a line, where there was none. */
  noteChange(): void {
    this.#progress.forgetSearch()
    this.#isDrained = false
    this.#isFinal = false
  }

  noteDrained(openLine?: OpenLine): void {
    this.#isDrained = true
    this.#openLine = openLine
  }

  noteFinal(): void {
    this.#isFinal = true
  }

  forgetOpenLine(): void {
    this.#openLine = undefined
  }

  /** Moves on behind `bytes`, which begin at the position and are in a batch; `checksum` is their CRC-32. True when the identity's head grew. */
  take(bytes: Buffer, checksum: number): boolean {
    const { position } = this.#progress
    const hasGrown = this.#evidence.growHead(position, bytes)
    const digest = this.#evidence.findDigest(position, { checksum, length: bytes.length })
    this.#encoding ??= 'bytes'
    this.#progress.send(bytes.length)
    this.#takeEnd(bytes, digest)
    return hasGrown
  }

  /** Moves on behind a hole at the head of the file. */
  skipHole(end: number): void {
    const length = end - this.#progress.position
    this.#skipTo(end, Buffer.alloc(Math.min(length, HEAD_BYTES)), digestOfNuls(length))
  }

  /** `mark` are the first bytes of the file. */
  skipMark(mark: Buffer, encoding: Encoding): void {
    this.#encoding = encoding
    this.#skipTo(mark.length, mark, crc32(mark))
  }

  /** For bytes that are part of no line; `bytes` are the last of them, or the first where NULs are skipped. */
  #skipTo(end: number, bytes: Buffer, checksum: number): void {
    const { position } = this.#progress
    this.#evidence.growHead(position, bytes)
    const digest = this.#evidence.findDigest(position, { checksum, length: end - position })
    this.#textStart = end
    this.#progress.skipTo(end)
    this.#takeEnd(bytes, digest)
  }

  /** For the bytes before the position. */
  #takeEnd(bytes: Buffer, digest: number | undefined): void {
    const longer = bytes.length >= MARK_BYTES ? bytes : Buffer.concat([this.#tail ?? Buffer.alloc(0), bytes])
    const tail = copyBytes(longer.subarray(Math.max(0, longer.length - MARK_BYTES)))
    this.takeTail(tail)
    this.#evidence.addMark(makeMark(this.#progress.position, tail, digest))
  }
}

/** Undefined where NUL bytes are among them: a program may have reserved room, and write lines over it. */
export function makeOpenLine(bytes: Buffer, end: number): OpenLine | undefined {
  if (bytes.includes(0)) return undefined
  return { end, tail: copyBytes(bytes.subarray(-MARK_BYTES)) }
}
