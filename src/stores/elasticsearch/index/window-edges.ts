import type { StoreEvent } from '../../../flow/event-batch.ts'
import { Once } from '../../../flow/log-once.ts'
import type { Log } from '../../../telemetry/log.ts'
import type { Verdict } from '../../contract.ts'
import type { Client } from '../http/client.ts'
import { StoreError } from '../http/store-error.ts'
import type { Destination } from './event-destination.ts'
import { findInIndices } from './find-existing-ids.ts'

/** The verdicts on the events that must not be written now. */
export type EdgeQuestion = (
  events: readonly StoreEvent[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<StoreEvent, Verdict>>

interface EdgeOptions {
  readonly client: Client
  readonly destination: Destination
  readonly log: Log
}

/**
 * An event near an edge of the index window may have been stored in another index when it came first, where its id does not
 * stop the second one. So that index is asked before the event is written.
 */
export function createEdgeQuestion({ client, destination, log }: EdgeOptions): EdgeQuestion {
  const reported = new Once()
  return async (events, signal) => {
    const near = events.flatMap(event => {
      const index = destination.otherNameFor(event)
      return index === undefined ? [] : [{ event, index, id: event.id }]
    })
    if (near.length === 0) return new Map()
    try {
      const found = await findInIndices(client, near, signal)
      return new Map(found.map(({ event, index }) => [event, { kind: 'existed', target: index }]))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      const { message: reason } = error
      if (error.code !== 'forbidden') {
        return new Map(near.map(({ event }) => [event, { kind: 'retry', reason, isDoubtful: false }]))
      }
      const message =
        'no right to read the indices; an event near an edge of "indexWindow" may be stored twice (at least once)'
      if (reported.isNew('forbidden')) log.warn({ reason }, message)
      return new Map()
    }
  }
}
