import type { Sink } from '../flow/contract.ts'
import { unlessAborted } from '../flow/abort-signals.ts'
import type { LineBatch } from '../flow/line-batch.ts'
import type { Registry, TrackedBatch } from '../registry/contract.ts'

/** Puts the journal in front of a sink: no byte of a batch is sent before its record is durable. */
export function createJournaledSink(registry: Registry, sink: Sink<LineBatch>): Sink<TrackedBatch> {
  return {
    async deliver(batch, giveUp) {
      if (!isOnRecord(batch)) await unlessAborted(registry.journal(batch), giveUp)
      await sink.deliver(batch, giveUp)
    },
  }
}

/** What an earlier run journaled still has its record, and keeps it until it is acked. Standard input has no ranges. */
function isOnRecord({ doubtfulSinceMs, isPartOfRecord, ranges }: TrackedBatch): boolean {
  return (doubtfulSinceMs !== undefined && isPartOfRecord !== true) || ranges.length === 0
}
