import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeyMirror } from '../../../src/etcd/key-mirror.ts'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { startEtcdCluster } from '../../helpers/servers/etcd.ts'
import { until } from '../../helpers/time/until.ts'

const backoff = { firstMs: 50, maxMs: 500 }

test('a leader that is killed costs neither a registration nor a change', async t => {
  const cluster = await startEtcdCluster(t, 3)
  const etcd = await openTestEtcd(t, cluster)
  const registration = registerKey({ etcd, key: '/dir/a', value: constant('A'), ttlSeconds: 5, log: silentLog })
  t.teardown(() => registration.leave())
  const mirror = new KeyMirror({ etcd: await openTestEtcd(t, cluster), prefix: '/dir/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.entries.current.has('/dir/a'), 'the registration is seen')
  let deletions = 0
  mirror.entries.onChange(() => (deletions += mirror.entries.current.has('/dir/a') ? 0 : 1))
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
  t.not((await cluster.leader()).name, leader.name)
  await until(() => mirror.entries.current.has('/dir/b'), 'the change is seen')
  await sleep(6000) // longer than the lease: it must have been renewed with the new leader
  t.is(deletions, 0)
  t.is(mirror.status().state, 'live')
  t.is(registration.status().state, 'live')
})

test('a client switches from a member of etcd that is disconnected from the others to a connected one', async t => {
  const cluster = await startEtcdCluster(t, 3)
  const [first, second, third] = cluster.members
  if (first === undefined || second === undefined || third === undefined) return t.fail()
  const alone = await openTestEtcd(t, { endpoints: [first.endpoint] })
  await alone.put('/cut/1', 'x')
  const { revision } = await alone.list('/cut/')
  const watch = await recordWatch(alone, '/cut/', revision)
  second.pause()
  third.pause()
  const ended = await watch.ended
  t.is(ended?.code, 'unavailable')
  t.regex(ended?.message ?? '', /has no leader now/)
  t.regex((await failureOf(alone.get('/cut/1'))).message, /has no leader now|did not answer in time|in time/)
  second.resume()
  third.resume()
  await until(
    async () =>
      await alone.get('/cut/1').then(
        () => true,
        () => false,
      ),
    'there is a leader again',
  )

  const etcd = await openTestEtcd(t, cluster)
  first.pause()
  for (let times = 0; times < 5; times++) await t.notThrowsAsync(etcd.get('/cut/1'))
  first.resume()
})
