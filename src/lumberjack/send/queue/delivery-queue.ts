import type { LineBatch } from '../../../flow/line-batch.ts'
import { Bell } from '../../../flow/wake-up-bell.ts'

/** A batch is no longer waited for: `given_up` by its sender, or `closed` with the publisher. */
export class DeliveryError extends Error {
  override readonly name = 'AbortError'
  readonly code: 'given_up' | 'closed'

  constructor(code: 'given_up' | 'closed', message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** One window on its way, whichever link carries it: a batch, or a part of one. */
export interface Delivery {
  /** Its events alone. */
  readonly batch: LineBatch
  /** The place of its batch in the order of the batches. */
  readonly order: number
  /** The place of its first event in the batch. */
  readonly first: number
  /** How many of its events, from the first on, are acked. */
  confirmed: number
  /** When its first byte went out for the first time, in milliseconds since 1970. */
  firstTryMs: number | undefined
  /** True once it is not waited for any more: it is delivered, or given up. */
  isSettled: boolean
}

/** A batch that is waited for. */
interface Parcel {
  readonly batch: LineBatch
  readonly settler: PromiseWithResolvers<void>
  /** Its windows that are not delivered. */
  readonly open: Set<Delivery>
}

/**
 * Where batches wait for a link. Links take from it, and give back in order what was not acked when a connection ends,
 * so that the next connection, of this link or of another, can take it up.
 */
export class DeliveryQueue {
  readonly #waiting: Delivery[] = []
  readonly #parcels = new Map<Delivery, Parcel>()
  readonly #changed = new Bell()
  readonly #listeners = new Set<() => void>()
  #nextOrder = 0
  #isClosed = false

  get length(): number {
    return this.#waiting.length
  }

  get openCount(): number {
    return new Set(this.#parcels.values()).size
  }

  /**
   * Resolves when the batch is confirmed, window by window; rejects with a DeliveryError when `giveUp` fires or the queue is
   * closed. `windows` are its parts, in order.
   */
  async add(batch: LineBatch, giveUp: AbortSignal, windows: readonly LineBatch[] = [batch]): Promise<void> {
    if (this.#isClosed) throw makeClosedError(batch)
    const parcel: Parcel = { batch, settler: Promise.withResolvers<void>(), open: new Set() }
    const order = this.#nextOrder++
    let first = 0
    for (const window of windows) {
      this.#open(parcel, { batch: window, order, first, confirmed: 0, firstTryMs: undefined, isSettled: false })
      first += window.lineCount
    }
    const abandon = () => this.#abandon(parcel, makeGivenUpError(batch, giveUp.reason))
    giveUp.addEventListener('abort', abandon, { once: true })
    if (giveUp.aborted) abandon()
    else this.giveBack([...parcel.open])
    await parcel.settler.promise.finally(() => giveUp.removeEventListener('abort', abandon))
  }

  next(): Delivery | undefined {
    return this.#waiting.shift()
  }

  onGiven(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves when there is something to send, though another link may have taken it by then, or when `signal` fires. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length === 0) await this.#changed.wait(signal)
  }

  /** Puts batches at their place in the order; settled ones are dropped. */
  giveBack(deliveries: readonly Delivery[]): void {
    const open = deliveries.filter(delivery => !delivery.isSettled)
    if (open.length === 0) return
    this.#waiting.push(...open)
    this.#waiting.sort((a, b) => a.order - b.order || a.first - b.first)
    this.#changed.ring()
    for (const listener of this.#listeners) listener()
  }

  confirm(delivery: Delivery): void {
    const parcel = this.#settle(delivery)
    if (parcel?.open.size === 0) parcel.settler.resolve()
  }

  /** Rejects every open batch, and each that is added later. */
  close(): void {
    this.#isClosed = true
    for (const parcel of new Set(this.#parcels.values())) this.#abandon(parcel, makeClosedError(parcel.batch))
  }

  #open(parcel: Parcel, delivery: Delivery): void {
    this.#parcels.set(delivery, parcel)
    parcel.open.add(delivery)
  }

  #abandon({ open, settler }: Parcel, error: DeliveryError): void {
    for (const delivery of open) this.#settle(delivery)
    settler.reject(error)
  }

  /** Returns the parcel to which the delivery belonged; undefined when it is not waited for any more. */
  #settle(delivery: Delivery): Parcel | undefined {
    const parcel = this.#parcels.get(delivery)
    this.#parcels.delete(delivery)
    parcel?.open.delete(delivery)
    delivery.isSettled = true
    const index = this.#waiting.indexOf(delivery)
    if (index !== -1) this.#waiting.splice(index, 1)
    return parcel
  }
}

function makeGivenUpError(batch: LineBatch, cause: unknown): DeliveryError {
  const message = `batch ${batch.sequence} (${batch.lineCount} lines) was given up before it was confirmed`
  return new DeliveryError('given_up', message, { cause })
}

function makeClosedError(batch: LineBatch): DeliveryError {
  return new DeliveryError('closed', `the publisher was closed before batch ${batch.sequence} was confirmed`)
}
