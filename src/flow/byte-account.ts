// Memory that clients share: one account for what is read for them and for their batches until these are over.

import { type Part, Holder } from './byte-holder.ts'
import { type Place, NestedTurns } from './nested-turns.ts'

export interface AccountOptions {
  readonly totalBytes: number
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/** A waiter that has waited for so long, or since the last time that somebody gave way, may have somebody give way. */
const PATIENCE_MS = 500
/** What is held for so long counts as held, not as on its way, if hardly anything else is on its way either. */
const HELD_MS = 5000
/** The least share of one connection of many: what a part of any frame needs. And the most of one among few. */
const MIN_SHARE_BYTES = 3 * 1024 * 1024
const MAX_SHARE_BYTES = 16 * 1024 * 1024
interface Waiter {
  readonly holder: Holder
  readonly place: Place
  readonly bytes: number
  readonly sinceMs: number
  readonly resolve: (isGranted: boolean) => void
}

/**
 * Grants bytes to the senders in turns, in those to their members, and to the connections of a member first come first
 * served. A quarter of the total is for connections that hold less than their share, so a few that hold much never keep
 * the others waiting. When batches fill the account that do not move on, the part that is held longest gives way: its
 * connection ends, and its client sends it again.
 */
export class ByteAccount {
  readonly #now: () => number
  #totalBytes: number
  #heldBytes = 0
  /** Of parts that were told to give way. */
  #leavingBytes = 0
  readonly #waiting = new NestedTurns<Waiter>()
  readonly #parts = new Set<Part>()
  /** Those that hold something, with the number of their parts. */
  readonly #holders = new Map<Holder, number>()
  readonly #finished = new RecentSum(HELD_MS)
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

  /** For one connection, whose member may be known later. `giveWay` has to end it, and to give back what is read for it. */
  open(placeOf: () => Place, giveWay: () => void): Holder {
    return new Holder(placeOf, giveWay, {
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
      this.#waiting.take(waiter.place, waiter)
      waiter.holder.add(waiter.bytes)
      waiter.resolve(true)
    }
    this.#isLooking = false
    clearTimeout(this.#timer)
    this.#timer = this.#waiting.isEmpty ? undefined : setTimeout(() => this.look(), PATIENCE_MS / 2).unref()
  }

  /** Of each holder. */
  get #shareBytes(): number {
    const equalBytes = this.#totalBytes / 2 / Math.max(1, this.#holders.size)
    return Math.min(this.#totalBytes / 4, Math.max(MIN_SHARE_BYTES, Math.min(MAX_SHARE_BYTES, equalBytes)))
  }

  #tryTake(holder: Holder, bytes: number): boolean {
    const waiter: Waiter = { holder, place: holder.place, bytes, sinceMs: this.#now(), resolve: () => {} }
    const next = this.#next()
    const isPassing = next !== undefined && (this.#isUrgent(next) || !this.#isUrgent(waiter))
    if (isPassing || !this.#fits(waiter)) return false
    holder.add(bytes)
    return true
  }

  #wait(holder: Holder, bytes: number): Promise<boolean> {
    return new Promise(resolve => {
      const { place } = holder
      this.#waiting.add(place, { holder, place, bytes, sinceMs: this.#now(), resolve })
      this.look()
    })
  }

  /** Holders of little come first, unless another has waited for very long. */
  #next(): Waiter | undefined {
    let first: Waiter | undefined
    for (const waiter of this.#waiting) {
      if (this.#isUrgent(waiter)) return waiter
      first ??= waiter
    }
    return first
  }

  #isUrgent(waiter: Waiter): boolean {
    return this.#isModest(waiter) || this.#now() - waiter.sinceMs >= HELD_MS
  }

  #isModest({ holder, bytes }: Waiter): boolean {
    return holder.bytes === 0 || holder.bytes + bytes <= this.#shareBytes
  }

  /** Somebody who holds all that is held could never get more otherwise. */
  #fits(waiter: Waiter): boolean {
    return this.#lackedBytes(waiter) <= 0 || this.#heldBytes === waiter.holder.readingBytes
  }

  #lackedBytes(waiter: Waiter): number {
    const limit = this.#isUrgent(waiter) ? this.#totalBytes : this.#totalBytes * 0.75
    return this.#heldBytes + waiter.bytes - limit
  }

  /** Has parts give way. In an account that moves, waiting is better. */
  #makeRoom(waiter: Waiter): void {
    const nowMs = this.#now()
    this.#haveGiveWay(this.#leftBehind, () => this.#lackedBytes(waiter))
    if (nowMs - Math.max(waiter.sinceMs, this.#gaveWayAtMs) < PATIENCE_MS) return
    if (this.#finished.recentBytes(nowMs) > this.#totalBytes / 32) return
    const parts = [...this.#parts].filter(part => this.#isHeldTooLong(part, waiter, nowMs))
    if (parts.length === 0) return
    this.#gaveWayAtMs = nowMs
    // More than this one needs: the next ones are not to wait for that again.
    const surplus = this.#totalBytes / 64
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

  /** Those who hold much, or have left, make room sooner. */
  #isHeldTooLong({ holder, sinceMs }: Part, waiter: Waiter, nowMs: number): boolean {
    if (holder === waiter.holder) return false
    const isSoon = this.#isModest(waiter) && (holder.hasLeft || holder.bytes > this.#shareBytes)
    return nowMs - sinceMs >= (isSoon ? 2 * PATIENCE_MS : HELD_MS)
  }

  #change(part: Part, bytes: number): void {
    if (part.bytes === 0 && bytes > 0) this.#add(part)
    if (bytes < 0 && part.isBatch && !part.isLeaving) this.#finished.note(-bytes, this.#now())
    part.bytes += bytes
    this.#heldBytes += bytes
    if (part.isLeaving) this.#leavingBytes += bytes
    if (part.bytes === 0) this.#remove(part)
    if (bytes < 0) this.look()
  }

  #add(part: Part): void {
    const { holder } = part
    this.#parts.add(part)
    this.#holders.set(holder, (this.#holders.get(holder) ?? 0) + 1)
  }

  #remove(part: Part): void {
    const { holder } = part
    const rest = (this.#holders.get(holder) ?? 0) - 1
    this.#parts.delete(part)
    this.#leftBehind.delete(part)
    part.isLeaving = false
    if (rest > 0) this.#holders.set(holder, rest)
    else this.#holders.delete(holder)
  }

  #leave(holder: Holder): void {
    for (const waiter of [...this.#waiting].filter(one => one.holder === holder)) {
      this.#waiting.remove(waiter.place, one => one === waiter)
      waiter.resolve(false)
    }
    this.look()
  }
}

/** The sum of the last two spans of time. */
class RecentSum {
  readonly #spanMs: number
  #beganMs = 0
  #before = 0
  #current = 0

  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  note(value: number, nowMs: number): void {
    this.#turn(nowMs)
    this.#current += value
  }

  recentBytes(nowMs: number): number {
    this.#turn(nowMs)
    return this.#before + this.#current
  }

  #turn(nowMs: number): void {
    const spans = Math.floor((nowMs - this.#beganMs) / this.#spanMs)
    if (spans < 1) return
    this.#before = spans === 1 ? this.#current : 0
    this.#current = 0
    this.#beganMs += spans * this.#spanMs
  }
}
