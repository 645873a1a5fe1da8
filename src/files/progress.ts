import type { JournalRun } from '../registry/contract.ts'
import type { ByteAccount } from './byte-account.ts'
import type { LossReason } from './contract.ts'
import { TextExtent } from './read/text-extent.ts'

export interface Loss {
  readonly reason: LossReason
  readonly bytes: number
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Up to where a generation is seen, read and acked. Each change keeps the byte account adding up. */
export class Progress {
  readonly text = new TextExtent()
  readonly #account: ByteAccount
  #position: number
  #settled: number
  #size: number
  #inFlight = 0
  #loss: Loss | undefined
  #journaled: JournalRun | undefined
  #owed = 0
  /** Up to here an earlier run has sent the file, as long as ranges are owed. */
  #sentEnd = 0

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

  get unread(): number {
    return this.#size - this.#position
  }

  /** Unread NULs up to the end of the file: no line has them yet. */
  get padding(): number {
    return this.text.countPadding(this.#position, this.#size)
  }

  get hasUnreadText(): boolean {
    return this.unread > this.padding
  }

  /** The first journaled range, until it is made again: the only proof of identity where nothing is acked. */
  get journaled(): JournalRun | undefined {
    return this.#journaled
  }

  /** Journaled ranges that are neither made again nor given up yet: fresh lines wait behind them. */
  get owed(): number {
    return this.#owed
  }

  /** It was read up to here, by this run or by an earlier one whose lines are still to be sent again. */
  get knownEnd(): number {
    return this.#position === 0 && this.#owed > 0 ? (this.#journaled?.end ?? 0) : this.#position
  }

  /** Up to here it was read, or an earlier run has sent it. */
  get sentEnd(): number {
    return Math.max(this.#position, this.#sentEnd)
  }

  /** A file that is shorter than this was truncated. Of one that was never read, all that was seen. */
  get leastSize(): number {
    return this.knownEnd === 0 ? this.#size - this.padding : this.knownEnd
  }

  /** A range that an earlier run journaled is to be sent again. */
  owe(run: JournalRun): void {
    this.#owed++
    this.#sentEnd = Math.max(this.#sentEnd, run.end)
    // Nothing was acked before the first range of a file, but it may begin behind a hole.
    if (run.start === this.#position || this.#position === 0) this.#journaled ??= run
  }

  /** A range was made again, or given up. */
  settleOwed(): void {
    this.#owed--
    if (this.#owed === 0) this.#sentEnd = 0
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

  ack({ start, end }: Range): void {
    this.#inFlight -= end - start
    this.#account.inFlight -= end - start
    this.#account.acked += end - start
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

  #continueAt(position: number): void {
    this.#position = position
    this.#settled = position
  }

  #dropFrom(start: number, reason: LossReason): number {
    if (start >= this.#size) return 0
    const padding = this.text.countPadding(start, this.#size)
    const lost = this.#size - start - padding
    this.#account.outsideLines += padding
    this.#account.lost[reason] += lost
    if (lost > 0) this.#loss = { reason, bytes: lost + (this.#loss?.bytes ?? 0) }
    this.#shrinkTo(start)
    return lost
  }

  #shrinkTo(size: number): void {
    this.#size = size
    this.text.endAt(size)
  }
}
