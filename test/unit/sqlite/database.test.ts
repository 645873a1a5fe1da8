import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { openDatabase, openReadOnly } from '../../../src/sqlite/database.ts'
import { StateError } from '../../../src/sqlite/error.ts'
import { renameDamaged } from '../../../src/sqlite/damaged-database.ts'
import type { Schema } from '../../../src/sqlite/schema-versions.ts'
import { readNumber, transact } from '../../../src/sqlite/transaction.ts'
import { giveAway, ownerOf } from '../../helpers/files/owner.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const first: Schema = { name: 'test data', applicationId: 77, migrations: ['CREATE TABLE a (n INTEGER) STRICT'] }
const second: Schema = {
  ...first,
  migrations: [...first.migrations, "ALTER TABLE a ADD COLUMN word TEXT NOT NULL DEFAULT 'none'"],
}

test('a database, its -wal and its -shm are for their owner only, under any umask', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const database = openDatabase({ path, durability: 'disk', schema: first })
  database.exec('INSERT INTO a VALUES (1)')
  for (const file of [path, `${path}-wal`, `${path}-shm`]) t.is(statSync(file).mode & 0o777, 0o600, file)
  database.close()
})

test('a database that root makes belongs to the owner of its directory', async t => {
  const dir = await makeTempDir(t)
  const owner = giveAway(dir)
  const path = join(dir, 'a.db')
  const database = openDatabase({ path, durability: 'disk', schema: first })
  database.exec('INSERT INTO a VALUES (1)')
  for (const file of [path, `${path}-wal`, `${path}-shm`]) t.deepEqual(ownerOf(file), owner, file)
  database.close()
})

for (const [durability, synchronous] of [
  ['disk', 2],
  ['process', 1],
] as const) {
  test(`a database of durability ${durability} is in WAL mode with synchronous ${synchronous}`, async t => {
    const path = join(await makeTempDir(t), 'a.db')
    const database = openDatabase({ path, durability, schema: first })
    t.is(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal')
    t.is(readNumber(database, 'PRAGMA synchronous'), synchronous)
    database.close()
  })
}

test('an older database is migrated to the newest schema and keeps its content', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const old = openDatabase({ path, durability: 'disk', schema: first })
  old.exec('INSERT INTO a VALUES (5)')
  old.close()
  const database = openDatabase({ path, durability: 'disk', schema: second })
  t.like(database.prepare('SELECT * FROM a').get(), { n: 5, word: 'none' })
  t.is(readNumber(database, 'PRAGMA user_version'), 2)
  database.close()
})

test('several processes that create one database at the same moment all open it', async t => {
  const dir = await makeTempDir(t)
  const paths = Array.from({ length: 40 }, (_, i) => join(dir, `${i}.db`))
  const schema = { ...second, beforeCreation: 'PRAGMA auto_vacuum = INCREMENTAL' }
  const arrived = new Int32Array(new SharedArrayBuffer(4 * paths.length))
  const openAll = async () => {
    const thread = new Worker(new URL('../../helpers/scripts/open-together.ts', import.meta.url), {
      workerData: { paths, schema, threads: 2, arrived },
    })
    const [refusals] = (await once(thread, 'message')) as [string[]]
    return refusals
  }
  t.deepEqual(await Promise.all([openAll(), openAll()]), [[], []])
  for (const path of paths) {
    const database = openDatabase({ path, durability: 'disk', schema })
    t.is(readNumber(database, 'PRAGMA user_version'), 2)
    database.close()
  }
})

test('a reader refuses a database that is still empty, and one that is not ours', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  openDatabase({ path, durability: 'disk', schema: { ...first, applicationId: 0, migrations: [] } }).close()
  t.throws(() => openReadOnly(path, first), { instanceOf: StateError, message: `${path} holds no test data yet` })
  openDatabase({ path, durability: 'disk', schema: { ...first, applicationId: 5 } }).close()
  t.throws(() => openReadOnly(path, first), { instanceOf: StateError, message: /not the test data of forwarder/ })
})

