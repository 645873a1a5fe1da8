// Memory that clients share: one account for what is read for them and for their batches until these are over.

export interface AccountOptions {
  readonly totalBytes: number
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/** A waiter that has waited for so long, or since the last time that somebody gave way, may have somebody give way. */
const PATIENCE_MS = 500
/** What is held for so long counts as held, not as on its way. */
const HELD_MS = 10_000
/** The most that a holder has without having to leave room for others: a few windows of any sender's defaults. */
const MAX_FLOOR_BYTES = 16 * 1024 * 1024
/** About what a connection that has ended takes until its batches are over, for each of them. */
const LEFT_BEHIND_BYTES = 8 * 1024

/** What is read for a connection, or one batch. */
interface Part {
  readonly holder: Holder
  readonly giveWay: () => void
  /** Its client sends it again under the same ids, so nothing is gained by it once the connection has ended. */
  readonly isRepeated: boolean
  bytes: number
  sinceMs: number
  /** It was told to give way. */
  isLeaving: boolean
}

interface Waiter {
  readonly holder: Holder
  readonly bytes: number
  readonly sinceMs: number
  readonly resolve: (isGranted: boolean) => void
}

/**
 * Grants bytes to the senders in turns, and to the connections of a sender first come first served. A quarter of the
 * total is for connections that hold little, so a few that hold much never keep the others waiting. When those who
 * hold bytes fill the account nevertheless, the part that is held longest gives way: its connection ends, and its client
 * sends it again.
 */
export class ByteAccount {
  readonly #now: () => number
  #totalBytes: number
  #heldBytes = 0
  /** Of parts that were told to give way. */
  #leavingBytes = 0
  /** By sender; the first sender is the next. */
  readonly #waiting = new Map<string, Waiter[]>()
  readonly #parts = new Set<Part>()
  /** Batches whose connection has ended, and whose client sends them again: they give way at once. */
  readonly #leftBehind = new Set<Part>()
  #gaveWayAtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #isLooking = false

