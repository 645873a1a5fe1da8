import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Origin, Utf16Order } from '../flow/line-batch.ts'
import type { FileIdentity, JournalRun, Mark } from '../registry/contract.ts'
import type { FileGroup, FileStatus, LossReason } from './contract.ts'
import { LF } from './read/line-splitter.ts'
import type { Encoding } from './read/byte-order-mark.ts'
import { TextExtent } from './read/text-extent.ts'
import { endsWithLineFeed } from './read/utf16-lines.ts'
import { addMark, hashBytes, HEAD_BYTES, makeFileId, makeMark, MARK_BYTES, type FileLook } from './look/identity.ts'
import type { ByteAccount } from './byte-account.ts'
import { digestOfNuls, joinDigests } from './look/digest.ts'
import type { Whereabouts } from './whereabouts.ts'

/** From the file's position up to `end` no line ends; `tail` are the last of these bytes. */
export interface OpenLine {
  readonly end: number
  readonly tail: Buffer
}

export interface Beginning {
  readonly key: number
  readonly path: string
  readonly group: FileGroup
  readonly identity: FileIdentity
  readonly marks: readonly Mark[]
  readonly position: number
}

/**
 * One generation of a file: what is read, acked and seen of it. A truncated file's next generation is another object
 * with another key, so that a late ack cannot move the wrong offset.
 */
export class TrackedFile {
  readonly key: number
  readonly #account: ByteAccount
  group: FileGroup
  path: string
  /** Its last name that a pattern matched: the one in events and in the registry. */
  listedPath: string
  identity: FileIdentity
  marks: readonly Mark[]
  whereabouts: Whereabouts = { kind: 'listed' }
  /** Fresh reads continue from here. */
  position: number
  /** Acked, or left out by a rule, up to here. */
  settled: number
  readonly text = new TextExtent()
  /** Undefined until its first bytes are known. */
  encoding: Encoding | undefined
  /** The first line begins here: behind a hole, or behind a byte order mark. */
  textStart = 0
  /** The largest size that was seen of this generation. */
  size: number
  inFlight = 0
  isInsideLine = false
  handle: FileHandle | undefined
  /** The bytes before `position`, once they were compared with the newest mark; undefined while the file is closed. */
  tail: Buffer | undefined
  /** A long line without an end, as far as it was read. */
  openLine: OpenLine | undefined
  /** The last look's `stamp`. */
  stamp = ''
  changedAtMs = -Infinity
  /** The reason why it cannot be read just now. */
  trouble: string | undefined
  /** When it was last changed before it was first seen; undefined for a file that an earlier run knew. */
  beganNs: bigint | undefined
  /** Everything up to the end of the file was read, and the rest has no newline yet. */
  isDrained = false
  /** It did not change for a time, after which its last line is taken as it is, without a newline. */
  isFinal = false
  /** False for a file that no group names: only its journaled lines are sent again. */
  isFollowed = true
  /** It may be a copy, and is not read for a moment. */
  isHeldBack = false
  /** An earlier run knew it. */
  isFromRegistry = false
  /** Truncated, and looked for among the files beside it. */
  isCopySearched = false
  /** The first journaled range, until it is made again: the only proof of identity where nothing is acked. */
  journaled: JournalRun | undefined
  /** Journaled ranges that are neither made again nor given up yet: fresh lines wait behind them. */
  owed = 0
  /** It was not found by name, but something that may be this file could not be looked at: it is not known to be gone. */
  isUnseen = false
  #headBytes: Buffer | undefined
  #origin: Origin | undefined

  constructor(beginning: Beginning, account: ByteAccount) {
    this.key = beginning.key
    this.path = beginning.path
    this.listedPath = beginning.path
    this.group = beginning.group
    this.identity = beginning.identity
    this.marks = beginning.marks
    this.position = beginning.position
    this.settled = beginning.position
    this.size = beginning.position
    this.#account = account
  }

  get place(): string | undefined {
    const isPlaced = this.whereabouts.kind !== 'lost' && this.whereabouts.kind !== 'retired'
    return isPlaced ? `${this.identity.device}:${this.identity.inode}` : undefined
  }

  /** It was read up to here, by this run or by an earlier one whose lines are still to be sent again. */
  get knownEnd(): number {
    return this.position === 0 && this.owed > 0 ? (this.journaled?.end ?? 0) : this.position
  }

  /** A file that is shorter than this was truncated. Of one that was never read, all that was seen. */
  get leastSize(): number {
    return this.knownEnd === 0 ? this.size - this.padding : this.knownEnd
  }

  get unread(): number {
    return this.whereabouts.kind === 'retired' ? 0 : this.size - this.position
  }

  /** Unread NULs up to the end of the file: no line has them yet. */
  get padding(): number {
    return this.whereabouts.kind === 'retired' ? 0 : this.text.countPadding(this.position, this.size)
  }

  get hasUnreadText(): boolean {
    return this.unread > this.padding
  }

  /** Nothing was read of it but NULs, if that. */
  get isAtHole(): boolean {
    return this.hasNoLine && this.encoding === undefined
  }

  get hasNoLine(): boolean {
    return this.position === this.textStart
  }

