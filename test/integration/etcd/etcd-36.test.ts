import test from 'ava'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeyMirror } from '../../../src/etcd/key-mirror.ts'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { type EtcdUser, startEtcd, startEtcdCluster } from '../../helpers/servers/etcd.ts'
import { buildGoProgram, findGoMinor } from '../../helpers/peers/go-programs.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

// The other tests run against the etcd of Debian, 3.4; here once what matters against 3.6.

const APP: EtcdUser = { name: 'app', password: 'app-pw', grants: [{ prefix: '/app/', may: 'readwrite' }] }
const backoff = { firstMs: 50, maxMs: 300 }

let program = ''

test.before(async t => {
  const minor = await findGoMinor()
  if (minor < 21) throw new Error(`etcd 3.6 is built with Go 1.21 or later, and here is 1.${minor}: install a newer Go`)
  t.timeout(patience(600_000))
  program = await buildGoProgram('etcd-3.6')
})

test('with etcd 3.6, keys, leases, watches, compaction and large values work', async t => {
  const server = await startEtcd(t, { program })
  t.regex(await (await fetch(`${server.endpoint}/version`)).text(), /"etcdserver":"3\.6\./)
  const etcd = await openTestEtcd(t, server)
  const { revision } = await etcd.list('/a/')
  const watch = await recordWatch(etcd, '/a/', revision)
  const lease = await etcd.grantLease(30)
  t.true(await etcd.create('/a/1', 'x', lease))
  t.false(await etcd.create('/a/1', 'y'))
  await lease.keepAlive()
  const value = randomBytes(1024 * 1024)
  for (let index = 0; index < 20; index++) await etcd.put('/a/2', value)
  await lease.revoke()
  t.is((await failureOf(lease.keepAlive())).code, 'lease_lost')
  await until(() => watch.keys().length >= 22, 'all changes came')
  t.is(await etcd.get('/a/1'), undefined)
  t.is((await failureOf(etcd.put('/a/3', Buffer.alloc(3_000_000)))).code, 'refused')
  await server.etcdctl('compaction', (await etcd.list('/a/')).revision)
  t.is((await (await recordWatch(etcd, '/a/', '2')).ended)?.code, 'compacted')
})

test('with etcd 3.6, missing rights are reported and expired tokens are renewed', async t => {
  const server = await startEtcd(t, { program, auth: [APP], extraArgs: ['--auth-token-ttl', '1'] })
  t.is((await failureOf((await openTestEtcd(t, server)).get('/app/1'))).code, 'unauthenticated')
  const wrong = await openTestEtcd(t, { ...server, user: 'app', password: 'wrong' })
  t.regex((await failureOf(wrong.get('/app/1'))).message, /refuses the password of the user "app"/)
  const etcd = await openTestEtcd(t, { ...server, user: APP.name, password: APP.password })
  t.is((await failureOf(etcd.get('/other'))).code, 'denied')
  t.is((await failureOf(recordWatch(etcd, '/other', '1'))).code, 'denied')
  const lease = await etcd.grantLease(30)
  const { revision } = await etcd.list('/app/')
  await sleep(3000)
  const watch = await recordWatch(etcd, '/app/', revision)
  await sleep(3000)
  await etcd.put('/app/1', 'x', lease)
  await sleep(3000)
  await lease.keepAlive()
  await until(() => watch.keys().includes('/app/1'), 'the watch continues')
})

test('with etcd 3.6, TLS with client certificates works', async t => {
  const { ca, server: own, client } = await makeCertificates(await makeTempDir(t))
  const tls = { ca, certificate: own.certificate, key: own.key, clientCa: ca, client }
  const server = await startEtcd(t, { program, tls })
  const none = await failureOf((await openTestEtcd(t, { ...server, ca })).get('a'))
  t.regex(none.message, /demands a client certificate and none is set/)
  const { certificate, key } = client
  await t.notThrowsAsync((await openTestEtcd(t, { ...server, ca, certificate, key })).put('a', 'b'))
})

test('with etcd 3.6, a mirror and a registration survive a restart and a killed leader', async t => {
  const cluster = await startEtcdCluster(t, 3, { program })
  const etcd = await openTestEtcd(t, cluster)
  const registration = registerKey({ etcd, key: '/dir/a', value: constant('A'), ttlSeconds: 5, log: silentLog })
  t.teardown(() => registration.leave())
  const mirror = new KeyMirror({ etcd: await openTestEtcd(t, cluster), prefix: '/dir/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.entries.current.has('/dir/a'), 'seen')
  const leader = await cluster.leader()
  await leader.kill9()
  await until(
    async () =>
      await etcd.put('/dir/b', 'B').then(
        () => true,
        () => false,
      ),
    'a new leader takes writes',
  )
  await until(() => mirror.entries.current.has('/dir/b'), 'the change is seen')
  await leader.restart()
  for (const member of cluster.members) {
    await member.stop()
    await member.restart()
  }
  await etcd.put('/dir/c', 'C')
  await until(() => mirror.entries.current.has('/dir/c') && mirror.status().state === 'live', 'followed')
  t.deepEqual([...mirror.entries.current.keys()].toSorted(), ['/dir/a', '/dir/b', '/dir/c'])
})
