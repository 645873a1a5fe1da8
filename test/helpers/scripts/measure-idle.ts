// Follows a directory until all its files are idle and closed, and prints the memory of this thread then: heap and buffers.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFilesSource } from '../../../src/files/source.ts'
import { boundEnvelopeBytes } from '../../../src/lumberjack/wire/event-envelope.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeGroup, takeReady } from '../files/followed.ts'

const [directory = '', stateDir = ''] = process.argv.slice(2)
const registry = await openRegistry({ stateDir, durability: 'process', onLostState: 'stop', log: silentLog })
let nowMs = Date.now()
const source = createFilesSource({
  groups: [makeGroup(directory)],
  registry,
  limits: { maxOpenFiles: 50 },
  log: silentLog,
  clock: () => nowMs,
  monotonicClock: () => nowMs,
  isWatching: false,
})

async function readAll(): Promise<void> {
  await source.poll()
  for (const batch of await takeReady(source)) {
    for (const { origin } of batch.runs) boundEnvelopeBytes(origin, 'host') // as a sender does
    await registry.journal(batch)
    await source.commit(batch)
  }
}

function measure(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

await readAll()
nowMs += 60_000 // the last bytes that were read are kept for a while
await source.poll()
await registry.flush()
measure()
await nextTurn()
process.stdout.write(String(measure()))
await source.close()
await registry.close()