  /** The id is drawn when this run first reads from the generation. */
  get origin(): Origin {
    this.#origin ??= {
      fileId: makeFileId(),
      path: this.listedPath,
      fields: this.group.fields,
    }
    const { path, fields } = this.#origin
    // A run's origin never changes: batches that are in flight have this very object.
    if (path !== this.listedPath || fields !== this.group.fields)
      this.#origin = { ...this.#origin, path: this.listedPath, fields: this.group.fields }
    return this.#origin
  }

  /** True when the file changed since the last look, and may be read. Writing through a memory map need not show in its look. */
  see(look: FileLook, nowMs: number): boolean {
    this.growTo(look.size)
    if (look.stamp === this.stamp) return this.padding > 0 && this.handle !== undefined && !this.isHeldBack
    this.stamp = look.stamp
    this.changedAtMs = nowMs
    this.text.forgetSearch()
    this.isDrained = false
    this.isFinal = false
    return !this.isHeldBack
  }

  growTo(size: number): void {
    if (size <= this.size) return
    this.#account.seen += size - this.size
    this.size = size
  }

  /** The file, or its copy, ends here: bytes that were seen after this were cut off. Returns the number of those that are lost. */
  endAt(size: number): number {
    return size < this.size ? this.#dropFrom(size, 'truncated') : 0
  }

  /** The unread bytes are gone. Returns the number of those that are lost: padding is not. */
  loseUnread(reason: LossReason): number {
    return this.#dropFrom(this.position, reason)
  }

  disregardUnread(): void {
    this.#account.seen -= this.unread
    this.#shrinkTo(this.position)
    this.stamp = ''
  }

  /** Moves on behind a hole at the head of the file. */
  skipHole(end: number): void {
    const length = end - this.position
    this.#skipTo(end, Buffer.alloc(Math.min(length, HEAD_BYTES)), digestOfNuls(length))
  }

  /** `mark` are the first bytes of the file. */
  skipMark(mark: Buffer, encoding: Encoding): void {
    this.encoding = encoding
    this.#skipTo(mark.length, mark, crc32(mark))
  }

  get utf16(): Utf16Order | undefined {
    return this.encoding === 'bytes' ? undefined : this.encoding
  }

  takeTail(tail: Buffer): void {
    this.tail = tail
    const endsLine = this.utf16 === undefined ? tail.at(-1) === LF : endsWithLineFeed(tail, this.utf16)
    this.isInsideLine = this.position !== this.textStart && !endsLine
  }

  takeHead(head: Buffer): void {
    this.#headBytes = head.length < HEAD_BYTES ? head : undefined
    this.identity = { ...this.identity, head: makeMark(head.length, head) }
  }

  /** Of all bytes before the position; undefined where not all of them were read. */
  get digest(): number | undefined {
    if (this.position === 0) return 0
    return this.marks[0]?.offset === this.position ? this.marks[0].digest : undefined
  }

  /** Moves on behind `bytes`, which begin at `position`; `checksum` is their CRC-32. True when the identity's head grew. */
  advance(bytes: Buffer, checksum: number): boolean {
    const hasGrown = this.#growHead(bytes)
    this.encoding ??= 'bytes'
    this.#moveTo(this.position + bytes.length, bytes, checksum)
    return hasGrown
  }

  /** `bytes` are the last of those before `end`. */
  #moveTo(end: number, bytes: Buffer, checksum: number): void {
    const { digest } = this
    const digestAtEnd = digest === undefined ? undefined : joinDigests(digest, checksum, end - this.position)
    this.position = end
    this.growTo(end)
    this.#takeEnd(bytes, digestAtEnd)
  }

  #takeEnd(bytes: Buffer, digest: number | undefined): void {
    const longer = bytes.length >= MARK_BYTES ? bytes : Buffer.concat([this.tail ?? Buffer.alloc(0), bytes])
    // A copy: a slice would keep the whole chunk alive for as long as the file is idle.
    this.takeTail(Buffer.from(longer.subarray(Math.max(0, longer.length - MARK_BYTES))))
    this.marks = addMark(makeMark(this.position, this.tail!, digest), this.marks)
  }

  status(): FileStatus {
    return {
      path: this.path,
      offset: this.settled,
      size: this.size,
      behind: this.size - this.settled - this.padding,
      state: this.#describeState(),
    }
  }

  /** For bytes that are part of no line; `bytes` are the last of them. */
  #skipTo(end: number, bytes: Buffer, checksum: number): void {
    this.#account.outsideLines += end - this.position
    this.#growHead(bytes)
    this.textStart = end
    this.settled = end
    this.#moveTo(end, bytes, checksum)
  }

  #dropFrom(start: number, reason: LossReason): number {
    const padding = this.text.countPadding(start, this.size)
    const lost = this.size - start - padding
    this.#account.outsideLines += padding
    this.#account.lost[reason] += lost
    this.#shrinkTo(start)
    return lost
  }

  #shrinkTo(size: number): void {
    this.size = size
    this.text.endAt(size)
  }

  #growHead(bytes: Buffer): boolean {
    const { head } = this.identity
    if (head.offset >= HEAD_BYTES || head.offset !== this.position) return false
    const known = this.#headBytes ?? Buffer.alloc(0)
    if (known.length !== head.offset || (head.offset > 0 && hashBytes(known) !== head.hash)) return false
    this.takeHead(Buffer.concat([known, bytes.subarray(0, HEAD_BYTES - known.length)]))
    return true
  }

  #describeState(): FileStatus['state'] {
    if (this.whereabouts.kind === 'lost') return this.whereabouts.isTruncated ? 'waiting for its copy' : 'deleted'
    if (this.trouble !== undefined) return 'unreadable'
    if (this.whereabouts.kind === 'renamed') return 'renamed'
    if (this.whereabouts.kind === 'deleted') return 'deleted'
    return this.handle === undefined ? 'idle' : 'open'
  }
}

/** True for a file that cannot be opened again by a name that a scan finds. */
export function hasNoListedName({ whereabouts }: TrackedFile): boolean {
  return whereabouts.kind === 'deleted' || (whereabouts.kind === 'renamed' && !whereabouts.isListed)
}
