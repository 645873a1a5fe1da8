import type { LineBatch } from '../../../flow/line-batch.ts'
import { sliceBatch } from '../../../flow/slice-line-batch.ts'
import { Bell } from '../../../flow/wake-up-bell.ts'
import { Suspicion, type Taker } from './suspicion.ts'

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
  readonly suspicion: Suspicion
}

/** What is one window of a batch. */
export interface WindowPart {
  readonly batch: LineBatch
  /** It is to be sent alone from the start. */
  readonly isSuspected: boolean
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
  async add(
    batch: LineBatch,
    giveUp: AbortSignal,
    windows: readonly WindowPart[] = [{ batch, isSuspected: false }],
  ): Promise<void> {
    if (this.#isClosed) throw makeClosedError(batch)
    const parcel: Parcel = { batch, settler: Promise.withResolvers<void>(), open: new Set() }
    const order = this.#nextOrder++
    let first = 0
    for (const { batch: window, isSuspected: isAlone } of windows) {
      this.#open(parcel, { ...makeDelivery(window), order, first, suspicion: new Suspicion({ isAlone }) })
      first += window.lineCount
    }
    const abandon = () => this.#abandon(parcel, makeGivenUpError(batch, giveUp.reason))
    giveUp.addEventListener('abort', abandon, { once: true })
    if (giveUp.aborted) abandon()
    else this.giveBack([...parcel.open])
    await parcel.settler.promise.finally(() => giveUp.removeEventListener('abort', abandon))
  }

  /**
   * The next in order for the connection that asks. A suspect waits behind the others, since it ends the connection, until
   * the connection is one over which a try proves something.
   */
  next(taker?: Taker): Delivery | undefined {
    const isWorthTrying = ({ suspicion }: Delivery) =>
      suspicion.isAlone && taker !== undefined && suspicion.isWorthTrying(taker)
    const next =
      this.#waiting.find(isWorthTrying) ??
      this.#waiting.find(({ suspicion }) => !suspicion.isAlone) ??
      this.#leastTried(taker)
    if (next !== undefined) this.#removeWaiting(next)
    return next
  }

  onGiven(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves when there is something to send, though another link may have taken it by then, or when `signal` fires. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length === 0) await this.#changed.wait(signal)
  }

  /** Puts windows at their place in the order; those that are not waited for any more are dropped. */
  giveBack(deliveries: readonly Delivery[]): void {
    const open = deliveries.filter(delivery => this.#parcels.has(delivery) && !delivery.isSettled)
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

  /** The two halves of what is not confirmed, in place of a window of several events that no link holds. */
  halve(delivery: Delivery): readonly Delivery[] {
    const parcel = this.#parcels.get(delivery)
    if (parcel === undefined) return []
    const { batch, order, first, confirmed, firstTryMs } = delivery
    const middle = Math.ceil((confirmed + batch.lineCount) / 2)
    const halves = [
      { from: confirmed, to: middle },
      { from: middle, to: batch.lineCount },
    ].map(({ from, to }) => ({
      ...makeDelivery(sliceBatch(batch, from, to)),
      order,
      first: first + from,
      firstTryMs,
      suspicion: new Suspicion({ isAlone: true }),
    }))
    for (const half of halves) this.#open(parcel, half)
    this.#settle(delivery)
    return halves
  }

  /** The window is not to be sent any more, and its batch, which is returned, waits for `confirm`. */
  withdraw(delivery: Delivery): LineBatch | undefined {
    delivery.isSettled = true
    this.#removeWaiting(delivery)
    return this.#parcels.get(delivery)?.batch
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
    this.#removeWaiting(delivery)
    return parcel
  }

  /** What its server has refused already proves nothing more there: others come first, or two servers and two suspects take turns indefinitely. */
  #leastTried(taker: Taker | undefined): Delivery | undefined {
    const isOpen = ({ suspicion }: Delivery) => taker === undefined || !suspicion.isRefusedBy(taker.server)
    const open = this.#waiting.filter(isOpen)
    const suspects = open.length > 0 ? open : this.#waiting
    const tries = Math.min(...suspects.map(({ suspicion }) => suspicion.tries))
    return suspects.find(({ suspicion }) => suspicion.tries === tries)
  }

  #removeWaiting(delivery: Delivery): void {
    const index = this.#waiting.indexOf(delivery)
    if (index !== -1) this.#waiting.splice(index, 1)
  }
}

/** A window that nobody waits for, unless the queue is told of it. */
export function makeDelivery(batch: LineBatch): Delivery {
  return {
    batch,
    order: 0,
    first: 0,
    confirmed: 0,
    firstTryMs: undefined,
    isSettled: false,
    suspicion: new Suspicion(),
  }
}

function makeGivenUpError(batch: LineBatch, cause: unknown): DeliveryError {
  const message = `batch ${batch.sequence} (${batch.lineCount} lines) was given up before it was confirmed`
  return new DeliveryError('given_up', message, { cause })
}

function makeClosedError(batch: LineBatch): DeliveryError {
  return new DeliveryError('closed', `the publisher was closed before batch ${batch.sequence} was confirmed`)
}