test('a failed migration leaves the version before it', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  openDatabase({ path, durability: 'disk', schema: first }).close()
  const broken = { ...first, migrations: [...first.migrations, 'CREATE TABLE b (x); SELECT no_such_column FROM b'] }
  t.throws(() => openDatabase({ path, durability: 'disk', schema: broken }))
  const database = openDatabase({ path, durability: 'disk', schema: first })
  t.is(readNumber(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0)
  database.close()
})

test('a database of a newer forwarder is refused with both versions and the remedy', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  openDatabase({ path, durability: 'disk', schema: second }).close()
  const before = readFileSync(path)
  const error = t.throws(() => openDatabase({ path, durability: 'disk', schema: first }), { instanceOf: StateError })
  t.is(error.code, 'state_newer')
  t.regex(error.message, /version 2.*up to 1.*Run that newer forwarder/)
  t.deepEqual(readFileSync(path), before)
  t.throws(() => openReadOnly(path, first), { code: 'state_newer' })
})

test('a database of another program is refused', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  openDatabase({ path, durability: 'disk', schema: { ...first, name: 'other', applicationId: 78 } }).close()
  const error = t.throws(() => openDatabase({ path, durability: 'disk', schema: first }), { instanceOf: StateError })
  t.is(error.code, 'state_damaged')
  t.regex(error.message, /not the test data of forwarder/)
})

test('a database that must exist is not created', async t => {
  const dir = await makeTempDir(t)
  const open = () => openDatabase({ path: join(dir, 'a.db'), durability: 'disk', schema: first, mustExist: true })
  t.throws(open, { code: 'state_missing' })
  t.deepEqual(readdirSync(dir), [])
  writeFileSync(join(dir, 'a.db'), '')
  t.throws(open, { code: 'state_missing' })
  t.throws(() => openReadOnly(join(dir, 'b.db'), first), { code: 'state_missing' })
})

test('a directory in the place of a database is an error with its path', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  mkdirSync(path)
  const error = t.throws(() => openDatabase({ path, durability: 'disk', schema: first }), { instanceOf: StateError })
  t.is(error.code, 'state_unusable')
  t.true(error.message.includes(path))
})

test('a transaction that throws changes nothing', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const database = openDatabase({ path, durability: 'disk', schema: first })
  t.throws(
    () =>
      transact(database, () => {
        database.exec('INSERT INTO a VALUES (1)')
        throw new Error('stop')
      }),
    { message: 'stop' },
  )
  t.is(readNumber(database, 'SELECT count(*) FROM a'), 0)
  database.close()
})

test('a reader sees the committed rows while the owner is in a transaction', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const owner = openDatabase({ path, durability: 'disk', schema: first })
  owner.exec('INSERT INTO a VALUES (1); BEGIN IMMEDIATE; INSERT INTO a VALUES (2)')
  const reader = openReadOnly(path, first)
  t.is(readNumber(reader, 'SELECT count(*) FROM a'), 1)
  t.throws(() => reader.exec('INSERT INTO a VALUES (3)'))
  reader.close()
  owner.close()
})

test('a damaged database is renamed together with its -wal, and earlier ones are not overwritten', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const names = []
  for (const content of ['one', 'two']) {
    writeFileSync(path, content)
    writeFileSync(`${path}-wal`, `wal of ${content}`)
    names.push(renameDamaged(path, Date.UTC(2026, 0, 2, 3, 4, 5)))
  }
  t.deepEqual(names, [`${path}.damaged-20260102T030405Z`, `${path}.damaged-20260102T030405Z-2`])
  t.is(readFileSync(`${path}.damaged-20260102T030405Z`, 'utf8'), 'one')
  t.is(readFileSync(`${path}.damaged-20260102T030405Z-2-wal`, 'utf8'), 'wal of two')
  t.is(renameDamaged(path), undefined)
})

test('a check finds a database damaged that was cut in the middle', async t => {
  const path = join(await makeTempDir(t), 'a.db')
  const database = openDatabase({ path, durability: 'disk', schema: first })
  database.exec(
    'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) INSERT INTO a SELECT n FROM c',
  )
  database.close()
  truncateSync(path, Math.floor(statSync(path).size / 2))
  const open = () => openDatabase({ path, durability: 'disk', schema: first, check: true, mustExist: true })
  t.throws(open, { code: 'state_damaged' })
})
