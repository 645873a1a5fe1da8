import type { Place } from './nested-turns.ts'

/** About what a connection that has ended takes until its batches are over, for each of them. */
const LEFT_BEHIND_BYTES = 8 * 1024

/** What is read for a connection, or one batch. */
export interface Part {
  readonly holder: Holder
  readonly isBatch: boolean
  readonly giveWay: () => void
  /** Its client sends it again under the same ids, so nothing is gained by it once the connection has ended. */
  readonly isRepeated: boolean
  bytes: number
  sinceMs: number
  /** It was told to give way. */
  isLeaving: boolean
}

/** The account, as its holders see it. */
export interface Bank {
  readonly now: () => number
  readonly tryTake: (holder: Holder, bytes: number) => boolean
  readonly wait: (holder: Holder, bytes: number) => Promise<boolean>
  readonly change: (part: Part, bytes: number) => void
  readonly leaveBehind: (batch: Part) => void
  readonly leave: (holder: Holder) => void
}

/** What a batch holds. */
export interface HandedBytes {
  /** It holds more, without a wait, or less. */
  readonly holdMore: (bytes: number) => void
  readonly giveBack: () => void
}

/** What one connection holds: bytes that are read for it, and those of its batches. */
export class Holder {
  readonly #placeOf: () => Place
  readonly #bank: Bank
  readonly #reading: Part
  readonly #batches = new Set<Part>()
  #hasLeft = false
  #isClosed = false

  /** For ByteAccount.open only. */
  constructor(placeOf: () => Place, giveWay: () => void, bank: Bank) {
    this.#placeOf = placeOf
    this.#bank = bank
    this.#reading = { holder: this, isBatch: false, giveWay, isRepeated: false, bytes: 0, sinceMs: 0, isLeaving: false }
  }

  get place(): Place {
    return this.#placeOf()
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
    if (!this.#isClosed) this.#bank.change(this.#reading, -bytes)
  }

  /**
   * Passes bytes that are read on to a batch, which holds them until they are given back, whether its connection lives
   * or not. `giveWay` has to end its delivery; it may be called before this returns. `copiedBytes`: what the batch takes
   * besides, as dead letters that are copied for their thread do.
   */
  hand(
    bytes: number,
    { giveWay, isRepeated, copiedBytes = 0 }: Pick<Part, 'giveWay' | 'isRepeated'> & { readonly copiedBytes?: number },
  ): HandedBytes {
    const batch: Part = {
      holder: this,
      isBatch: true,
      giveWay,
      isRepeated,
      bytes: 0,
      sinceMs: this.#bank.now(),
      isLeaving: false,
    }
    this.#batches.add(batch)
    this.#bank.change(batch, bytes + copiedBytes)
    if (this.#hasLeft) this.#leaveBehind(batch)
    this.#reading.sinceMs = this.#bank.now()
    this.give(bytes)
    return {
      holdMore: more => {
        if (this.#batches.has(batch)) this.#bank.change(batch, more)
      },
      giveBack: () => {
        if (this.#batches.delete(batch)) this.#bank.change(batch, -batch.bytes)
      },
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
    this.#isClosed = true
  }

  #leaveBehind(batch: Part): void {
    this.#bank.change(batch, LEFT_BEHIND_BYTES)
    if (batch.isRepeated) this.#bank.leaveBehind(batch)
  }

  /** Without a check, for what is there already: a `take` of more, or of nothing, waits until there is room for it. */
  add(bytes: number): void {
    if (this.#isClosed) return
    if (this.#reading.bytes === 0) this.#reading.sinceMs = this.#bank.now()
    this.#bank.change(this.#reading, bytes)
  }
}
