import type { ExecutionContext } from 'ava'
import type { Sink } from '../../../src/flow/contract.ts'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import { type Receiver, startReceiver } from '../../../src/lumberjack/receive/receiver.ts'
import {
  type ReceiverLimits,
  type ReceiverOptions,
  DEFAULT_RECEIVER_LIMITS,
} from '../../../src/lumberjack/receive/receiver-contract.ts'
import { makeRecordingLog } from '../process/recording-log.ts'

/** A sink that keeps documents, and holds on to them as long as `hold` is pending. */
export class KeepingSink implements Sink<EventBatch> {
  readonly batches: EventBatch[] = []
  hold: Promise<void> = Promise.resolve()

  async deliver(batch: EventBatch): Promise<void> {
    this.batches.push(keep(batch))
    await this.hold
  }

  get documents(): string[] {
    return this.batches.flatMap(batch =>
      batch.events.map(event => event.bytes.toString('utf8', event.start, event.end)),
    )
  }

  get messages(): unknown[] {
    return this.documents.map(document => (JSON.parse(document) as { message?: unknown }).message)
  }
}

/** A receiver gives the memory of a batch back once the batch is delivered. */
function keep(batch: EventBatch): EventBatch {
  const events = batch.events.map(event => ({ ...event, bytes: Buffer.from(event.bytes) }))
  return { ...batch, events, poison: batch.poison.map(one => ({ ...one, payload: Buffer.from(one.payload) })) }
}

export interface TestReceiver {
  readonly receiver: Receiver
  readonly sink: KeepingSink
  readonly log: ReturnType<typeof makeRecordingLog>
  readonly port: number
}

/** A receiver on a free port that goes with the test. */
export async function startTestReceiver(
  t: ExecutionContext,
  change: Partial<Omit<ReceiverOptions, 'limits'>> & { readonly limits?: Partial<ReceiverLimits> } = {},
): Promise<TestReceiver> {
  const sink = new KeepingSink()
  const log = makeRecordingLog()
  const receiver = await startReceiver({
    listen: [{ host: '127.0.0.1', port: 0 }],
    sink,
    keepaliveMs: 5000,
    log,
    ...change,
    limits: { ...DEFAULT_RECEIVER_LIMITS, rejectDelayMs: 20, ...change.limits },
  })
  t.teardown(() => receiver.close(AbortSignal.abort()))
  return { receiver, sink, log, port: receiver.addresses[0]?.port as number }
}
