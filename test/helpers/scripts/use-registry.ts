// Journals and commits batches as fast as it can until it is killed. Says each step on standard output, synchronously:
// `j <sequence>` once a batch is durable, `c <sequence>` once the batch was committed.
import { say } from './say.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeBatch, makeFile, makeRange } from '../files/registry-records.ts'

const durability = process.argv[3] === 'disk' ? 'disk' : 'process'
const options = { stateDir: process.argv[2] ?? '', durability, onLostState: 'stop', log: silentLog } as const
const registry = await openRegistry({ ...options, writeDelayMs: 5 })
const keys =
  registry.files.length > 0
    ? registry.files.map(file => file.key)
    : Array.from({ length: 4 }, (_, i) => registry.add(makeFile(i)))
const offsets = new Map(keys.map(key => [key, registry.files.find(file => file.key === key)?.offset ?? 0]))
for (const { sequence, runs } of registry.unconfirmed) {
  for (const { key, end } of runs) offsets.set(key, end)
  const batch = makeBatch(
    sequence,
    runs.map(run => ({ ...run, marks: [] })),
  )
  registry.commit(batch)
}
say('open')

for (let sequence = registry.nextSequence; ; sequence++) {
  const key = keys[sequence % keys.length] ?? 0
  const start = offsets.get(key) ?? 0
  offsets.set(key, start + 10)
  const batch = makeBatch(sequence, [makeRange(key, start, start + 10)])
  await registry.journal(batch)
  say(`j ${sequence} ${key} ${start + 10}`)
  if (sequence % 7 !== 0) {
    registry.commit(batch)
    say(`c ${sequence} ${key} ${start + 10}`)
  }
}