  constructor({ totalBytes, now = () => performance.now() }: AccountOptions) {
    this.#totalBytes = totalBytes
    this.#now = now
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** A connection waits although there is room: giving back should have woken it. */
  get isDue(): boolean {
    const next = this.#next()
    return next !== undefined && this.#fits(next)
  }

  /** The new total applies at once, and bytes beyond it drain. */
  resize(totalBytes: number): void {
    this.#totalBytes = totalBytes
    this.look()
  }

  /** For one connection of a sender. `giveWay` has to end it, and to give back what is read for it. */
  open(sender: string, giveWay: () => void): Holder {
    return new Holder(sender, giveWay, {
      now: this.#now,
      tryTake: (holder, bytes) => this.#tryTake(holder, bytes),
      wait: (holder, bytes) => this.#wait(holder, bytes),
      change: (part, bytes) => this.#change(part, bytes),
      leaveBehind: batch => void this.#leftBehind.add(batch),
      leave: holder => this.#leave(holder),
    })
  }

  /** Serves those who wait. A timer calls it too, as long as there are any. */
  look(): void {
    if (this.#isLooking) return // somebody gave way just now
    this.#isLooking = true
    for (let waiter = this.#next(); waiter !== undefined; waiter = this.#next()) {
      if (!this.#fits(waiter)) this.#makeRoom(waiter)
      if (!this.#fits(waiter)) break
      this.#remove(waiter)
      waiter.holder.add(waiter.bytes)
      waiter.resolve(true)
    }
    this.#isLooking = false
    clearTimeout(this.#timer)
    this.#timer = this.#waiting.size === 0 ? undefined : setTimeout(() => this.look(), PATIENCE_MS / 2).unref()
  }

  get #floorBytes(): number {
    return Math.min(MAX_FLOOR_BYTES, this.#totalBytes / 4)
  }

  #tryTake(holder: Holder, bytes: number): boolean {
    const waiter: Waiter = { holder, bytes, sinceMs: this.#now(), resolve: () => {} }
    const next = this.#next()
    const isPassing = next !== undefined && (this.#isUrgent(next) || !this.#isUrgent(waiter))
    if (isPassing || !this.#fits(waiter)) return false
    holder.add(bytes)
    return true
  }

  #wait(holder: Holder, bytes: number): Promise<boolean> {
    return new Promise(resolve => {
      const waiters = this.#waiting.get(holder.sender)
      const waiter: Waiter = { holder, bytes, sinceMs: this.#now(), resolve }
      if (waiters === undefined) this.#waiting.set(holder.sender, [waiter])
      else waiters.push(waiter)
      this.look()
    })
  }

  /** Holders of little come first, unless another has waited for very long. */
  #next(): Waiter | undefined {
    let first: Waiter | undefined
    for (const waiters of this.#waiting.values()) {
      const urgent = waiters.find(waiter => this.#isUrgent(waiter))
      if (urgent !== undefined) return urgent
      first ??= waiters[0]
    }
    return first
  }

  #isUrgent(waiter: Waiter): boolean {
    return this.#isModest(waiter) || this.#now() - waiter.sinceMs >= HELD_MS
  }

  #isModest({ holder, bytes }: Waiter): boolean {
    return holder.bytes === 0 || holder.bytes + bytes <= this.#floorBytes
  }

  /** Somebody who holds all that is held could never get more otherwise. */
  #fits(waiter: Waiter): boolean {
    return this.#lackedBytes(waiter) <= 0 || this.#heldBytes === waiter.holder.readingBytes
  }

  #lackedBytes(waiter: Waiter): number {
    const limit = this.#isUrgent(waiter) ? this.#totalBytes : this.#totalBytes * 0.75
    return this.#heldBytes + waiter.bytes - limit
  }

  /** Has parts give way, for more than this one waiter: the next ones are not to wait for that again. */
  #makeRoom(waiter: Waiter): void {
    const nowMs = this.#now()
    const isPatient = nowMs - Math.max(waiter.sinceMs, this.#gaveWayAtMs) >= PATIENCE_MS
    this.#haveGiveWay(this.#leftBehind, () => this.#lackedBytes(waiter))
    if (!isPatient || this.#lackedBytes(waiter) <= this.#leavingBytes) return
    const parts = [...this.#parts].filter(part => this.#isHeldTooLong(part, waiter, nowMs))
    if (parts.length > 0) this.#gaveWayAtMs = nowMs
    const surplus = this.#totalBytes / 16
    const oldestFirst = parts.toSorted((a, b) => a.sinceMs - b.sinceMs)
    this.#haveGiveWay(oldestFirst, () => this.#lackedBytes(waiter) + surplus)
  }

  #haveGiveWay(parts: Iterable<Part>, lackedBytes: () => number): void {
    for (const part of parts) {
      if (lackedBytes() <= this.#leavingBytes) return
      if (part.isLeaving) continue
      part.isLeaving = true
      this.#leavingBytes += part.bytes
      part.giveWay()
    }
  }

  /** Those who hold much make room for those who hold little sooner than others. */
  #isHeldTooLong({ holder, sinceMs }: Part, waiter: Waiter, nowMs: number): boolean {
    if (holder === waiter.holder) return false
    const limitMs = this.#isModest(waiter) && holder.bytes > this.#floorBytes ? PATIENCE_MS : HELD_MS
    return nowMs - sinceMs >= limitMs
  }

  #change(part: Part, bytes: number): void {
    if (part.bytes === 0 && bytes > 0) this.#parts.add(part)
    part.bytes += bytes
    this.#heldBytes += bytes
    if (part.isLeaving) this.#leavingBytes += bytes
    if (part.bytes === 0) {
      this.#parts.delete(part)
      this.#leftBehind.delete(part)
      part.isLeaving = false
    }
    if (bytes < 0) this.look()
  }

  #leave(holder: Holder): void {
    for (const waiter of this.#waiting.get(holder.sender)?.filter(one => one.holder === holder) ?? []) {
      this.#remove(waiter)
      waiter.resolve(false)
    }
    this.look()
  }

  /** Its sender is the last one from now on. */
  #remove(waiter: Waiter): void {
    const { sender } = waiter.holder
    const rest = this.#waiting.get(sender)?.filter(one => one !== waiter) ?? []
    this.#waiting.delete(sender)
    if (rest.length > 0) this.#waiting.set(sender, rest)
  }
}

interface Bank {
  readonly now: () => number
  readonly tryTake: (holder: Holder, bytes: number) => boolean
  readonly wait: (holder: Holder, bytes: number) => Promise<boolean>
  readonly change: (part: Part, bytes: number) => void
  readonly leaveBehind: (batch: Part) => void
  readonly leave: (holder: Holder) => void
}

/** What one connection holds: bytes that are read for it, and those of its batches. */
export class Holder {
  readonly sender: string
  readonly #bank: Bank
  readonly #reading: Part
  readonly #batches = new Set<Part>()
  #hasLeft = false

