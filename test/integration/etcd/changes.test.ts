import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EtcdOptions } from '../../../src/etcd/contract.ts'
import { openEtcd } from '../../../src/etcd/client.ts'
import { KeyMirror } from '../../../src/etcd/key-mirror.ts'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import type { TeardownScope } from '../../helpers/process/scope.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { until } from '../../helpers/time/until.ts'

async function open(scope: TeardownScope, options: Omit<EtcdOptions, 'log'>) {
  const etcd = await openEtcd({ timeoutMs: patience(3000), log: silentLog, ...options })
  scope.teardown(() => etcd.close())
  return etcd
}

test('mirrors and registrations move to another etcd, and the registration in the old one expires', async t => {
  const [old, fresh] = await Promise.all([startEtcd(t), startEtcd(t)])
  const [there, here] = await Promise.all([openTestEtcd(t, old), openTestEtcd(t, fresh)])
  for (let index = 0; index < 20; index++) await here.put('/m/same', `raise the revision ${index}`)
  await Promise.all([there.put('/m/same', 'old'), there.put('/m/gone', 'old'), here.put('/m/same', 'fresh')])

  const etcd = await open(t, old)
  const log = makeRecordingLog()
  const mirror = new KeyMirror({ etcd, prefix: '/m/', log })
  t.teardown(() => mirror.close())
  const registration = registerKey({ etcd, key: '/r/a', value: constant('mine'), ttlSeconds: 2, log })
  t.teardown(() => registration.leave())
  await registration.written
  await until(() => mirror.status().state === 'live', 'the mirror follows the old one')
  t.is(mirror.entries.current.get('/m/gone')?.toString(), 'old')

  await etcd.change({ endpoints: fresh.endpoints })
  await until(() => mirror.entries.current.get('/m/same')?.toString() === 'fresh', 'the mirror has the new one’s keys')
  t.deepEqual([...mirror.entries.current.keys()], ['/m/same'])
  await here.put('/m/later', 'fresh')
  await until(() => mirror.entries.current.has('/m/later'), 'and follows it')
  await until(async () => (await here.get('/r/a'))?.toString() === 'mine', 'registered in the new one')
  await until(async () => (await there.get('/r/a')) === undefined, 'the old one has forgotten it')
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  )
})

test('a change of settings for the same etcd keeps the lease and notifies no watcher', async t => {
  const server = await startEtcd(t)
  const gate = await startTcpGate(t, server.port)
  const etcd = await open(t, { endpoints: [`http://127.0.0.1:${gate.port}`] })
  const observer = await openTestEtcd(t, server)
  // On a busy machine a lease of 2 s would end between two keep-alives.
  const ttlSeconds = Math.ceil(patience(2000) / 1000)
  const registration = registerKey({ etcd, key: '/r/a', value: constant('mine'), ttlSeconds, log: silentLog })
  t.teardown(() => registration.leave())
  await registration.written
  const { revision } = await observer.list('/r/')
  await etcd.change({ endpoints: server.endpoints })
  gate.close()
  const watch = await recordWatch(observer, '/r/', revision)
  await sleep(2000 * ttlSeconds)
  t.deepEqual(watch.batches, [], 'longer than its lease lasts')
  watch.stop()
  t.is(registration.status().state, 'live')
})

test('settings that do not work are refused while the current ones do, and nothing changes', async t => {
  const server = await startEtcd(t, {
    auth: [{ name: 'u', password: 'right', grants: [{ prefix: '/app/', may: 'readwrite' }] }],
  })
  const etcd = await open(t, { endpoints: server.endpoints, user: 'u', password: 'right' })
  await etcd.put('/app/a', '1')
  const watch = await recordWatch(etcd, '/app/', (await etcd.list('/app/')).revision)
  const change = (options: Partial<EtcdOptions>) =>
    failureOf(
      etcd.change({ endpoints: server.endpoints, user: 'u', password: 'right', timeoutMs: patience(3000), ...options }),
    )
  const wrong = await change({ password: 'wrong' })
  t.is(wrong.code, 'unauthenticated')
  t.regex(wrong.message, /^etcd cannot be used with the changed settings, but can with the earlier ones: /)
  t.is((await change({ endpoints: ['http://127.0.0.1:1'] })).code, 'unavailable')
  t.is((await change({ endpoints: [server.endpoint.replace('http:', 'https:')] })).code, 'tls')
  await etcd.put('/app/b', '2')
  await until(() => watch.keys().includes('/app/b'), 'the watch continues')
  watch.stop()
})

test('while etcd is down for the old and the new settings, the new ones are taken: they may work later', async t => {
  const server = await startEtcd(t)
  const etcd = await open(t, { endpoints: ['http://127.0.0.1:1'], timeoutMs: patience(300) })
  await server.stop()
  await etcd.change({ endpoints: server.endpoints, timeoutMs: patience(300) })
  await server.restart()
  await until(
    async () =>
      await etcd
        .put('/a', '1')
        .then(() => true)
        .catch(() => false),
    'it is used',
  )
  t.is((await etcd.get('/a'))?.toString(), '1')
})

test('a hundred calls are answered and no watcher misses a change while the settings change again and again', async t => {
  const server = await startEtcd(t)
  const etcd = await open(t, { endpoints: server.endpoints, timeoutMs: patience(5000) })
  const mirror = new KeyMirror({ etcd, prefix: '/m/', log: silentLog, backoff: { firstMs: 1, maxMs: 20 } })
  t.teardown(() => mirror.close())
  const puts = Array.from({ length: 100 }, async (_, index) => {
    await sleep(index * 5)
    await etcd.put(`/m/${index}`, 'x')
  })
  for (let round = 0; round < 10; round++) {
    await etcd.change({ endpoints: server.endpoints, timeoutMs: patience(5000) + round })
    await sleep(30)
  }
  await Promise.all(puts)
  await until(() => mirror.entries.current.size === 100, 'the mirror has all of them')
  t.pass()
})

test('a watch does not continue from a list that was read with earlier settings', async t => {
  const [old, fresh] = await Promise.all([startEtcd(t), startEtcd(t)])
  const etcd = await open(t, old)
  await etcd.put('/m/a', '1')
  const { revision } = await etcd.list('/m/')
  await etcd.change({ endpoints: fresh.endpoints })
  for (let index = 0; index < 10; index++) await etcd.put('/m/b', `raise the revision ${index}`)
  const failure = await failureOf(recordWatch(etcd, '/m/', revision))
  t.is(failure.code, 'compacted')
  await t.notThrowsAsync(async () => (await recordWatch(etcd, '/m/', (await etcd.list('/m/')).revision)).stop())
})
