// Rolling targets may take the same id once in each generation: docs/delivery.md, "Where ids do not suffice".
import type { EventBatch, StoreEvent } from '../flow/event-batch.ts'
import { reasonOf } from '../flow/error-reason.ts'
import type { Store } from '../stores/contract.ts'
import type { IndexerLimits } from './contract.ts'
import type { EventGroup } from './event-group.ts'

/** `unknown`: the store did not answer, and nothing may be created yet. */
type Existing =
  | { readonly kind: 'known'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Asks which of the events were stored since the oldest of their first tries. Never rejects. */
export async function findExisting(
  store: Store,
  events: readonly StoreEvent[],
  giveUp: AbortSignal,
): Promise<Existing> {
  if (store.findExisting === undefined || events.length === 0) return { kind: 'known', ids: new Set() }
  const sinceMs = Math.min(...events.map(event => event.doubtfulSinceMs ?? event.timeMs))
  try {
    const ids = await store.findExisting(
      events.map(event => event.id),
      sinceMs,
      giveUp,
    )
    return { kind: 'known', ids }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'forbidden') return { kind: 'forbidden' }
    return { kind: 'unknown', reason: reasonOf(error) }
  }
}

/** From this time on the store may be asked for events that came in doubt: any earlier try is dead by then. */
export function doubtEndsMs({ receivedAtMs }: EventBatch, { lastTryMs, tryDeadMs }: IndexerLimits): number {
  return receivedAtMs + lastTryMs + tryDeadMs
}

/**
 * After this time no try for a rolling target may start; another collector that asks for the events relies on it. A
 * first try has `lastTryMs` after receipt; a try in doubt has as long after its wait.
 */
function lastStartMs({ delivery, isDoubtful }: EventGroup, limits: IndexerLimits): number {
  const { batch } = delivery
  return (isDoubtful ? doubtEndsMs(batch, limits) : batch.receivedAtMs) + limits.lastTryMs
}

/** Batches with a group that may not be tried any more go back to their senders; the other groups are returned. */
export function giveBackLate(
  groups: readonly EventGroup[],
  limits: IndexerLimits,
  nowMs: number,
): readonly EventGroup[] {
  for (const group of groups) {
    if (nowMs > lastStartMs(group, limits)) group.delivery.fail(new TooLateError(group.delivery.batch.peer))
  }
  return groups.filter(group => !group.delivery.isOver)
}

/** The batch could not be stored in time: its connection is closed, and its sender sends it again, in doubt. */
class TooLateError extends Error {
  override readonly name = 'TooLateError'
  readonly code = 'too_late'

  constructor(peer: string) {
    super(
      `events of ${peer} could not be sent to the store in time for a target that rolls over; their sender has to send them again, marked as doubtful`,
    )
  }
}
