import type { JournalRun } from '../registry/contract.ts'
import type { ByteAccount } from './byte-account.ts'
import type { LossReason } from './contract.ts'
import { joinDigests } from './look/digest.ts'
import { TextExtent } from './read/text-extent.ts'

export interface Loss {
  readonly reason: LossReason
  readonly bytes: number
}

interface Range {
  readonly start: number
  readonly end: number
  /** Of records that a rule left out. */
  readonly leftOutBytes?: number
}

/** Ranges that an earlier run journaled, of which `count` are neither made again nor given up. */
interface Debt {
  readonly count: number
  /** The first one, if it begins at the position. */
  readonly first: JournalRun | undefined
  /** This one and those that follow each other behind it. */
  readonly all: SentRange | undefined
  /** Up to here that run has sent the file; 0 when none is left. */
  readonly end: number
}

export type SentRange = Pick<JournalRun, 'start' | 'end' | 'checksum'>

const NO_DEBT: Debt = { count: 0, first: undefined, all: undefined, end: 0 }

/** Up to where a generation is seen, read and acked. Each change keeps the byte account adding up. */
export class Progress {
  readonly #account: ByteAccount
  #text: TextExtent | undefined
  #position: number
  #settled: number
  #size: number
  #inFlight = 0
  #loss: Loss | undefined
  #debt = NO_DEBT
  #recordedSize: number | undefined

  constructor(position: number, account: ByteAccount) {
    this.#position = position
    this.#settled = position
    this.#size = position
    this.#account = account
  }

  /** Fresh reads continue from here. */
  get position(): number {
    return this.#position
  }

  /** Acked, or left out by a rule, up to here. */
  get settled(): number {
    return this.#settled
  }

