// Memory that many holders share. Each has a reserve of its own, so that one holder never starves the others; bytes beyond
// the reserves come out of a common total, first come first served.

interface Waiting {
  readonly share: BudgetShare
  readonly bytes: number
  readonly resolve: (isGranted: boolean) => void
}

export class ByteBudget {
  #totalBytes: number
  /** The reserve of shares that are opened from now on. */
  #reserveBytes: number
  readonly #waiting: Waiting[] = []
  #usedBytes = 0
  #heldBytes = 0

  constructor({ totalBytes, reserveBytes }: { readonly totalBytes: number; readonly reserveBytes: number }) {
    this.#totalBytes = totalBytes
    this.#reserveBytes = reserveBytes
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** A holder waits although there is room: giving back should have woken it. */
  get isDue(): boolean {
    const [first] = this.#waiting
    return first !== undefined && this.#fits(first.share, first.bytes)
  }

  /** The new total applies at once, and bytes beyond it drain; the new reserve applies to shares opened later. */
  resize({ totalBytes, reserveBytes }: { readonly totalBytes: number; readonly reserveBytes: number }): void {
    this.#totalBytes = totalBytes
    this.#reserveBytes = reserveBytes
    this.#wakeWaiting()
  }

  open(): BudgetShare {
    return new BudgetShare({
      reserveBytes: this.#reserveBytes,
      tryTake: (share, bytes) => this.#tryTake(share, bytes),
      wait: (share, bytes) => new Promise(resolve => this.#waiting.push({ share, bytes, resolve })),
      change: (share, before) => this.#change(share, before),
      leave: share => this.#leave(share),
    })
  }

  #tryTake(share: BudgetShare, bytes: number): boolean {
    if (!this.#fits(share, bytes)) return false
    share.add(bytes)
    return true
  }

  /** A request larger than the total passes when nothing of the total is in use; otherwise it never could. */
  #fits(share: BudgetShare, bytes: number): boolean {
    const more = beyondReserve(share, share.heldBytes + bytes) - beyondReserve(share, share.heldBytes)
    return more <= 0 || this.#usedBytes === 0 || this.#usedBytes + more <= this.#totalBytes
  }

  #change(share: BudgetShare, before: number): void {
    const { heldBytes } = share
    this.#heldBytes += heldBytes - before
    this.#usedBytes += beyondReserve(share, heldBytes) - beyondReserve(share, before)
    if (heldBytes < before) this.#wakeWaiting()
  }

  #wakeWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#tryTake(next.share, next.bytes)) return
      this.#waiting.shift()
      next.resolve(true)
    }
  }

  #leave(share: BudgetShare): void {
    const leaving = this.#waiting.filter(waiting => waiting.share === share)
    for (const waiting of leaving) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
      waiting.resolve(false)
    }
    this.#wakeWaiting()
  }
}

function beyondReserve({ reserveBytes }: BudgetShare, bytes: number): number {
  return Math.max(0, bytes - reserveBytes)
}

interface Bank {
  readonly reserveBytes: number
  readonly tryTake: (share: BudgetShare, bytes: number) => boolean
  readonly wait: (share: BudgetShare, bytes: number) => Promise<boolean>
  readonly change: (share: BudgetShare, before: number) => void
  readonly leave: (share: BudgetShare) => void
}

/** One holder's part of a budget. */
export class BudgetShare {
  readonly #bank: Bank
  #heldBytes = 0

  /** For ByteBudget.open only. */
  constructor(bank: Bank) {
    this.#bank = bank
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  get reserveBytes(): number {
    return this.#bank.reserveBytes
  }

  takeReserve(): number {
    const bytes = Math.max(0, this.#bank.reserveBytes - this.#heldBytes)
    this.add(bytes)
    return bytes
  }

  tryTake(bytes: number): boolean {
    return this.#bank.tryTake(this, bytes)
  }

  /** Waits for room if necessary; false, with nothing taken, if the share was left meanwhile. Giving back wakes it. */
  async take(bytes: number): Promise<boolean> {
    return this.tryTake(bytes) || (await this.#bank.wait(this, bytes))
  }

  give(bytes: number): void {
    this.add(-bytes)
  }

  /** Ends all waits of this share. Held bytes stay held until they are given back. */
  leave(): void {
    this.#bank.leave(this)
  }

  /** For the budget only: adds without a check. */
  add(bytes: number): void {
    const before = this.#heldBytes
    this.#heldBytes += bytes
    this.#bank.change(this, before)
  }
}