  /** For ByteAccount.open only. */
  constructor(sender: string, giveWay: () => void, bank: Bank) {
    this.sender = sender
    this.#bank = bank
    this.#reading = { holder: this, giveWay, isRepeated: false, bytes: 0, sinceMs: 0, isLeaving: false }
  }

  get hasLeft(): boolean {
    return this.#hasLeft
  }

  get readingBytes(): number {
    return this.#reading.bytes
  }

  get bytes(): number {
    return [...this.#batches].reduce((sum, batch) => sum + batch.bytes, this.#reading.bytes)
  }

  tryTake(bytes: number): boolean {
    return !this.#hasLeft && this.#bank.tryTake(this, bytes)
  }

  /** Waits for room if necessary; false, with nothing taken, once the connection has left. */
  async take(bytes: number): Promise<boolean> {
    if (this.#hasLeft) return false
    return this.#bank.tryTake(this, bytes) || (await this.#bank.wait(this, bytes))
  }

  give(bytes: number): void {
    this.#bank.change(this.#reading, -bytes)
  }

  /**
   * Passes bytes that are read on to a batch, which holds them until the returned function is called, whether its
   * connection lives or not. `giveWay` has to end its delivery; it may be called before this returns.
   */
  hand(bytes: number, { giveWay, isRepeated }: Pick<Part, 'giveWay' | 'isRepeated'>): () => void {
    const batch: Part = { holder: this, giveWay, isRepeated, bytes: 0, sinceMs: this.#bank.now(), isLeaving: false }
    this.#batches.add(batch)
    this.#bank.change(batch, bytes)
    if (this.#hasLeft) this.#leaveBehind(batch)
    this.#reading.sinceMs = this.#bank.now()
    this.#bank.change(this.#reading, -bytes)
    return () => {
      if (this.#batches.delete(batch)) this.#bank.change(batch, -batch.bytes)
    }
  }

  /** The connection has ended: nothing more is granted to it. Its batches stay until they are over. */
  leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    for (const batch of this.#batches) this.#leaveBehind(batch)
    this.#bank.leave(this)
  }

  /** It has left, and nothing that was read for it is kept any more. */
  close(): void {
    this.leave()
    this.give(this.#reading.bytes)
  }

  #leaveBehind(batch: Part): void {
    this.#bank.change(batch, LEFT_BEHIND_BYTES)
    if (batch.isRepeated) this.#bank.leaveBehind(batch)
  }

  /** For the account only: adds without a check. */
  add(bytes: number): void {
    if (this.#reading.bytes === 0) this.#reading.sinceMs = this.#bank.now()
    this.#bank.change(this.#reading, bytes)
  }
}