  /** The largest size that was seen of this generation. */
  get size(): number {
    return this.#size
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** What was lost of it in this run. */
  get loss(): Loss | undefined {
    return this.#loss
  }

  /** The size that is on record. */
  get recordedSize(): number | undefined {
    return this.#recordedSize
  }

  get unread(): number {
    return this.#size - this.#position
  }

  get text(): TextExtent {
    return (this.#text ??= new TextExtent())
  }

  /** Unread NULs up to the end of the file: no line has them yet. */
  get padding(): number {
    return this.#countPadding(this.#position)
  }

  get hasUnreadText(): boolean {
    return this.unread > this.padding
  }

  /** The first journaled range, until it is made again: the only proof of identity where nothing is acked. */
  get journaled(): JournalRun | undefined {
    return this.#debt.first
  }

  /** The same, with those that follow it. */
  get allJournaled(): SentRange | undefined {
    return this.#debt.all
  }

  /** Journaled ranges that are neither made again nor given up yet: fresh lines wait behind them. */
  get owed(): number {
    return this.#debt.count
  }

  /** It was read up to here, by this run or by an earlier one whose lines are still to be sent again. */
  get knownEnd(): number {
    return this.#position === 0 && this.owed > 0 ? (this.journaled?.end ?? 0) : this.#position
  }

  /** Up to here it was read, or an earlier run has sent it. */
  get sentEnd(): number {
    return Math.max(this.#position, this.#debt.end)
  }

  /** A file that is shorter than this was truncated. Of one that was never read, all that was seen. */
  get leastSize(): number {
    return this.knownEnd === 0 ? this.#size - this.padding : this.knownEnd
  }

  /** A range that an earlier run journaled is to be sent again. */
  owe(run: JournalRun): void {
    const { count, first, all, end } = this.#debt
    // Nothing was acked before the first range of a file, but it may begin behind a hole.
    const isFirst = first === undefined && (run.start === this.#position || this.#position === 0)
    const joined = isFirst ? run : all && join(all, run)
    this.#debt = { count: count + 1, first: isFirst ? run : first, all: joined, end: Math.max(end, run.end) }
  }

  /** A range was made again, or given up. */
  settleOwed(): void {
    const { count, end } = this.#debt
    this.#debt = { ...this.#debt, count: count - 1, end: count === 1 ? 0 : end }
  }

  growTo(size: number): void {
    if (size <= this.#size) return
    this.#account.seen += size - this.#size
    this.#size = size
  }

  /** The next bytes are in a batch. */
  send(byteCount: number): void {
    this.#position += byteCount
    this.growTo(this.#position)
    this.#inFlight += byteCount
    this.#account.inFlight += byteCount
  }

  ack({ start, end, leftOutBytes = 0 }: Range): void {
    this.#inFlight -= end - start
    this.#account.inFlight -= end - start
    this.#account.acked += end - start - leftOutBytes
    this.#account.skipped += leftOutBytes
    this.#settled = end
  }

  /** For bytes that are part of no line. */
  skipTo(end: number): void {
    this.#account.outsideLines += end - this.#position
    this.#continueAt(end)
    this.growTo(end)
  }

  /** The first bytes of a generation that was not read yet are left out; those behind them are seen again. */
  leaveOut(end: number, as: 'skipped' | 'copied'): void {
    this.uncountUnread()
    this.growTo(end)
    this.#account[as] += end - this.#position
    this.#continueAt(end)
  }

  /** What was skipped from the beginning on turns out to be another generation's: it counts as never seen. */
  takeBackSkipped(): void {
    this.uncountUnread()
    this.#account.skipped -= this.#position
    this.#account.seen -= this.#position
    this.#continueAt(0)
    this.#size = 0
  }

  /** Another file has the bytes up to here, and they are read there. */
  passOver(end: number): void {
    this.growTo(end)
    this.#account.copied += end - this.#position
    this.#continueAt(end)
  }

  /** The bytes that were read behind `position` are gone, and others may take their place. */
  goBackTo(position: number): void {
    this.uncountUnread()
    this.#continueAt(position)
    this.#size = position
  }

  /** The file, or its copy, ends here: bytes that were seen after this were cut off. Returns the number of those that are lost. */
  endAt(size: number): number {
    return size < this.#size ? this.#dropFrom(size, 'truncated') : 0
  }

  /** The unread bytes are gone. Returns the number of those that are lost: padding is not, and neither is what was sent before. */
  loseUnread(reason: LossReason): number {
    const lostBytes = this.#dropFrom(this.sentEnd, reason)
    this.uncountUnread() // ranges that an earlier run sent: they count when they are given up
    return lostBytes
  }

  /** The unread bytes are another generation's, or no longer of interest: they count as never seen. */
  uncountUnread(): void {
    this.#account.seen -= this.unread
    this.#shrinkTo(this.#position)
  }

  /** True if it is news. */
  noteRecorded(size: number): boolean {
    const isNew = this.#recordedSize !== size
    this.#recordedSize = size
    return isNew
  }

  /** The file changed: there may be text where NULs were. */
  forgetSearch(): void {
    this.#text?.forgetSearch()
  }

  /** For a closed file: where all of it is read, its next read finds the end of its text. */
  rest(): void {
    if (this.unread === 0) this.#text = undefined
  }

  #countPadding(start: number): number {
    return this.#text?.countPadding(start, this.#size) ?? 0
  }

  #continueAt(position: number): void {
    this.#position = position
    this.#settled = position
  }

  #dropFrom(start: number, reason: LossReason): number {
    if (start >= this.#size) return 0
    const padding = this.#countPadding(start)
    const lost = this.#size - start - padding
    this.#account.outsideLines += padding
    this.#account.lost[reason] += lost
    if (lost > 0) this.#loss = { reason, bytes: lost + (this.#loss?.bytes ?? 0) }
    this.#shrinkTo(start)
    return lost
  }

  #shrinkTo(size: number): void {
    this.#size = size
    this.#text?.endAt(size)
  }
}

function join(before: SentRange, { start, end, checksum }: SentRange): SentRange {
  if (start !== before.end) return before
  return { start: before.start, end, checksum: joinDigests(before.checksum, checksum, end - start) }
}
