// Rolling targets may take the same id once in each generation. docs/delivery.md tells the whole of it.
import type { StoreEvent } from '../flow/events.ts'
import type { Store } from '../stores/contract.ts'
import type { IndexerLimits } from './contract.ts'
import type { Delivery, Work } from './work.ts'
import { reasonOf } from '../flow/reason.ts'

/** What the store said of doubtful events. `unknown`: it did not answer, and nothing may be created yet. */
export type Existing =
  | { readonly kind: 'known'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Asks which of the doubtful events exist since the oldest of their first tries. Never rejects. */
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

/** When events that came in doubt may be asked for: the latest try before their receipt must be dead by then. */
export function doubtEndsMs({ batch }: Delivery, { lastTryMs, tryDeadMs }: IndexerLimits): number {
  return batch.receivedAtMs + lastTryMs + tryDeadMs
}

/**
 * The time from which no try may start for a rolling target. Who asks later, elsewhere, counts on it. A first try has a
 * window after receipt; one in doubt has the same window after its wait.
 */
export function lastStartMs(work: Work, limits: IndexerLimits): number {
  const { batch } = work.delivery
  return work.isDoubtful ? doubtEndsMs(work.delivery, limits) + limits.lastTryMs : batch.receivedAtMs + limits.lastTryMs
}

/** What is not stored in time is given back: its connection is closed and its sender sends it again, in doubt. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError'
  readonly code = 'too_late'

  constructor(peer: string) {
    super(
      `events of ${peer} could not be sent to the store in time for a target that rolls over; their sender has to send them again, marked as doubtful`,
    )
  }
}
