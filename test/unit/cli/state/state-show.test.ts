import { closeSync, openSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { lookAt, makeIdentity } from '../../../../src/files/look/identity.ts'
import { openRegistry } from '../../../../src/registry/registry.ts'
import { REGISTRY_SCHEMA } from '../../../../src/registry/schema.ts'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeBatch, makeFile, makeFinished, makeMark, makeRange } from '../../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { runInside } from '../../../helpers/process/command-line.ts'

async function open(t: ExecutionContext, stateDir: string) {
  const registry = await openRegistry({ stateDir, durability: 'process', onLostState: 'stop', log: silentLog })
  t.teardown(() => registry.close())
  return registry
}

async function showJson(stateDir: string, ...args: readonly string[]) {
  const { code, out, err } = await runInside(['state', 'show', '--state-dir', stateDir, '--json', ...args])
  return { code, err, state: JSON.parse(out) }
}

/** A file with a record that ends at `offset`. */
function know(path: string, offset: number) {
  const identity = makeIdentity(lookAt(statSync(path, { bigint: true })), makeMark(0))
  return { ...makeFile(2), path, identity, offset, isGone: false }
}

test('state show works beside the owner: unread bytes, whether open, and journaled ranges', async t => {
  const dir = await makeTempDir(t)
  const stateDir = join(dir, 'state')
  const path = join(dir, 'a.log')
  writeFileSync(path, 'one\ntwo\n')
  const registry = await open(t, stateDir)
  const key = registry.add(know(path, 4))
  registry.add({ ...know(path, 4), path: join(dir, 'gone.log'), seenSize: 9 })
  await registry.journal(makeBatch(1, [makeRange(key, 4, 6), makeRange(key, 6, 8)]))

  const { code, state } = await showJson(stateDir)
  t.is(code, 0)
  t.like(state.owner, { isRunning: true, pid: process.pid })
  t.like(state.files[0], { path, offset: 4, size: 8, unreadBytes: 4, isOpen: false, journaledRanges: 2 })
  t.like(state.files[1], { presence: 'gone', size: null, unreadBytes: 5, journaledRanges: 0 })
  registry.update(key, { offset: 8 })
  await registry.flush()
  t.is((await showJson(stateDir)).state.files[0].unreadBytes, 0)
})

test('a file whose name is not UTF-8 is found, and its name is escaped', async t => {
  const dir = await makeTempDir(t)
  const name = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0x61, 0xff]), Buffer.from('.log')])
  writeFileSync(name, 'one\n')
  const identity = makeIdentity(lookAt(statSync(name, { bigint: true })), makeMark(0))
  const path = `${dir}/a\\xff.log`
  const registry = await open(t, join(dir, 'state'))
  registry.add({ ...makeFile(2), path, identity, offset: 0 })
  await registry.flush()
  t.like((await showJson(join(dir, 'state'))).state.files, [{ path, presence: 'present', size: 4 }])
})

test('a file that is open under another name is shown with its present size', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  writeFileSync(path, 'one\n')
  const registry = await open(t, join(dir, 'state'))
  registry.add(know(path, 1))
  await registry.flush()
  const descriptor = openSync(path, 'a')
  t.teardown(() => closeSync(descriptor))
  renameSync(path, join(dir, 'a.log.1'))
  writeSync(descriptor, 'two\n')
  t.like((await showJson(join(dir, 'state'))).state.files, [
    { path, presence: 'renamed', size: 8, unreadBytes: 7, isOpen: true },
  ])
})

test('state show changes nothing in the directory of an agent that is stopped', async t => {
  const stateDir = await makeTempDir(t)
  const registry = await open(t, stateDir)
  registry.add(makeFile(2))
  await registry.close()
  const before = new Map(readdirSync(stateDir).map(name => [name, readFileSync(join(stateDir, name))]))
  const { state } = await showJson(stateDir)
  t.is(state.owner, null)
  t.like(state.files, [{ presence: 'gone', unreadBytes: null, isOpen: false }])
  for (const [name, bytes] of before) t.deepEqual(readFileSync(join(stateDir, name)), bytes, name)
})

test('state show reads a registry of the first edition and leaves it as it is', async t => {
  const stateDir = await makeTempDir(t)
  const path = join(stateDir, 'registry.db')
  const migrations = REGISTRY_SCHEMA.migrations.slice(0, 1)
  openDatabase({ path, durability: 'process', schema: { ...REGISTRY_SCHEMA, migrations } }).close()
  const before = readFileSync(path)
  t.like((await showJson(stateDir)).state, { files: [], finished: [] })
  t.deepEqual(readFileSync(path), before)
})

test('state show shows as many finished files as asked for, the newest first, and reports damaged ones', async t => {
  const stateDir = await makeTempDir(t)
  const registry = await open(t, stateDir)
  for (let number = 0; number < 30; number++) {
    registry.finish(registry.add(makeFile(number)), { ...makeFinished(number), endedAtMs: Date.now() + number })
  }
  await registry.close()
  const sizes = async (...args: readonly string[]) =>
    (await showJson(stateDir, ...args)).state.finished.map((row: { readBytes: number }) => row.readBytes)
  const all = Array.from({ length: 30 }, (_, i) => (29 - i) * 1000)
  t.deepEqual(await sizes(), all.slice(0, 20))
  t.deepEqual(await sizes('--limit', '2'), all.slice(0, 2))
  t.deepEqual(await sizes('--limit', '0'), all)

  const database = openDatabase({ path: join(stateDir, 'registry.db'), durability: 'process', schema: REGISTRY_SCHEMA })
  database.exec('UPDATE finished SET lost_bytes = 7 WHERE size = 29000')
  database.close()
  const { err, state } = await showJson(stateDir)
  t.is(state.finished[0].readBytes, 28_000)
  t.regex(err, /^1 records of finished files do not match/)
})

test('a missing state directory is an error that names it and the remedy', async t => {
  const missing = join(await makeTempDir(t), 'none')
  const { code, err } = await runInside(['state', 'show', '--state-dir', missing])
  t.is(code, 1)
  t.true(err.includes(`the state directory ${missing} does not exist; name another with --state-dir`), err)
  t.throws(() => statSync(missing), { code: 'ENOENT' })
})

test('a directory in which no agent has run is an error that names it', async t => {
  const dir = await makeTempDir(t)
  const { code, err } = await runInside(['state', 'show', '--state-dir', dir])
  t.is(code, 1)
  t.true(err.includes(`${dir} is not the state directory of an agent that has run`), err)
  t.deepEqual(readdirSync(dir), [])
})

test('with neither or both of --config and --state-dir, state show has one directory or refuses', async t => {
  const { code, err } = await runInside(['state', 'show', '--config', 'a', '--state-dir', 'b'])
  t.is(code, 1)
  t.regex(err, /give either --config or --state-dir, not both/)
})
