import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { FinishedGeneration } from '../../../src/registry/contract.ts'
import { FinishedGenerations, FINISHED_AGE_MS } from '../../../src/registry/finished-generations.ts'
import { loadRegistry, readRegistry } from '../../../src/registry/load-registry.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { REGISTRY_SCHEMA } from '../../../src/registry/schema.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { readNumber, transact } from '../../../src/sqlite/transaction.ts'
import { silentLog, type Log } from '../../../src/telemetry/log.ts'
import { makeBatch, makeFile, makeFinished, makeMark, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'

const HEAD = makeMark(100).hash
const NOW_MS = 1_800_000_000_000
const HOUR_MS = 3_600_000

async function open(t: ExecutionContext, stateDir: string, log: Log = silentLog) {
  const options = { durability: 'process', onLostState: 'stop', writeDelayMs: HOUR_MS } as const
  const registry = await openRegistry({ ...options, stateDir, log })
  t.teardown(() => registry.close())
  return registry
}

function endedNow(number: number, headHash = HEAD): FinishedGeneration {
  return { ...makeFinished(number, headHash), endedAtMs: Date.now() - 1000 + number }
}

async function openTable(t: ExecutionContext, maxRows = 10_000) {
  const path = join(await makeTempDir(t), 'registry.db')
  const database = openDatabase({ path, durability: 'process', schema: REGISTRY_SCHEMA })
  t.teardown(() => database.close())
  let nowMs = 0
  const clocks = { wallClock: () => NOW_MS + nowMs, monotonicClock: () => nowMs, maxRows }
  const table = new FinishedGenerations(database, clocks)
  const count = () => readNumber(database, 'SELECT count(*) FROM finished')
  const fill = (from: number, to: number, endedAtMs: number) =>
    transact(database, () => {
      for (let key = from; key < to; key++) table.put(key, { ...makeFinished(key), endedAtMs })
    })
  return { table, database, count, fill, pass: (ms: number) => (nowMs += ms) }
}

test('a finished generation is found by the hash of its head, at once and after a restart', async t => {
  const stateDir = await makeTempDir(t)
  const first = await open(t, stateDir)
  const generations = [endedNow(1), endedNow(2), endedNow(3, 'f'.repeat(32)), endedNow(4)]
  for (const [i, generation] of generations.entries()) first.finish(first.add(makeFile(i)), generation)
  const [one, two, , four] = generations
  t.deepEqual(await first.findFinished(HEAD), [four, two, one], 'the newest first, before they are written')
  await first.flush()
  t.deepEqual(await first.findFinished(HEAD), [four, two, one], 'each once when they are written')
  await first.close()

  const second = await open(t, stateDir)
  t.deepEqual(second.files, [])
  t.deepEqual(await second.findFinished(HEAD), [four, two, one])
  t.deepEqual(await second.findFinished('0'), [])
})

test('a finished generation has no record any more, and a late change does not bring that back', async t => {
  const stateDir = await makeTempDir(t)
  const registry = await open(t, stateDir)
  const key = registry.add(makeFile(1))
  await registry.flush()
  registry.finish(key, endedNow(1))
  registry.update(key, { offset: 9 })
  await registry.flush()
  t.deepEqual(readRegistry(join(stateDir, 'registry.db')).files, [])
  t.is(registry.status().files, 0)
})

test('the key of a finished generation is not given to another file', async t => {
  const stateDir = await makeTempDir(t)
  const first = await open(t, stateDir)
  const key = first.add(makeFile(1))
  first.finish(key, endedNow(1))
  await first.close()
  const second = await open(t, stateDir)
  t.true(second.add(makeFile(2)) > key)
  second.finish(key + 1, endedNow(2))
  t.is((await second.findFinished(HEAD)).length, 2)
})

test('the last ack of a generation and its end are one transaction', async t => {
  const stateDir = await makeTempDir(t)
  const registry = await open(t, stateDir)
  const key = registry.add(makeFile(1))
  const batch = makeBatch(1, [makeRange(key, 0, 50)])
  await registry.journal(batch)
  registry.commit(batch)
  registry.finish(key, endedNow(1))
  const path = join(stateDir, 'registry.db')
  t.like(readRegistry(path), { files: { length: 1 }, unconfirmed: { length: 1 } })
  await registry.flush()
  t.like(readRegistry(path), { files: { length: 0 }, unconfirmed: { length: 0 } })
  t.is((await registry.findFinished(HEAD)).length, 1)
})

test('a damaged record of a finished generation is left out and logged, and the others are found', async t => {
  const stateDir = await makeTempDir(t)
  const first = await open(t, stateDir)
  for (const number of [1, 2, 3]) first.finish(first.add(makeFile(number)), endedNow(number))
  await first.close()
  const path = join(stateDir, 'registry.db')
  const database = openDatabase({ path, durability: 'process', schema: REGISTRY_SCHEMA })
  database.exec('UPDATE finished SET size = size + 1 WHERE lost_bytes = 0')
  database.close()

  const log = makeRecordingLog()
  const second = await open(t, stateDir, log)
  t.deepEqual(
    (await second.findFinished(HEAD)).map(({ size }) => size),
    [3000, 1000],
  )
  t.like(log.lines.at(-1), { level: 'warn', fields: { damaged: 1 } })
})

test('a closed registry does not answer that no generation is finished', async t => {
  const registry = await open(t, await makeTempDir(t))
  await registry.close()
  await t.throwsAsync(registry.findFinished(HEAD), { code: 'state_closed' })
})

test('records of finished generations are deleted 90 days after their end, and no sooner', async t => {
  const { table, count, fill, pass } = await openTable(t)
  fill(0, 3, NOW_MS - FINISHED_AGE_MS)
  fill(3, 5, NOW_MS - FINISHED_AGE_MS + 1)
  t.is(table.sweepIfDue(), 3)
  pass(1)
  t.is(table.sweepIfDue(), 0, 'not before the hour is over')
  pass(HOUR_MS)
  t.is(table.sweepIfDue(), 2)
  t.is(count(), 0)
})

test('very many old records are deleted in parts, so that a batch to journal does not wait for all', async t => {
  const { table, count, fill } = await openTable(t)
  fill(0, 2500, 0)
  const parts = [table.sweepIfDue(), table.sweepIfDue(), table.sweepIfDue(), table.sweepIfDue()]
  t.deepEqual(parts, [1000, 1000, 500, 0])
  t.is(count(), 0)
})

test('of more finished generations than the limit, the oldest are deleted', async t => {
  const { table, count, fill } = await openTable(t, 5)
  for (let number = 0; number < 8; number++) fill(number, number + 1, NOW_MS + number)
  t.is(table.sweepIfDue(), 3)
  t.is(count(), 5)
  t.is(table.find(HEAD).rows.at(-1)?.[0], 3)
})

test('old records of finished generations are deleted after the first write of a run', async t => {
  const stateDir = await makeTempDir(t)
  const first = await open(t, stateDir)
  await first.flush()
  first.finish(first.add(makeFile(1)), makeFinished(1))
  first.finish(first.add(makeFile(2)), endedNow(2))
  await first.flush()
  t.deepEqual(
    (await first.findFinished(HEAD)).map(({ size }) => size),
    [2000],
  )
})

test('a search among finished generations gives the newest 1,000', async t => {
  const { table, fill } = await openTable(t)
  for (let number = 0; number < 1100; number++) fill(number, number + 1, NOW_MS + number)
  const { rows } = table.find(HEAD)
  t.deepEqual([rows.length, rows[0]?.[0], rows.at(-1)?.[0]], [1000, 1099, 100])
})

/** As the first edition wrote it. */
function writeFirstEdition(path: string): void {
  const migrations = REGISTRY_SCHEMA.migrations.slice(0, 1)
  const database = openDatabase({ path, durability: 'process', schema: { ...REGISTRY_SCHEMA, migrations } })
  database.exec(
    `INSERT INTO files VALUES (7, '/var/log/a.log', '2049', '12', '0', '3:3:aa', 50, '50:50:bb 20:20:cc', 5, 0, 2365200047)`,
  )
  database.close()
}

const FIRST_EDITION = {
  key: 7,
  path: '/var/log/a.log',
  identity: { device: '2049', inode: '12', birthNs: '0', head: { offset: 3, length: 3, hash: 'aa' } },
  offset: 50,
  marks: [
    { offset: 50, length: 50, hash: 'bb' },
    { offset: 20, length: 20, hash: 'cc' },
  ],
  seenAtMs: 5,
  isGone: false,
}

test('a registry of the first edition is read as it is, and only its owner migrates it', async t => {
  const path = join(await makeTempDir(t), 'registry.db')
  writeFirstEdition(path)
  t.deepEqual(readRegistry(path).files, [FIRST_EDITION])
  t.deepEqual(readRegistry(path).files, [FIRST_EDITION], 'still of the first edition')
  const loaded = loadRegistry({ path, durability: 'process', mustExist: true, lostState: 'none' })
  t.deepEqual(loaded.files, [FIRST_EDITION])
  t.is(loaded.nextKey, 8)
  t.deepEqual(readRegistry(path).files, [FIRST_EDITION])
})

test('a record of the first edition that is damaged is a loss after the migration too', async t => {
  const path = join(await makeTempDir(t), 'registry.db')
  writeFirstEdition(path)
  const database = openDatabase({ path, durability: 'process', schema: REGISTRY_SCHEMA })
  database.exec("UPDATE files SET evidence = ''")
  database.close()
  t.throws(() => readRegistry(path), { code: 'state_damaged' })
})

test('evidence, the size last seen and the digests of marks are kept in the record of a file', async t => {
  const stateDir = await makeTempDir(t)
  const first = await open(t, stateDir)
  const marks = [{ ...makeMark(9), digest: 4_294_967_295 }, makeMark(3)]
  const key = first.add({ ...makeFile(1), evidence: 'new' })
  const change = {
    evidence: 'copy of /var/log/é.log: all its bytes',
    seenSize: 12,
    realPath: '/pods/0.log',
    offset: 9,
    marks,
  }
  await first.flush()
  first.update(key, change)
  await first.close()
  t.deepEqual((await open(t, stateDir)).files, [{ ...makeFile(1), key, ...change }])
})
