import type { ExecutionContext } from 'ava'
import type { EventBatch, StoreEvent } from '../../../src/flow/event-batch.ts'
import { PipelineSink } from '../../../src/pipeline/pipeline-sink.ts'
import { makeRecordingLog } from '../process/recording-log.ts'
import { eventOf, makeBatch } from '../stores/store-events.ts'
import type { UnsteadyPipeline } from './unsteady-pipeline.ts'

const ENTRY = new URL('unsteady-pipeline.ts', import.meta.url)
const NEVER = new AbortController().signal

export interface SceneOptions {
  readonly written?: UnsteadyPipeline
  readonly timeoutMs?: number
  readonly eventBytes?: number
  readonly threads?: number
  /** What the indexer does with a batch. */
  readonly deliver?: (batch: EventBatch) => Promise<void>
}

export interface Stored {
  readonly id: string
  readonly document: Record<string, unknown>
  readonly timeMs: number
  readonly event: StoreEvent
}

/** A sink with threads that do to each event what its field `deed` asks for; it goes with the test. */
export async function openPipeline(t: ExecutionContext, options: SceneOptions = {}) {
  const { written = {}, timeoutMs = 300, eventBytes = 2_000_000, threads = 1 } = options
  const log = makeRecordingLog()
  const batches: EventBatch[] = []
  const stored: Stored[] = []
  const deliver = async (batch: EventBatch): Promise<void> => {
    batches.push(batch)
    stored.push(...batch.events.map(toStored))
    await options.deliver?.(batch)
  }
  const pipeline = new PipelineSink({ sink: { deliver }, placeOf, threads, log, entry: ENTRY })
  t.teardown(() => pipeline.close())
  const use = (next: UnsteadyPipeline) => pipeline.change({ written: next, timeoutMs, eventBytes })
  await use(written)
  /** Delivers events with these fields, whose ids are their numbers from 0. */
  const pass = async (documents: readonly object[], more: Partial<EventBatch> = {}, giveUp = NEVER) =>
    await pipeline.deliver(makeBatch(documents.map(toEvent), more), giveUp)
  return { pipeline, log, batches, stored, use, pass }
}

function placeOf({ peer }: Pick<EventBatch, 'peer'>) {
  return { sender: peer, member: '' }
}

function toEvent(fields: object, i: number): StoreEvent {
  return eventOf(String(i), JSON.stringify(fields), 1000 + i)
}

function toStored(event: StoreEvent): Stored {
  const { id, bytes, start, end, timeMs } = event
  return { id, document: JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>, timeMs, event }
}
