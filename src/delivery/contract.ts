import type { LifeSign } from '../flow/life-sign.ts'
import type { Log } from '../telemetry/log.ts'
import type { Store } from '../stores/contract.ts'
import type { Clock } from './clock.ts'
import type { SenderCount } from './existed-by-sender.ts'
import type { UndeliveredEvents } from './undelivered-ages.ts'

export interface DeadLetter {
  readonly id: string
  /** The index, data stream or table that refused it; '' for a payload that was sent to none. */
  readonly target: string
  /** The kind of fault, as the store or the receiver names it. */
  readonly type: string
  /** May quote the document: kept with it, cut to a maximum length, never logged. */
  readonly reason: string
  readonly payload: Buffer
  /** Milliseconds since 1970. */
  readonly receivedAtMs: number
  readonly peer: string
  readonly agent?: string | undefined
  /** The event's own time; absent for a payload that is not an event. */
  readonly timeMs?: number
}

/** Keeps events that no store could ever take. */
export interface DeadLetters {
  /**
   * Resolves with the number of letters, from the first on, that are durable; the others have no space. Rejects for a fault of
   * the program.
   */
  add(letters: readonly DeadLetter[]): Promise<number>
  status(): {
    readonly letters: number
    readonly bytes: number
    readonly maxBytes: number
    /** A file of an earlier version is being converted, and letters wait for that: how far it is. */
    readonly conversion?: string | undefined
  }
  lifeSign(): LifeSign
}

export interface IndexerLimits {
  /** The most requests in flight, for all connections together. */
  readonly requestsInFlight: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
  readonly heldFirstMs: number
  readonly heldMaxMs: number
  /** An event on which the server fails while it stores others becomes a dead letter this long after its first try. */
  readonly giveUpAfterMs: number
  /** Health is bad while an event that was received earlier than this is not safe. */
  readonly lateAfterMs: number
}

export const DEFAULT_LIMITS: IndexerLimits = {
  requestsInFlight: 4,
  retryFirstMs: 500,
  retryMaxMs: 30_000,
  heldFirstMs: 5_000,
  heldMaxMs: 60_000,
  giveUpAfterMs: 3_600_000,
  lateAfterMs: 60_000,
}

/** The worst verdict in one request to the store; `done` when every event was stored. */
export type RequestOutcome = 'done' | 'refused' | 'held' | 'retry'

export interface IndexerOptions {
  readonly store: Store
  readonly deadLetters: DeadLetters
  readonly limits?: Partial<IndexerLimits>
  readonly log: Log
  readonly clock?: Clock
  readonly random?: () => number
  /** Called after each request, for histograms. */
  readonly onRequest?: (seconds: number, outcome: RequestOutcome, eventCount: number) => void
}

/** Numbers are of events since the start, unless their comment names another unit. */
export interface IndexerStatus {
  readonly stored: number
  readonly existed: number
  readonly existedBySender: readonly SenderCount[]
  readonly deadLettered: number
  /** Tries of an event that had to be repeated. */
  readonly retries: number
  /** Requests since the start, and their total time. */
  readonly requests: number
  readonly requestSeconds: number
  readonly requestsInFlight: number
  /** How many requests may be in flight now: falls under load, and rises slowly. */
  readonly requestLimit: number
  /** Events and bytes taken and not yet safe. */
  readonly eventsInFlight: number
  readonly bytesInFlight: number
  readonly held: readonly HeldTarget[]
  /** Events that are not safe yet, by sender and target, the oldest first. */
  readonly undelivered: readonly UndeliveredEvents[]
  /** Events on which the server fails while it stores others. */
  readonly setAside: number
  /** Why the store took nothing at the last try; absent while it takes events. */
  readonly outage?: string
  readonly health: { readonly isHealthy: boolean; readonly reasons: readonly string[] }
}

export interface HeldTarget {
  readonly target: string
  readonly reason: string
  readonly remedy: string
  /** Events that wait for it now. */
  readonly events: number
  readonly sinceMs: number
}
