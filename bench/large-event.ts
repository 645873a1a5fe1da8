// How long an event waits that comes while a large one is written into the embedded store. See bench/README.md.
//   node bench/large-event.ts [--rounds 5]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { StoreEvent } from '../src/flow/event-batch.ts'
import { openEmbeddedStore } from '../src/stores/embedded/store.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { LARGE_BYTES, LARGE_DOCUMENTS } from '../test/helpers/stores/large-documents.ts'
import { describeMachine } from './machine.ts'

const never = new AbortController().signal

function toEvent(id: string, text: string): StoreEvent {
  const bytes = Buffer.from(text)
  return { id, timeMs: Date.now(), bytes, start: 0, end: bytes.length }
}

async function measureDelayMs(text: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'large-event-'))
  const store = await openEmbeddedStore({ path: join(dir, 'events.db'), log: silentLog })
  await store.write([toEvent('first', '{"message":"x"}')], never)
  const written = store.write([toEvent('large', text)], never)
  await sleep(1) // it is on its way
  const startedMs = performance.now()
  await store.write([toEvent('next', '{"message":"x"}')], never)
  const delayMs = performance.now() - startedMs
  await written
  await store.close()
  await rm(dir, { recursive: true })
  return delayMs
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
console.log(describeMachine())
console.log('document of 16 MB            median ms   worst ms')
for (const [shape, make] of Object.entries(LARGE_DOCUMENTS)) {
  const text = make(LARGE_BYTES)
  const delays: number[] = []
  for (let round = 0; round < Number(values.rounds); round++) delays.push(await measureDelayMs(text))
  const sorted = delays.toSorted((a, b) => a - b).map(Math.round)
  console.log(shape.padEnd(28), String(sorted[sorted.length >> 1]).padStart(10), String(sorted.at(-1)).padStart(10))
}
