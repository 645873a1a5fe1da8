import { Backoff } from '../flow/backoff.ts'
import type { StoreEvent } from '../flow/event-batch.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import type { IndexerLimits } from './contract.ts'

interface GroupState {
  /** Rolling targets: an earlier try may have stored the events, so the store is asked before they are created. */
  readonly isDoubtful: boolean
  /** The waits after load, and while the target holds the events. */
  readonly retry: Backoff
  readonly hold: Backoff
  /** The server fails on them while it stores others: they show nothing about the store. */
  readonly isAside?: true
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
  readonly isRolling: boolean
  readonly limits: IndexerLimits
  readonly random: () => number
}

/** The groups of a new batch: for a rolling target, doubtful events are apart from the others. */
export function makeGroups(delivery: BatchDelivery, options: GroupOptions): EventGroup[] {
  const { events } = delivery.batch
  const isDoubtful = (event: StoreEvent) => options.isRolling && event.doubtfulSinceMs !== undefined
  const doubtful = events.filter(isDoubtful)
  const fresh = doubtful.length === 0 ? events : events.filter(event => !isDoubtful(event))
  const groups: EventGroup[] = []
  if (doubtful.length > 0) groups.push(makeGroup(delivery, doubtful, { isDoubtful: true, ...makeBackoffs(options) }))
  if (fresh.length > 0) groups.push(makeGroup(delivery, fresh, { isDoubtful: false, ...makeBackoffs(options) }))
  return groups
}

export function narrow(group: EventGroup, events: readonly StoreEvent[]): EventGroup {
  return { ...group, events, byteCount: countBytes(events) }
}

function countBytes(events: readonly StoreEvent[]): number {
  return events.reduce((sum, event) => sum + event.end - event.start, 0)
}

function makeGroup(delivery: BatchDelivery, events: readonly StoreEvent[], state: GroupState): EventGroup {
  return { delivery, events, byteCount: countBytes(events), ...state }
}

function makeBackoffs({ limits, random }: GroupOptions): Pick<GroupState, 'retry' | 'hold'> {
  const { heldFirstMs, heldMaxMs, retryFirstMs, retryMaxMs } = limits
  return {
    retry: new Backoff({ firstMs: retryFirstMs, maxMs: retryMaxMs }, random),
    hold: new Backoff({ firstMs: heldFirstMs, maxMs: heldMaxMs }, random),
  }
}
