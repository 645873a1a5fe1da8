import { Bell } from './wake-up-bell.ts'
import type { Signals, Sink, Source } from './contract.ts'
import type { LifeSign } from './life-sign.ts'
import type { Watched } from './watched-value.ts'

/** Bounds on the batches that are taken and not committed. */
export interface PumpLimits<Batch> {
  /** Batches that are not delivered yet and so hold their bytes. */
  readonly undelivered: Watched<number>
  /** Delivered batches that wait, as receipts, for an earlier batch. */
  readonly uncommitted: number
  /** How much one batch counts towards `uncommitted`; default 1. */
  readonly weigh?: (batch: Batch) => number
}

/** The life sign of a pump; one pump at a time sets it. */
export class Pulse {
  readonly #part: string
  #look: () => Omit<LifeSign, 'part'> = () => ({ steps: 0, isDue: false })

  constructor(part: string) {
    this.#part = part
  }

  /** For the pump only. */
  follow(look: () => Omit<LifeSign, 'part'>): void {
    this.#look = look
  }

  lifeSign(): LifeSign {
    return { part: this.#part, ...this.#look() }
  }
}

export interface PumpOptions<Batch> extends Signals {
  /** A number bounds the batches that are not committed. */
  readonly limits: number | PumpLimits<Batch>
  readonly pulse?: Pulse
}

/**
 * Moves batches from `source` to `sink`, within limits, until the source ends or `stop` fires, and commits them in the order
 * in which they came. This is the only place where the flow waits for its sink.
 *
 * Resolves when every taken batch is committed. Rejects with the first failure of the source, the sink or a commit; from then
 * on nothing is committed, and the source gives the uncommitted batches again from its own memory.
 */
export async function pump<Batch>(
  source: Source<Batch>,
  sink: Sink<Batch>,
  { limits, stop, giveUp, pulse }: PumpOptions<Batch>,
): Promise<void> {
  const failed = new AbortController()
  const stopOrFailed = AbortSignal.any([stop, failed.signal])
  const line = new CommitLine(source, typeof limits === 'number' ? undefined : limits.weigh)
  const hasRoom = () =>
    typeof limits === 'number'
      ? line.length < limits
      : line.undelivered < limits.undelivered.current && line.deliveredWeight < limits.uncommitted
  let isWaitingForRoom = false
  pulse?.follow(() => ({ steps: line.steps, isDue: line.isDue || (isWaitingForRoom && hasRoom()) }))
  const stopListening = typeof limits === 'number' ? undefined : limits.undelivered.onChange(() => line.noteChange())

  while (!stopOrFailed.aborted) {
    const batch = await source.next(stopOrFailed).catch((error: unknown) => failed.abort(error))
    if (batch === undefined) break
    line.enter(batch, sink.deliver(batch, giveUp), failed)
    isWaitingForRoom = true
    while (!hasRoom() && !stopOrFailed.aborted) await line.waitForChange(stopOrFailed)
    isWaitingForRoom = false
  }
  stopListening?.()
  while (line.length > 0) await line.waitForChange()
  if (failed.signal.aborted) throw failed.signal.reason
}

/** A batch in line; it has a receipt once it is delivered. */
interface Entry<Batch> {
  receipt: Batch | undefined
  weight: number
  isSettled: boolean
}

/** The batches that are taken and not committed, in order. */
class CommitLine<Batch> {
  readonly #source: Source<Batch>
  readonly #weigh: (batch: Batch) => number
  readonly #entries: Entry<Batch>[] = []
  #isCommitting = false
  readonly #bell = new Bell()
  #undelivered = 0
  #deliveredWeight = 0
  #steps = 0

  constructor(source: Source<Batch>, weigh: (batch: Batch) => number = () => 1) {
    this.#source = source
    this.#weigh = weigh
  }

  get length(): number {
    return this.#entries.length
  }

  get undelivered(): number {
    return this.#undelivered
  }

  get deliveredWeight(): number {
    return this.#deliveredWeight
  }

  /** How often a batch entered, was delivered or left. */
  get steps(): number {
    return this.#steps
  }

  /** The first batch is delivered, so its commit is due: a source commits without waiting for anything outside. */
  get isDue(): boolean {
    return this.#entries[0]?.isSettled === true
  }

  enter(batch: Batch, delivered: Promise<void>, failed: AbortController): void {
    const entry: Entry<Batch> = { receipt: undefined, weight: 0, isSettled: false }
    this.#entries.push(entry)
    this.#undelivered++
    this.#steps++
    void this.#follow(entry, batch, delivered)
      .catch((error: unknown) => {
        failed.abort(error)
        // Nothing is committed from now on, so this batch and the earlier ones leave the line.
        this.#entries.splice(0, this.#entries.indexOf(entry) + 1)
      })
      .finally(() => {
        this.#undelivered--
        this.#steps++
        void this.#commit(failed)
        this.noteChange()
      })
  }

  /** Holds the batch until it is delivered; nothing else does. */
  async #follow(entry: Entry<Batch>, batch: Batch, delivered: Promise<void>): Promise<void> {
    await delivered
    entry.receipt = this.#source.toReceipt?.(batch) ?? batch
    entry.weight = this.#weigh(batch)
    entry.isSettled = true
    this.#deliveredWeight += entry.weight
  }

  waitForChange(signal?: AbortSignal): Promise<void> {
    return this.#bell.wait(signal)
  }

  noteChange(): void {
    this.#bell.ring()
  }

  /** Commits the settled batches at the front of the line; after a failure they only leave it. */
  async #commit(failed: AbortController): Promise<void> {
    if (this.#isCommitting) return
    this.#isCommitting = true
    for (let entry = this.#entries[0]; entry?.isSettled === true; entry = this.#entries[0]) {
      if (!failed.signal.aborted) await this.#commitOne(entry).catch((error: unknown) => failed.abort(error))
      if (this.#entries[0] === entry) this.#entries.shift()
      this.#deliveredWeight -= entry.weight
      this.#steps++
      this.noteChange()
    }
    this.#isCommitting = false
  }

  async #commitOne({ receipt }: Entry<Batch>): Promise<void> {
    if (receipt !== undefined) await this.#source.commit(receipt)
  }
}
