import type { EventBatch, StoreEvent } from '../flow/event-batch.ts'
import type { Clock } from './clock.ts'
import { countByTarget, type TargetCounts } from './target-counts.ts'

interface DeliveryOptions {
  /** The target of an event, '' if the store has only one. */
  readonly targetOf: (event: StoreEvent) => string
  readonly giveUp: AbortSignal
  readonly clock: Clock
  /** Called when it is given up, before `settled` rejects: nothing of the batch is to be sent any more. */
  readonly onGivenUp: (delivery: BatchDelivery) => void
}

/** One batch on its way to the store, until all of it is safe or it is given up. */
export class BatchDelivery {
  readonly batch: EventBatch
  readonly #options: DeliveryOptions
  readonly #settled = Promise.withResolvers<void>()
  /** Functions that call off its timers. */
  readonly #callOffs = new Set<() => void>()
  readonly #abandon = () => this.fail(this.#options.giveUp.reason)
  /** How many of its events and poison events are not safe yet, in all and by target. */
  #unsafeCount: number
  readonly #left: Map<string, number>
  #isOver = false

  constructor(batch: EventBatch, options: DeliveryOptions) {
    this.batch = batch
    this.#options = options
    this.#unsafeCount = batch.events.length + batch.poison.length
    this.#left = countTargets(batch, options.targetOf)
    options.giveUp.addEventListener('abort', this.#abandon, { once: true })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isSafe(): boolean {
    return this.#unsafeCount <= 0
  }

  /** The events that are not safe yet; poison events have '' or their own. */
  get left(): TargetCounts {
    return this.#left
  }

  /** Resolves when all of the batch is safe; rejects when it is given up. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  /** Calls `run` after a wait, unless the delivery is over by then. An error of `run` ends the delivery, not the program. */
  after(milliseconds: number, run: () => void): void {
    if (this.#isOver) return
    const callOff = this.#options.clock.after(Math.max(0, milliseconds), () => {
      this.#callOffs.delete(callOff)
      try {
        run()
      } catch (error) {
        this.fail(error)
      }
    })
    this.#callOffs.add(callOff)
  }

  noteSafe(safe: TargetCounts): void {
    for (const [target, count] of safe) {
      this.#unsafeCount -= count
      const left = (this.#left.get(target) ?? 0) - count
      if (left > 0) this.#left.set(target, left)
      else this.#left.delete(target)
    }
    if (this.#unsafeCount > 0 || this.#isOver) return
    this.#end()
    this.#settled.resolve()
  }

  /** Gives the batch up, unless it is over. */
  fail(error: unknown): void {
    if (this.#isOver) return
    this.#end()
    this.#options.onGivenUp(this)
    this.#settled.reject(error)
  }

  #end(): void {
    this.#isOver = true
    this.#options.giveUp.removeEventListener('abort', this.#abandon)
    for (const callOff of this.#callOffs) callOff()
  }
}

function countTargets({ events, poison }: EventBatch, targetOf: DeliveryOptions['targetOf']): Map<string, number> {
  const counts = countByTarget(events, targetOf)
  for (const { target = '' } of poison) counts.set(target, (counts.get(target) ?? 0) + 1)
  return counts
}
