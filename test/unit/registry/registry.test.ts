import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { openRegistry, type RegistryOptions } from '../../../src/registry/registry.ts'
import { REGISTRY_SCHEMA } from '../../../src/registry/schema.ts'
import { openReadOnly } from '../../../src/sqlite/database.ts'
import { readNumber } from '../../../src/sqlite/transaction.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeBatch, makeFile, makeMark, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

function optionsFor(stateDir: string): RegistryOptions {
  return { stateDir, durability: 'disk', onLostState: 'stop', log: silentLog, writeDelayMs: 3_600_000 }
}

async function open(t: ExecutionContext, options: RegistryOptions) {
  const registry = await openRegistry(options)
  t.teardown(() => registry.close())
  return registry
}

test('the first start finds an empty registry and no loss', async t => {
  const registry = await open(t, optionsFor(await makeTempDir(t)))
  t.deepEqual([registry.files, registry.unconfirmed], [[], []])
  t.is(registry.lostState, 'none')
  t.is(registry.nextSequence, 1)
})

test('files, offsets and journal are the same after an orderly stop and a restart', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  const key = first.add(makeFile(1, 10))
  const gone = first.add(makeFile(2))
  first.update(key, { path: '/var/log/app.log.1', isGone: true, seenAtMs: 5 })
  first.forget(gone)
  const range = makeRange(key, 10, 31)
  await first.journal(makeBatch(7, [range]))
  await first.close()

  const second = await open(t, options)
  t.deepEqual(second.files, [{ ...makeFile(1, 10), key, path: '/var/log/app.log.1', isGone: true, seenAtMs: 5 }])
  const { marks: _, ...run } = range
  t.deepEqual(second.unconfirmed, [{ sequence: 7, timeMs: 1_700_000_000_007, runs: [run] }])
  t.is(second.nextSequence, 8)
})

test('an ack moves the offset and its marks, and deletes the journal record', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  const key = first.add(makeFile(1))
  const batch = makeBatch(1, [makeRange(key, 0, 50), makeRange(key, 50, 80)])
  await first.journal(batch)
  first.commit(batch)
  await first.close()

  const second = await open(t, options)
  t.like(second.files[0], { offset: 80, marks: [makeMark(80)] })
  t.deepEqual(second.unconfirmed, [])
})

test('a journaled batch and its files are on disk when the promise resolves', async t => {
  const options = optionsFor(await makeTempDir(t))
  const registry = await open(t, options)
  const key = registry.add(makeFile(1))
  await registry.journal(makeBatch(1, [makeRange(key, 0, 5)]))
  const seen = readRegistry(join(options.stateDir, 'registry.db'))
  t.is(seen.files[0]?.key, key)
  t.is(seen.unconfirmed[0]?.sequence, 1)
})

test('batches that wait at the same time share one commit', async t => {
  const registry = await open(t, optionsFor(await makeTempDir(t)))
  const key = registry.add(makeFile(1))
  const batches = Array.from({ length: 20 }, (_, i) => makeBatch(i + 1, [makeRange(key, i, i + 1)]))
  await Promise.all(batches.map(batch => registry.journal(batch)))
  t.like(registry.status(), { journaledBatches: 20, commits: 2, waiting: 0, health: { isHealthy: true } })
})

test('a change is written within the delay, without a flush', async t => {
  const options = { ...optionsFor(await makeTempDir(t)), writeDelayMs: 1 }
  const registry = await open(t, options)
  registry.add(makeFile(1))
  const path = join(options.stateDir, 'registry.db')
  await until(() => readRegistry(path).files.length === 1, 'the record is on disk')
  t.is(registry.status().files, 1)
})

test('an ack for a file that was forgotten meanwhile deletes the journal record and does not bring the file back', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  const key = first.add(makeFile(1))
  const batch = makeBatch(1, [makeRange(key, 0, 5)])
  await first.journal(batch)
  first.forget(key)
  await first.flush()
  first.commit(batch)
  await first.close()
  const second = await open(t, options)
  t.deepEqual([second.files, second.unconfirmed], [[], []])
})

test('a key is never given to another file while a journal record names it', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  const key = first.add(makeFile(1))
  await first.journal(makeBatch(1, [makeRange(key, 0, 5)]))
  first.forget(key)
  await first.close()
  const second = await open(t, options)
  t.not(second.add(makeFile(2)), key)
})

test('origins without a journal record are deleted', async t => {
  const options = optionsFor(await makeTempDir(t))
  const registry = await open(t, options)
  for (let sequence = 1; sequence <= 3; sequence++) {
    const ranges = Array.from({ length: 600 }, (_, i) => makeRange(sequence * 1000 + i, 0, 1))
    const batch = makeBatch(sequence, ranges)
    await registry.journal(batch)
    registry.commit(batch)
  }
  await registry.close()
  const database = openReadOnly(join(options.stateDir, 'registry.db'), REGISTRY_SCHEMA)
  t.teardown(() => database.close())
  t.true(readNumber(database, 'SELECT count(*) FROM origins') < 1800)
})

test('more changes than fit into one transaction are all written', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  const keys = Array.from({ length: 12_000 }, (_, i) => first.add(makeFile(i)))
  await first.flush()
  for (const key of keys) first.update(key, { offset: 9 })
  await first.close()
  const second = await open(t, options)
  t.is(second.files.length, 12_000)
  t.true(second.files.every(file => file.offset === 9))
  for (const key of keys) second.forget(key)
  await second.flush()
  t.is(readRegistry(join(options.stateDir, 'registry.db')).files.length, 0)
})

test('a closed registry rejects a batch to journal', async t => {
  const registry = await openRegistry(optionsFor(await makeTempDir(t)))
  await Promise.all([registry.close(), registry.close()])
  await t.throwsAsync(registry.journal(makeBatch(1, [])), { code: 'state_closed' })
  await t.throwsAsync(registry.flush(), { code: 'state_closed' })
})

test('a second registry in the same directory is refused until the first one is closed', async t => {
  const options = optionsFor(await makeTempDir(t))
  const first = await open(t, options)
  await t.throwsAsync(openRegistry(options), { code: 'state_locked' })
  await first.close()
  await open(t, options)
  t.true(existsSync(join(options.stateDir, 'initialized')))
})
