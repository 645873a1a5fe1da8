import type { EventBatch } from '../../flow/events.ts'
import type { Protocol } from '../wire/frames.ts'

/** What a connection's pump moves: a part of a window, or all of it. */
export interface ReceivedBatch extends EventBatch {
  readonly protocol: Protocol
  /** What goes back once the batch is safe: undefined where nothing may be said yet. */
  readonly ackSequence: number | undefined
  /** The window ends with it. */
  readonly isFinal: boolean
  /** What it holds of the connection's share of memory. */
  readonly heldBytes: number
  /** The same for the same part of the same window when it comes again; protocol 1 only. */
  readonly joinKey: string | undefined
}
