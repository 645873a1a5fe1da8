// Stores numbered events as fast as it can until it is killed; says `<first> <count>` synchronously once they are stored.
import { say } from './say.ts'
import { openEmbeddedStore } from '../../../src/stores/embedded/store.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { event, never } from '../stores/embedded-stores.ts'

const store = await openEmbeddedStore({ path: process.argv[2] ?? '', log: silentLog })
for (let first = Number(process.argv[3]); ; first += 50) {
  const events = Array.from({ length: 50 }, (_, i) => event(`${first + i}`, `line ${first + i}`))
  const verdicts = await store.write(events, never)
  if (verdicts.every(verdict => verdict.kind === 'stored' || verdict.kind === 'existed')) say(`${first} 50`)
}
