import type { StoreEvent } from '../flow/events.ts'
import type { LifeSign } from '../flow/life-sign.ts'

/**
 * What a store said of one event, by whose fault it is.
 * - `stored`, `existed`: done.
 * - `refused`: the document's fault; no one could ever store it: a dead letter.
 * - `retry`: load, or no answer; the same event again after a while. `isDoubtful`: it may have been stored.
 * - `held`: the target's fault; an operator can mend it: held, said loudly, tried again slowly.
 * `target` is the index, data stream or alias; absent where the store itself is the only one.
 */
export type Verdict =
  | { readonly kind: 'stored'; readonly target?: string }
  | { readonly kind: 'existed'; readonly target?: string }
  | { readonly kind: 'refused'; readonly target?: string; readonly type: string; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly isDoubtful: boolean }
  | {
      readonly kind: 'held'
      readonly target: string
      readonly reason: string
      readonly remedy: string
      /** Nothing for this target passed in the same answer; if a neighbour had, it would be the document's fault. */
      readonly mayBeDocument?: boolean
    }

/** A batch in, a verdict per event out. One try: waiting and trying again is `delivery`'s. */
export interface Store {
  /** For logs and metrics: `embedded`, `elasticsearch`. */
  readonly name: string
  /** True where an id may exist once in each of several generations (data stream, rolling alias). */
  readonly isRolling: boolean
  /** The most documents and bytes that it wants in one call. */
  readonly batchLimits: { readonly events: number; readonly bytes: number }
  /** Never rejects for an answer of the store, only for a fault of the program. Verdicts in the order of the events. */
  write(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<readonly Verdict[]>
  /**
   * Rolling targets only: which of the ids exist in any generation that could have been written since `sinceMs`,
   * asked in real time. Rejects with an error whose `code` is `forbidden` when the rights to read are missing, and
   * `unavailable` when the store does not answer.
   */
  findExisting?(ids: readonly string[], sinceMs: number, giveUp: AbortSignal): Promise<ReadonlySet<string>>
  /**
   * Resolves when the store has answered for the first time: with undefined, or with why it would take nothing now. Absent where
   * opening it was the answer.
   */
  greet?(): Promise<string | undefined>
  /** Absent where each request has a time limit. */
  lifeSign?(): LifeSign
  close(): Promise<void>
}

/** One found event, for `forwarder search`. */
export interface Hit {
  readonly id: string
  readonly timeMs: number
  /** The stored document, parsed. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface SearchQuery {
  /** Words that must all occur in the message; '' for everything. */
  readonly text: string
  /** Only events at or after this time, ms since 1970. */
  readonly sinceMs?: number
  /** Dotted paths and the exact values they must have, e.g. ['host.name', 'web1']. */
  readonly fields: readonly (readonly [string, string])[]
  /** Newest first, at most so many; 0: all. */
  readonly limit: number
}
