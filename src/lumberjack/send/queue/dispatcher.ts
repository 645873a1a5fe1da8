import { performance } from 'node:perf_hooks'
import type { Balancer } from './balancer.ts'
import type { Delivery, DeliveryQueue } from './delivery-queue.ts'
import type { LinkLoad } from './link-load.ts'
import type { Taker } from './suspicion.ts'

interface Request {
  readonly give: (delivery: Delivery | undefined) => void
  readonly taker: Taker | undefined
}

/** Gives the batches that wait to the links that have room, in the balancer's order. */
export class Dispatcher {
  readonly #queue: DeliveryQueue
  readonly #balancer: Balancer
  readonly #asking = new Map<LinkLoad, Request>()
  readonly #stopListening: () => void
  #recheck: NodeJS.Timeout | undefined
  #given = 0

  constructor(queue: DeliveryQueue, balancer: Balancer) {
    this.#queue = queue
    this.#balancer = balancer
    this.#stopListening = queue.onGiven(() => this.#dispatch())
  }

  get given(): number {
    return this.#given
  }

  /** True when a batch waits, a link asks for one, and nothing is left to bring them together. */
  get isDue(): boolean {
    return this.#asking.size > 0 && this.#queue.length > 0 && this.#recheck === undefined
  }

  /** The next window for the link, of which only the last request counts; undefined when `signal` fires first. */
  async take(load: LinkLoad, signal: AbortSignal, taker?: Taker): Promise<Delivery | undefined> {
    if (signal.aborted) return undefined
    const { promise, resolve } = Promise.withResolvers<Delivery | undefined>()
    const leave = () => {
      // A connection that replaces another one asks for the same link before the other one stops.
      if (this.#asking.get(load)?.give === resolve) this.#asking.delete(load)
      resolve(undefined)
    }
    this.#asking.set(load, { give: resolve, taker })
    signal.addEventListener('abort', leave, { once: true })
    this.#dispatch()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  close(): void {
    this.#stopListening()
    clearTimeout(this.#recheck)
  }

  #dispatch(): void {
    clearTimeout(this.#recheck)
    this.#recheck = undefined
    while (this.#asking.size > 0 && this.#queue.length > 0) {
      const nowMs = performance.now()
      const load = this.#balancer.choose([...this.#asking.keys()], nowMs)
      if (load === undefined) {
        // A healthy link is waited for: if it gets stuck, the wait ends.
        this.#recheck = setTimeout(() => this.#dispatch(), this.#balancer.recheckAfterMs(nowMs))
        return
      }
      const request = this.#asking.get(load)
      this.#asking.delete(load)
      this.#given++
      const delivery = this.#queue.next(request?.taker)
      if (delivery !== undefined) this.#balancer.noteSize(load, delivery.batch.lineCount - delivery.confirmed)
      request?.give(delivery)
    }
  }
}
