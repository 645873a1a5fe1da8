import type { StoreEvent } from '../flow/event-batch.ts'
import type { LifeSign } from '../flow/life-sign.ts'

/**
 * The result of writing one event, by whose fault it is.
 * - `stored`, `existed`: done.
 * - `refused`: the document's fault; no store could ever take it: a dead letter.
 * - `retry`: load, or no answer; retried after a while. `isDoubtful`: it may have been stored.
 * - `held`: the target's fault, which an operator can fix: held, reported, retried slowly. `isDoubtful`: as above.
 * - `wait`: not tried, since an earlier try may still take effect.
 * - `late`: not tried, and no try may start any more: its sender has to send it again.
 * `target` is the index, data stream or alias; absent if the store has only one, and from a `retry` if the store gave no
 * answer for this event alone. `reason` is for logs and health, so it never quotes the document; that of `refused`, and of
 * `complaint`, goes into the dead letter and may.
 */
export type Verdict =
  | { readonly kind: 'stored'; readonly target?: string }
  | { readonly kind: 'existed'; readonly target?: string }
  | { readonly kind: 'refused'; readonly target?: string; readonly type: string; readonly reason: string }
  | {
      readonly kind: 'retry'
      readonly target?: string
      readonly reason: string
      readonly isDoubtful: boolean
      readonly again?: Again
      /** The server failed on this event alone, which is the document's fault if others for the target keep passing. */
      readonly complaint?: Complaint
    }
  | {
      readonly kind: 'held'
      readonly target: string
      readonly reason: string
      readonly remedy: string
      readonly isDoubtful?: true
      readonly again?: Again
      /** No event for this target passed in the same answer; if one had, it would be the document's fault. */
      readonly mayBeDocument?: boolean
      /** What would be in its dead letter then; absent if it was not sent alone. */
      readonly complaint?: Complaint
    }
  | { readonly kind: 'wait'; readonly again: Again }
  | { readonly kind: 'late' }

/** For a dead letter: `reason` may quote the document. */
export interface Complaint {
  readonly type: string
  readonly reason: string
}

/** What is to be sent the next time, and when. */
export interface Again {
  readonly event: StoreEvent
  /** Milliseconds since 1970. */
  readonly notBeforeMs: number
}

/** Takes a batch and gives a verdict on each event. It tries once: `delivery` waits and retries. */
export interface Store {
  /** For logs and metrics: `embedded`, `elasticsearch`. */
  readonly name: string
  /** The maximum documents and bytes in one call. */
  readonly batchLimits: { readonly events: number; readonly bytes: number }
  /** The index, data stream or alias of an event, as verdicts name it; absent if the store has only one. */
  readonly targetOf?: (event: StoreEvent) => string
  /** Gives the verdicts in the order of the events. Rejects only for a fault of the program, never for an answer. */
  write(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<readonly Verdict[]>
  /**
   * Resolves when the store has answered for the first time: with undefined, or with the reason why it would take nothing now.
   * Absent if opening the store was the answer.
   */
  greet?(): Promise<string | undefined>
  /** Calls of `write` that wait for a host that hangs, while others answer: they take no room from the rest. Absent: none. */
  stalledRequests?(): number
  /** Absent if each request has a time limit. */
  lifeSign?(): LifeSign
  /** Once `giveUp` fires, it waits for nothing more. */
  close(giveUp?: AbortSignal): Promise<void>
}

/** An event that a search found. */
export interface Hit {
  readonly id: string
  readonly timeMs: number
  /** The stored document, parsed. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface SearchQuery {
  /** Words that must all occur in the message; '' matches every event. */
  readonly text: string
  /** Finds only events at or after this time, ms since 1970. */
  readonly sinceMs?: number
  /** Dotted paths and the exact values they must have, e.g. ['host.name', 'web1']. */
  readonly fields: readonly (readonly [string, string])[]
  /** The maximum number of hits, newest first; 0: all. */
  readonly limit: number
}
