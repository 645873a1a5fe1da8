import type { EventBatch, StoreEvent } from '../../src/flow/event-batch.ts'
import { PipelineSink } from '../../src/pipeline/pipeline-sink.ts'
import type { WrittenPipeline } from '../../src/pipeline/written-pipeline.ts'
import { cpuTimeMs } from '../../src/flow/cpu-time.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { type PipelineCase, makeDocument } from './cases.ts'
import type { Rate } from './rate.ts'

const BATCH_EVENTS = 1000
const BATCHES = 16
/** Batches on their way at a time, as of a few connections. */
const IN_FLIGHT = 4
const WARM_UP_MS = 3000
const NEVER = new AbortController().signal

/** One thread, and a store that takes everything at once; the CPU time is that of the main thread too. */
export async function measureOurs({ processors, lineOf }: PipelineCase, durationMs: number): Promise<Rate> {
  let stored = 0
  const sink = { deliver: (batch: EventBatch) => Promise.resolve(void (stored += batch.events.length)) }
  const pipeline = new PipelineSink({ sink, placeOf, threads: 1, log: silentLog })
  const written: WrittenPipeline = {
    pipeline: processors,
    pipelines: {},
    directory: '/',
    onFailure: 'store',
    index: undefined,
  }
  if (processors.length > 0) await pipeline.change({ written, timeoutMs: 10_000, eventBytes: 16 * 1024 * 1024 })
  const batches = Array.from({ length: BATCHES }, (_, i) => makeBatch(i * BATCH_EVENTS, lineOf))
  await passFor(WARM_UP_MS, batches, pipeline)
  const [beganAtMs, cpuMs, before] = [performance.now(), cpuTimeMs(), stored]
  await passFor(durationMs, batches, pipeline)
  const events = stored - before
  const rate = { events, seconds: (performance.now() - beganAtMs) / 1000, cpuSeconds: (cpuTimeMs() - cpuMs) / 1000 }
  const { failed } = pipeline.status()
  await pipeline.close()
  if (failed > 0) throw new Error(`${failed} events failed`)
  return rate
}

function placeOf() {
  return { sender: 'bench', member: '' }
}

async function passFor(durationMs: number, batches: readonly EventBatch[], pipeline: PipelineSink): Promise<void> {
  const untilMs = performance.now() + durationMs
  const passAll = async (first: number) => {
    for (let i = first; performance.now() < untilMs; i += IN_FLIGHT)
      await pipeline.deliver(batches[i % batches.length] as EventBatch, NEVER)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => passAll(i)))
}

function makeBatch(from: number, lineOf: PipelineCase['lineOf']): EventBatch {
  const documents = Array.from({ length: BATCH_EVENTS }, (_, i) =>
    Buffer.from(makeDocument(lineOf(from + i), from + i)),
  )
  const bytes = Buffer.concat(documents)
  let start = 0
  const events = documents.map((document, i): StoreEvent => {
    const event = { id: `bench-${from + i}`, timeMs: 1_770_000_000_000, bytes, start, end: start + document.length }
    start = event.end
    return event
  })
  return { events, poison: [], receivedAtMs: 1_770_000_000_000, peer: '192.0.2.1:1', byteCount: bytes.length }
}
