import type { BatchDelivery } from './batch-delivery.ts'
import { senderOf } from './sender.ts'

/** A bound on the length of a health answer. */
const MAX_NAMED = 10

/** The events of a sender for a target that are not safe yet. */
export interface UndeliveredEvents {
  readonly sender: string
  /** '' where it is the store, or the dead letters. */
  readonly target: string
  readonly events: number
  /** Of the oldest, since it was received. */
  readonly ageMs: number
}

/** One entry for each sender and target, the oldest first. */
export function listUndelivered(deliveries: Iterable<BatchDelivery>, nowMs: number): readonly UndeliveredEvents[] {
  const found = new Map<string, UndeliveredEvents>()
  for (const { batch, left } of deliveries) {
    const sender = senderOf(batch.peer)
    for (const [target, count] of left) {
      const key = JSON.stringify([sender, target])
      const { events, ageMs } = found.get(key) ?? { events: 0, ageMs: 0 }
      const age = Math.max(ageMs, nowMs - batch.receivedAtMs)
      found.set(key, { sender, target, events: events + count, ageMs: age })
    }
  }
  return [...found.values()].toSorted((a, b) => b.ageMs - a.ageMs)
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
