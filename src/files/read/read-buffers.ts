import type { LineRun } from '../../flow/line-batch.ts'
import { MARK_BYTES } from '../look/identity.ts'

/** Shorter reads get a buffer of their own size. */
const MIN_SHARE = 0.5
/** What is kept for the next reads, at most. */
const MAX_FREE_BYTES = 8 * 1024 * 1024

/** A buffer that is read into, with the number of those who need its bytes. The last one that lets go gives it back. */
export class Loan {
  readonly buffer: Buffer
  readonly #giveBack: (buffer: Buffer) => void
  #holders = 1

  constructor(buffer: Buffer, giveBack: (buffer: Buffer) => void) {
    this.buffer = buffer
    this.#giveBack = giveBack
  }

  hold(): void {
    this.#holders++
  }

  letGo(): void {
    this.#holders--
    if (this.#holders === 0) this.#giveBack(this.buffer)
  }
}

/** Called with each buffer that is given back. */
export type OnReturn = (buffer: Buffer) => void

/**
 * Lends the buffers into which files are read, and lends them again once nobody needs their bytes: as garbage they would make
 * V8 look through its whole heap, over and over. A loan that nobody gives back is garbage and nothing worse.
 */
export class ReadBuffers {
  readonly #bytes: number
  readonly #onReturn: OnReturn
  readonly #free: Buffer[] = []
  readonly #loans = new WeakMap<readonly LineRun[], Iterable<Loan>>()
  /** Of the free ones, so many were not needed since `trim`. */
  #idle = 0
  #lentCount = 0

  /** `chunkBytes`: one read. */
  constructor(chunkBytes: number, onReturn: OnReturn = () => {}) {
    this.#bytes = chunkBytes + MARK_BYTES
    this.#onReturn = onReturn
  }

  get freeBytes(): number {
    return this.#free.length * this.#bytes
  }

  /** Loans that are not given back yet, or never will be. */
  get lentCount(): number {
    return this.#lentCount
  }

  /** Undefined for a read that is too short or too long for one of these buffers. */
  lend(byteCount: number): Loan | undefined {
    if (byteCount > this.#bytes || byteCount < this.#bytes * MIN_SHARE) return undefined
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes)
    this.#idle = Math.min(this.#idle, this.#free.length)
    this.#lentCount++
    return new Loan(buffer, returned => this.#take(returned))
  }

  /** The batch needs the bytes of these loans, which it holds. */
  noteBatch({ runs }: { readonly runs: readonly LineRun[] }, loans: Iterable<Loan>): void {
    this.#loans.set(runs, loans)
  }

  /** The batch is delivered: no one reads the bytes of its lines any more. */
  noteDelivered({ runs }: { readonly runs: readonly LineRun[] }): void {
    const loans = this.#loans.get(runs) ?? []
    this.#loans.delete(runs)
    for (const loan of loans) loan.letGo()
  }

  /** Drops what was not needed since the last call. */
  trim(): void {
    this.#free.splice(0, this.#idle)
    this.#idle = this.#free.length
  }

  #take(buffer: Buffer): void {
    this.#lentCount--
    this.#onReturn(buffer)
    if (this.freeBytes + this.#bytes <= MAX_FREE_BYTES) this.#free.push(buffer)
  }
}
