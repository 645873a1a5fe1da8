import { Backoff } from '../flow/backoff.ts'
import type { EventBatch, StoreEvent } from '../flow/events.ts'
import type { IndexerLimits } from './contract.ts'

/** One batch on its way, and who waits for it. */
export interface Delivery {
  readonly batch: EventBatch
  /** How many of its events and poison events are not safe yet. */
  left: number
  /** Resolved, or given up: nothing of it is to be sent any more. */
  isOver: boolean
  /** Timers and listeners, to be called off when it is over. */
  readonly callOffs: Set<() => void>
  /** How many of its events each target holds. */
  readonly held: Map<string, number>
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/** Events of one batch that share a fate up to now. */
export interface Work {
  readonly delivery: Delivery
  readonly events: readonly StoreEvent[]
  readonly byteCount: number
  /** Rolling targets: an earlier try may have stored them; they are asked for before they are created. */
  readonly isDoubtful: boolean
  readonly retry: Backoff
  readonly hold: Backoff
  /** The target that held them last. */
  readonly heldBy?: string
}

/** Works that are on the way to the store together. */
export interface Request {
  readonly works: readonly Work[]
  readonly abort: AbortController
}

export function countBytes(events: readonly StoreEvent[]): number {
  return events.reduce((sum, event) => sum + event.end - event.start, 0)
}

/** The waits of one piece of work: after load, and while its target holds it. */
export function makeBackoffs(limits: IndexerLimits, random: () => number): Pick<Work, 'retry' | 'hold'> {
  const { heldFirstMs, heldMaxMs, retryFirstMs, retryMaxMs } = limits
  return {
    retry: new Backoff({ firstMs: retryFirstMs, maxMs: retryMaxMs }, random),
    hold: new Backoff({ firstMs: heldFirstMs, maxMs: heldMaxMs }, random),
  }
}

/** Work that was not tried yet. */
export function makeWork(
  delivery: Delivery,
  events: readonly StoreEvent[],
  backoffs: Pick<Work, 'retry' | 'hold' | 'isDoubtful'>,
): Work {
  return { delivery, events, byteCount: countBytes(events), ...backoffs }
}

/** The same work for some of its events. */
export function narrow(work: Work, events: readonly StoreEvent[]): Work {
  return { ...work, events, byteCount: countBytes(events) }
}
