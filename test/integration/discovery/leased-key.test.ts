import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { Variable, constant } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { until } from '../../helpers/time/until.ts'

async function startPlace(t: Parameters<typeof startEtcd>[0]) {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, { ...server, timeoutMs: patience(1000) })
  const text = async (key: string) => (await etcd.get(key))?.toString()
  return { server, etcd, text }
}

test('a registration outlives its lease many times, follows its value, and is deleted when it leaves', async t => {
  const { etcd, text } = await startPlace(t)
  const value = new Variable('first')
  const registration = registerKey({ etcd, key: '/r/a', value, ttlSeconds: 2, log: silentLog })
  await until(async () => (await text('/r/a')) === 'first', 'registered')
  const { revision } = await etcd.list('/r/')
  await sleep(5000)
  t.is((await etcd.list('/r/')).revision, revision, 'renewing it changes nothing for those who watch')
  value.set('second')
  await until(async () => (await text('/r/a')) === 'second', 'changed')
  t.is(registration.status().state, 'live')
  await registration.leave()
  t.is(await text('/r/a'), undefined)
  value.set('third')
  await sleep(1500)
  t.is(await text('/r/a'), undefined)
})

test('a key that another program deletes or overwrites is written again, and logged once', async t => {
  const { server, etcd, text } = await startPlace(t)
  const log = makeRecordingLog()
  const registration = registerKey({ etcd, key: '/r/a', value: constant('mine'), ttlSeconds: 2, log })
  t.teardown(() => registration.leave())
  await until(async () => (await text('/r/a')) === 'mine', 'registered')
  await server.etcdctl('del', '/r/a')
  await until(async () => (await text('/r/a')) === 'mine', 'registered again')
  await sleep(1500)
  await server.etcdctl('put', '/r/a', 'theirs')
  await until(async () => (await text('/r/a')) === 'mine', 'written again')
  t.deepEqual(
    log.lines.map(({ fields }) => fields['isDeleted']),
    [true, false],
  )
})

test('a lost lease is granted again, even after etcd was down for longer than the lease lasts', async t => {
  const { server, text } = await startPlace(t)
  const gate = await startTcpGate(t, server.port)
  const through = await openTestEtcd(t, { endpoints: [`http://127.0.0.1:${gate.port}`], timeoutMs: patience(1000) })
  const log = makeRecordingLog()
  const registration = registerKey({ etcd: through, key: '/r/a', value: constant('mine'), ttlSeconds: 2, log })
  t.teardown(() => registration.leave())
  await until(async () => (await text('/r/a')) === 'mine', 'registered')
  gate.close()
  await until(async () => (await text('/r/a')) === undefined, 'the lease has ended')
  t.is(registration.status().state, 'away')
  gate.open()
  await until(async () => (await text('/r/a')) === 'mine', 'registered again')
  await server.stop()
  await until(() => registration.status().state === 'away', 'noticed')
  await server.forget()
  await server.restart()
  await until(async () => (await text('/r/a').catch(() => '')) === 'mine', 'registered in an empty etcd')
  await until(() => registration.status().state === 'live', 'live')
  t.deepEqual(
    [...new Set(log.lines.map(({ message }) => message))],
    ['cannot renew the registration in etcd; retrying', 'registered in etcd again'],
  )
  t.true(log.lines.length <= 8)
})

test('a collector is registered once etcd is up, and the key of a killed process expires', async t => {
  const { server, etcd, text } = await startPlace(t)
  await server.stop()
  const doomed = await openTestEtcd(t, { ...server, timeoutMs: patience(1000) })
  const registration = registerKey({
    etcd: doomed,
    key: '/r/a',
    value: constant('mine'),
    ttlSeconds: 2,
    log: silentLog,
  })
  t.teardown(() => registration.leave())
  await server.restart()
  await until(async () => (await text('/r/a')) === 'mine', 'registered')
  doomed.close() // as by SIGKILL: the lease is neither renewed nor revoked
  await until(async () => (await etcd.get('/r/a')) === undefined, 'it has expired')
  t.pass()
})

test('deregistration gives up soon while etcd is down', async t => {
  const { server, etcd, text } = await startPlace(t)
  const log = makeRecordingLog()
  const registration = registerKey({ etcd, key: '/r/a', value: constant('mine'), ttlSeconds: 2, log })
  await until(async () => (await text('/r/a')) === 'mine', 'registered')
  server.pause()
  const startedMs = Date.now()
  await registration.leave()
  t.true(Date.now() - startedMs < patience(4500))
  server.resume()
  await until(async () => (await text('/r/a').catch(() => 'unknown')) === undefined, 'it has expired')
})

test('two registrations of one name do not keep taking the key from each other, and log it', async t => {
  const { etcd, text } = await startPlace(t)
  const log = makeRecordingLog()
  const first = registerKey({ etcd, key: '/r/a', value: constant('first'), ttlSeconds: 3, log })
  t.teardown(() => first.leave())
  await until(async () => (await text('/r/a')) === 'first', 'the first is registered')
  const { revision } = await etcd.list('/r/')
  const second = registerKey({ etcd, key: '/r/a', value: constant('second'), ttlSeconds: 3, log })
  t.teardown(() => second.leave())
  let changes = 0
  for await (const some of etcd.watch('/r/', revision, AbortSignal.timeout(6000))) changes += some.length
  t.true(changes >= 2, 'each has had it')
  t.true(changes <= 4)
  t.true(log.lines.some(({ level, fields }) => level === 'error' && /"name" of its own/.test(String(fields['reason']))))
  const [loser, winner] = (await text('/r/a')) === 'first' ? [second, first] : [first, second]
  t.is(loser.status().state, 'away')
  await winner.leave()
  await until(() => loser.status().state === 'live', 'the other one takes its place')
})
