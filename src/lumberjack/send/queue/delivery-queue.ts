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

/** One batch on its way, whichever link carries it. */
export interface Delivery {
  readonly batch: LineBatch
  /** Its place in the order of the batches. */
  readonly order: number
  /** How many of its events, from the first on, are acked. */
  confirmed: number
  /** When its first byte went out for the first time, in milliseconds since 1970. */
  firstTryMs: number | undefined
  /** True once it is not waited for any more: it is delivered, or given up. */
  isSettled: boolean
}

/**
 * Where batches wait for a link. Links take from it, and give back in order what was not acked when a connection ends,
 * so that the next connection, of this link or of another, can take it up.
 */
export class DeliveryQueue {
  readonly #waiting: Delivery[] = []
  readonly #settlers = new Map<Delivery, PromiseWithResolvers<void>>()
  readonly #changed = new Bell()
  readonly #listeners = new Set<() => void>()
  #nextOrder = 0
  #isClosed = false

  get length(): number {
    return this.#waiting.length
  }

  get openCount(): number {
    return this.#settlers.size
  }

  /** Resolves when the batch is confirmed; rejects with a DeliveryError when `giveUp` fires or the queue is closed. */
  async add(batch: LineBatch, giveUp: AbortSignal): Promise<void> {
    if (this.#isClosed) throw makeClosedError(batch)
    const delivery: Delivery = {
      batch,
      order: this.#nextOrder++,
      confirmed: 0,
      firstTryMs: undefined,
      isSettled: false,
    }
    const settler = Promise.withResolvers<void>()
    this.#settlers.set(delivery, settler)
    const abandon = () => this.#settle(delivery, makeGivenUpError(batch, giveUp.reason))
    giveUp.addEventListener('abort', abandon, { once: true })
    if (giveUp.aborted) abandon()
    else this.giveBack([delivery])
    await settler.promise.finally(() => giveUp.removeEventListener('abort', abandon))
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
    this.#waiting.sort((a, b) => a.order - b.order)
    this.#changed.ring()
    for (const listener of this.#listeners) listener()
  }

  confirm(delivery: Delivery): void {
    this.#settle(delivery)
  }

  /** Rejects every open batch, and each that is added later. */
  close(): void {
    this.#isClosed = true
    for (const delivery of this.#settlers.keys()) this.#settle(delivery, makeClosedError(delivery.batch))
  }

  #settle(delivery: Delivery, error?: DeliveryError): void {
    const settler = this.#settlers.get(delivery)
    if (settler === undefined) return
    this.#settlers.delete(delivery)
    delivery.isSettled = true
    const index = this.#waiting.indexOf(delivery)
    if (index !== -1) this.#waiting.splice(index, 1)
    if (error === undefined) settler.resolve()
    else settler.reject(error)
  }
}

function makeGivenUpError(batch: LineBatch, cause: unknown): DeliveryError {
  const message = `batch ${batch.sequence} (${batch.lineCount} lines) was given up before it was confirmed`
  return new DeliveryError('given_up', message, { cause })
}

function makeClosedError(batch: LineBatch): DeliveryError {
  return new DeliveryError('closed', `the publisher was closed before batch ${batch.sequence} was confirmed`)
}
