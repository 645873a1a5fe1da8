import { Backoff } from '../flow/backoff.ts'
import type { StoreEvent } from '../flow/event-batch.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import type { IndexerLimits } from './contract.ts'

interface GroupState {
  /** The waits after load, and while the target holds the events. */
  readonly retry: Backoff
  readonly hold: Backoff
  /** The server fails on them while it stores others: they show nothing about the store. */
  readonly isAside?: true
  /** Another event for their target has just passed: if they are refused now, it is their fault. */
  readonly isSuspect?: true
  /** The target that held them last. */
  readonly heldBy?: string
}

/** Events of one batch that are sent together and have had the same verdicts so far. */
export interface EventGroup extends GroupState {
  readonly delivery: BatchDelivery
  readonly events: readonly StoreEvent[]
  readonly byteCount: number
}

interface GroupOptions {
  readonly limits: IndexerLimits
  readonly random: () => number
}

/** All events of a new batch. */
export function makeGroup(delivery: BatchDelivery, { limits, random }: GroupOptions): EventGroup {
  const { events } = delivery.batch
  const { heldFirstMs, heldMaxMs, retryFirstMs, retryMaxMs } = limits
  return {
    delivery,
    events,
    byteCount: countBytes(events),
    retry: new Backoff({ firstMs: retryFirstMs, maxMs: retryMaxMs }, random),
    hold: new Backoff({ firstMs: heldFirstMs, maxMs: heldMaxMs }, random),
  }
}

export function narrow(group: EventGroup, events: readonly StoreEvent[]): EventGroup {
  return { ...group, events, byteCount: countBytes(events) }
}

function countBytes(events: readonly StoreEvent[]): number {
  return events.reduce((sum, event) => sum + event.end - event.start, 0)
}
