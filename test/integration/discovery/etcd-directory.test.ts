import test from 'ava'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CollectorEntry, encodeEntry } from '../../../src/discovery/collector-entry.ts'
import { openDirectory } from '../../../src/discovery/open-directory.ts'
import type { Etcd } from '../../../src/etcd/contract.ts'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { type Log, silentLog } from '../../../src/telemetry/log.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const prefix = '/forwarder'

function entry(change: Partial<CollectorEntry> = {}): string {
  return encodeEntry({ host: 'c1.example', port: 5044, weight: 1, version: '0.1.0', sinceMs: 0, ...change })
}

function openEtcdDirectory(etcd: Etcd, stateDir: string, log: Log = silentLog) {
  return openDirectory({ kind: 'etcd', etcd, prefix, stateDir, log })
}

test('an agent follows collectors that are registered, changed and deregistered, with zone and weight', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const directory = openEtcdDirectory(await openTestEtcd(t, server), await makeTempDir(t))
  t.teardown(() => directory.close())
  const join1 = (name: string, change: Partial<CollectorEntry>) =>
    registerKey({ etcd, key: `${prefix}/collectors/${name}`, value: constant(entry(change)), log: silentLog })
  const first = join1('one', { host: '::1', zone: 'a', weight: 2 })
  await until(() => directory.servers.current.length === 1, 'the first is known')
  t.deepEqual(directory.servers.current, [{ host: '::1', port: 5044, zone: 'a', weight: 2 }])
  const second = join1('two', { port: 5045 })
  await until(() => directory.servers.current.length === 2, 'the second is known')
  await first.leave()
  await until(() => directory.servers.current.length === 1, 'the first has gone')
  t.deepEqual(directory.servers.current, [{ host: 'c1.example', port: 5045, weight: 1 }])
  t.like(directory.status(), { source: 'etcd: /forwarder/collectors/', servers: 1, isLive: true })
  await second.leave()
  await until(() => directory.status().lastError !== undefined, 'no collector is registered')
  t.is(directory.servers.current.length, 1, 'who was known last may well be there')
})

test('an agent that comes before all collectors waits for the first one, and only the loss of the last one is a warning', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const log = makeRecordingLog()
  const directory = openEtcdDirectory(etcd, await makeTempDir(t), log)
  t.teardown(() => directory.close())
  await until(() => log.lines.length > 0, 'it waits')
  const reason = 'no collector is registered under /forwarder/collectors/'
  t.like(log.lines[0], { level: 'info', message: 'waiting for the first collector to register', fields: { reason } })
  const first = registerKey({ etcd, key: `${prefix}/collectors/one`, value: constant(entry()), log: silentLog })
  await until(() => directory.servers.current.length === 1, 'the first is known')
  await first.leave()
  await until(() => log.lines.length > 1, 'the loss is logged')
  t.like(log.lines[1], { level: 'warn', fields: { reason } })
})

test('the directory is saved for its owner only, and used with its age if etcd is down at the start', async t => {
  const server = await startEtcd(t)
  const stateDir = await makeTempDir(t)
  const etcd = await openTestEtcd(t, server)
  await etcd.put(`${prefix}/collectors/one`, entry({ zone: 'a' }))
  const before = openEtcdDirectory(etcd, stateDir)
  await until(() => before.servers.current.length === 1, 'known')
  await before.close()
  const path = join(stateDir, 'directory.json')
  t.is((await stat(path)).mode & 0o777, 0o600)
  const memory = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...memory, asOf: new Date(Date.now() - 3_600_000).toISOString() }))
  await server.stop()

  const log = makeRecordingLog()
  const after = openEtcdDirectory(await openTestEtcd(t, server), stateDir, log)
  t.teardown(() => after.close())
  await until(() => after.servers.current.length === 1, 'remembered')
  t.deepEqual(after.servers.current, [{ host: 'c1.example', port: 5044, weight: 1, zone: 'a' }])
  const age = Date.now() - (after.status().asOfMs ?? 0)
  t.true(age >= 3_600_000 && age < 3_700_000)
  t.false(after.status().isLive)
  const line = log.lines.find(({ level }) => level === 'info')
  t.is(line?.message, 'etcd has not answered yet; continuing with the last known state')
  t.true(Number(line?.fields['ageSeconds']) >= 3600)
  await server.restart()
  await etcd.put(`${prefix}/collectors/two`, entry({ port: 5045 }))
  await until(() => after.servers.current.length === 2, 'etcd counts again')
  await until(() => after.status().isLive, 'live')
})

const unusable = test.macro({
  async exec(t, content: string) {
    const stateDir = await makeTempDir(t)
    await writeFile(join(stateDir, 'directory.json'), content)
    const log = makeRecordingLog()
    const directory = openEtcdDirectory(await openTestEtcd(t, { endpoints: ['http://127.0.0.1:1'] }), stateDir, log)
    t.teardown(() => directory.close())
    await until(
      () => log.lines.some(({ message }) => message.startsWith('cannot read the saved value')),
      'it is logged',
    )
    t.deepEqual(directory.servers.current, [])
  },
  title: (given = '') => `${given} is not used`,
})

const asOf = '2026-01-01T00:00:00Z'
const about = '/forwarder/collectors/'
test('a saved directory that is not JSON', unusable, '{"about":')
test('a saved directory that is not an object', unusable, '[]')
test(
  'a saved directory without a time',
  unusable,
  JSON.stringify({ about, value: [{ host: 'a', port: 1, weight: 1 }] }),
)
test(
  'a saved directory with a wrong port',
  unusable,
  JSON.stringify({ about, asOf, value: [{ host: 'a', port: 70_000, weight: 1 }] }),
)
test(
  'a saved directory without a valid host',
  unusable,
  JSON.stringify({ about, asOf, value: [{ host: '../x', port: 1, weight: 1 }] }),
)
test('a saved directory that is too long', unusable, JSON.stringify({ about, asOf, value: 'x'.repeat(5_000_000) }))

test('a bad value of a key is logged once, and the last good one of that key stays', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const log = makeRecordingLog()
  await etcd.put(`${prefix}/collectors/good`, entry())
  await etcd.put(`${prefix}/collectors/other`, entry({ port: 5045 }))
  const directory = openEtcdDirectory(etcd, await makeTempDir(t), log)
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length === 2, 'known')
  const garbage = ['{"address":', '[]', '{"address":7,"version":"1","since":"2026-01-01"}', 'x'.repeat(1024 * 1024), '']
  for (const [index, text] of garbage.entries()) {
    await etcd.put(`${prefix}/collectors/good`, text)
    await until(() => log.lines.length === index + 1, 'it is logged')
  }
  await etcd.put(`${prefix}/collectors/never-good`, '\0\u{ffff}')
  await until(() => log.lines.length === garbage.length + 1, 'it is logged')
  await etcd.put(`${prefix}/collectors/other`, entry({ port: 5046 }))
  await until(() => directory.servers.current.some(({ port }) => port === 5046), 'the others are followed')
  t.deepEqual(
    directory.servers.current.map(({ port }) => port),
    [5044, 5046],
  )
  t.is(log.lines.length, garbage.length + 1)
  t.true(log.lines.every(({ level, fields }) => level === 'error' && JSON.stringify(fields).length < 600))
})
