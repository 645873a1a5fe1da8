// Memory that many holders share. Each has a reserve of its own, so that what one holds never starves the others;
// what goes beyond comes out of a common total, first come first served.

interface Waiting {
  readonly share: BudgetShare
  readonly bytes: number
  readonly resolve: (isGranted: boolean) => void
}

export class ByteBudget {
  #totalBytes: number
  /** Of shares that are opened from now on. */
  #reserveBytes: number
  readonly #waiting: Waiting[] = []
  #usedBytes = 0
  #heldBytes = 0

  constructor({ totalBytes, reserveBytes }: { readonly totalBytes: number; readonly reserveBytes: number }) {
    this.#totalBytes = totalBytes
    this.#reserveBytes = reserveBytes
  }

  /** Everything held now, reserves included. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Somebody waits for room that is there: whoever gave it back should have said so. */
  get isDue(): boolean {
    const [first] = this.#waiting
    return first !== undefined && this.#fits(first.share, first.bytes)
  }

  /** The total holds at once, and what is held beyond it drains; the reserve is that of shares to come. */
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

  /** What is larger than the whole total may pass when nobody else uses any of it: else it could never. */
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

/** What one holder holds of a budget. */
export class BudgetShare {
  readonly #bank: Bank
  #heldBytes = 0

  /** Made by ByteBudget.open. */
  constructor(bank: Bank) {
    this.#bank = bank
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  get reserveBytes(): number {
    return this.#bank.reserveBytes
  }

  /** Takes what is left of the reserve, which is always to be had; tells how much. */
  takeReserve(): number {
    const bytes = Math.max(0, this.#bank.reserveBytes - this.#heldBytes)
    this.add(bytes)
    return bytes
  }

  /** True, and taken, when there is room now. */
  tryTake(bytes: number): boolean {
    return this.#bank.tryTake(this, bytes)
  }

  /** Waits for room if need be; false, and nothing taken, when the share was left meanwhile. Whoever gives back wakes it. */
  async take(bytes: number): Promise<boolean> {
    return this.tryTake(bytes) || (await this.#bank.wait(this, bytes))
  }

  give(bytes: number): void {
    this.add(-bytes)
  }

  /** Ends all waiting. What is held stays held until it is given back. */
  leave(): void {
    this.#bank.leave(this)
  }

  /** Only for the budget itself: no question asked. */
  add(bytes: number): void {
    const before = this.#heldBytes
    this.#heldBytes += bytes
    this.#bank.change(this, before)
  }
}
