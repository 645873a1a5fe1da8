import type { Log } from '../telemetry/log.ts'
import type { Store } from '../stores/contract.ts'

/** Time, as delivery needs it; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `run` once after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, run: () => void): () => void
}

export interface DeadLetter {
  readonly id: string
  /** The index, data stream or table that refused it; '' where none was asked. */
  readonly target: string
  /** The kind of fault, as the store or the receiver names it. */
  readonly type: string
  /** May quote the document: kept with it, length-limited, never logged. */
  readonly reason: string
  readonly payload: Buffer
  /** Milliseconds since 1970. */
  readonly receivedAtMs: number
  readonly peer: string
}

/** Where events end that no one could ever store. */
export interface DeadLetters {
  /** True when all of them are durable; false when there is no room: then none was kept. */
  add(letters: readonly DeadLetter[]): boolean
  status(): { readonly letters: number; readonly bytes: number; readonly maxBytes: number }
  close(): void
}

export interface DeadLettersOptions {
  readonly stateDir: string
  /** The name of the store that the letters were meant for. */
  readonly storeName?: string
  /** No letter is taken beyond it; default 1 GiB. */
  readonly maxBytes?: number
  readonly log: Log
  readonly clock?: Clock
}

/** All in milliseconds but the first. */
export interface IndexerLimits {
  /** The most requests on the way to the store at a time, for all connections together. */
  readonly requestsInFlight: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
  readonly heldFirstMs: number
  readonly heldMaxMs: number
  /** Rolling targets: no first try starts later than this after receipt; what was not tried by then is given back. */
  readonly lastTryMs: number
  /** Rolling targets: how long after its start a try may still come to effect: request time limit and some more. */
  readonly tryDeadMs: number
}

export const defaultLimits: IndexerLimits = {
  requestsInFlight: 4,
  retryFirstMs: 500,
  retryMaxMs: 30_000,
  heldFirstMs: 5_000,
  heldMaxMs: 60_000,
  lastTryMs: 60_000,
  tryDeadMs: 70_000,
}

/** How one request to the store went: all well; refusals or holds; some again for load; no answer. */
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

/** Counts are of events since the start unless said otherwise. */
export interface IndexerStatus {
  readonly stored: number
  readonly existed: number
  readonly deadLettered: number
  /** Tries that have to be repeated, per event. */
  readonly retries: number
  readonly requests: number
  readonly requestSeconds: number
  readonly requestsInFlight: number
  /** How many may be in flight now: goes down under load, comes back slowly. */
  readonly requestLimit: number
  /** Events taken and not yet safe. */
  readonly eventsInFlight: number
  readonly bytesInFlight: number
  readonly held: readonly HeldTarget[]
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
