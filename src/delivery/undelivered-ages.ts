import type { StoreEvent } from '../flow/event-batch.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import type { Clock } from './clock.ts'
import { ReturningEvents } from './returning-events.ts'
import { describeSender } from './sender.ts'

/** A bound on the length of a health answer. */
const MAX_NAMED = 10

/** The events of a sender for a target that are not safe yet. */
export interface UndeliveredEvents {
  /** With its agent, if it has several. */
  readonly sender: string
  /** '' where it is the store, or the dead letters. */
  readonly target: string
  readonly events: number
  /** Of the oldest, since it was received first. */
  readonly ageMs: number
}

/** Given back less than this ago, they count: their sender is expected to come back with them. */
const EXPECTED_MS = 60_000

interface AgesOptions {
  readonly targetOf: (event: StoreEvent) => string
  readonly clock: Clock
}

interface Unsafe extends Omit<UndeliveredEvents, 'ageMs'> {
  readonly firstMs: number
}

/** How long events are on their way to the store, whatever becomes of their connections meanwhile. */
export class UndeliveredAges {
  /** With the first receipts of events that came before, by target. */
  readonly #deliveries = new Map<BatchDelivery, ReadonlyMap<string, number>>()
  readonly #returning: ReturningEvents
  readonly #clock: Clock

  constructor({ targetOf, clock }: AgesOptions) {
    this.#returning = new ReturningEvents(targetOf)
    this.#clock = clock
  }

  enter(delivery: BatchDelivery): void {
    this.#deliveries.set(delivery, this.#returning.take(delivery))
  }

  /** It is over; what is left of it goes back to its sender. */
  leave(delivery: BatchDelivery): void {
    const firstMsOf = (target: string) => this.#firstMs(delivery, target)
    if (!delivery.isSafe) this.#returning.note(delivery, { nowMs: this.#clock.now(), firstMsOf })
    this.#deliveries.delete(delivery)
  }

  /** One entry for each sender and target, the oldest first. */
  list(): readonly UndeliveredEvents[] {
    const found = new Map<string, UndeliveredEvents>()
    const nowMs = this.#clock.now()
    for (const { sender, target, events: more, firstMs } of this.#unsafe(nowMs)) {
      const key = JSON.stringify([sender, target])
      const { events, ageMs } = found.get(key) ?? { events: 0, ageMs: 0 }
      found.set(key, { sender, target, events: events + more, ageMs: Math.max(ageMs, nowMs - firstMs) })
    }
    return [...found.values()].toSorted((a, b) => b.ageMs - a.ageMs)
  }

  *#unsafe(nowMs: number): Iterable<Unsafe> {
    for (const delivery of this.#deliveries.keys()) {
      const sender = describeSender(delivery.batch)
      for (const [target, events] of delivery.left)
        yield { sender, target, events, firstMs: this.#firstMs(delivery, target) }
    }
    for (const mark of this.#returning.list()) if (nowMs - mark.givenBackMs < EXPECTED_MS) yield mark
  }

  #firstMs(delivery: BatchDelivery, target: string): number {
    const { receivedAtMs } = delivery.batch
    return Math.min(receivedAtMs, this.#deliveries.get(delivery)?.get(target) ?? receivedAtMs)
  }
}

/** A sentence for each of the oldest. */
export function explainLate(
  undelivered: readonly UndeliveredEvents[],
  { lateAfterMs, storeName }: { readonly lateAfterMs: number; readonly storeName: string },
): readonly string[] {
  const late = undelivered.filter(({ ageMs }) => ageMs > lateAfterMs)
  const sentences = late.slice(0, MAX_NAMED).map(({ sender, target, events, ageMs }) => {
    const name = target === '' ? storeName : target
    return `${name}: ${events} events of ${sender} are not stored yet; the oldest was received ${Math.round(ageMs / 1000)} s ago`
  })
  const others = late.length - sentences.length
  return others > 0 ? [...sentences, `and events of ${others} more senders and targets`] : sentences
}
