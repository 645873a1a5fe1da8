import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeyMirror } from '../../../src/etcd/key-mirror.ts'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { type EtcdUser, startEtcd } from '../../helpers/servers/etcd.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { until } from '../../helpers/time/until.ts'

const APP: EtcdUser = { name: 'app', password: 'app-pw', grants: [{ prefix: '/app/', may: 'readwrite' }] }
const me = { user: APP.name, password: APP.password }

test('each kind of refused login has its own message, without a password', async t => {
  const server = await startEtcd(t, { auth: [APP] })
  const anonymous = await failureOf((await openTestEtcd(t, server)).get('/app/x'))
  t.is(anonymous.code, 'unauthenticated')
  t.regex(anonymous.message, /no user is set here: set "user" and "passwordFile"/)
  for (const wrong of [
    { user: 'app', password: 'wrong-pw' },
    { user: 'nobody', password: 'wrong-pw' },
  ]) {
    const error = await failureOf((await openTestEtcd(t, { ...server, ...wrong })).get('/app/x'))
    t.is(error.code, 'unauthenticated')
    t.regex(error.message, new RegExp(`refuses the password of the user "${wrong.user}", or has no such user`))
    t.notRegex(error.message, /wrong-pw/)
  }
  const etcd = await openTestEtcd(t, { ...server, ...me })
  const denied = await failureOf(etcd.put('/other', 'x'))
  t.is(denied.code, 'denied')
  t.regex(denied.message, /denies the user "app" access to \/other: grant it with `etcdctl role/)
  t.is((await failureOf(etcd.list('/'))).code, 'denied')
  const unwatched = await failureOf(recordWatch(etcd, '/other', '1'))
  t.is(unwatched.code, 'denied')
  t.regex(unwatched.message, /etcd at http:\/\/127\.0\.0\.1:\d+ denies the user "app" access to \/other/)
  await t.notThrowsAsync(etcd.put('/app/x', 'mine'))
})

test('an expired token is renewed for calls, leases and watches', async t => {
  const server = await startEtcd(t, { auth: [APP], extraArgs: ['--auth-token-ttl', '1'] })
  const etcd = await openTestEtcd(t, { ...server, ...me })
  await etcd.put('/app/1', 'x')
  const lease = await etcd.grantLease(30)
  const { revision } = await etcd.list('/app/')
  await sleep(3000) // etcd looks for expired tokens once a second
  const watch = await recordWatch(etcd, '/app/', revision)
  await sleep(3000)
  await etcd.put('/app/2', 'x', lease)
  await sleep(3000)
  await lease.keepAlive()
  await until(() => watch.keys().includes('/app/2'), 'the watch that is older than its token continues')
  const { entries } = await etcd.list('/app/')
  t.is(entries.length, 2)
  await lease.revoke()
  t.is(await etcd.get('/app/2'), undefined)
})

test('authentication that is switched on later is used by a client with a password, and reported by one without', async t => {
  const server = await startEtcd(t)
  const log = makeRecordingLog()
  const [known, unknown] = [await openTestEtcd(t, { ...server, ...me }), await openTestEtcd(t, server)]
  // A user that needs no password yet is not a fault.
  await known.put('/app/1', 'x')
  const mirror = new KeyMirror({ etcd: unknown, prefix: '/app/', log, backoff: { firstMs: 50, maxMs: 200 } })
  t.teardown(() => mirror.close())
  await mirror.loaded
  await server.enableAuth([APP])
  await known.put('/app/2', 'x')
  t.is((await failureOf(unknown.get('/app/1'))).code, 'unauthenticated')
  await server.stop()
  await server.restart()
  await until(() => log.lines.some(line => /no user is set/.test(String(line.fields['reason']))), 'it is reported')
  const errors = log.lines.filter(({ level }) => level === 'error')
  t.is(errors.length, 1)
  t.true(mirror.entries.current.has('/app/1'))
  await known.put('/app/3', 'x')
})

test('a password that was changed in etcd is reported, and the last known keys stay', async t => {
  const server = await startEtcd(t, { auth: [APP], extraArgs: ['--auth-token-ttl', '1'] })
  const log = makeRecordingLog()
  const etcd = await openTestEtcd(t, { ...server, ...me })
  await etcd.put('/app/1', 'x')
  const mirror = new KeyMirror({ etcd, prefix: '/app/', log, backoff: { firstMs: 50, maxMs: 200 } })
  t.teardown(() => mirror.close())
  await mirror.loaded
  await server.etcdctl('user', 'delete', 'app')
  await server.stop()
  await server.restart()
  await until(
    () => mirror.status().state === 'away' && /password of the user/.test(mirror.status().lastError ?? ''),
    'it is logged',
  )
  t.deepEqual([...mirror.entries.current.keys()], ['/app/1'])
  for (const args of [
    ['user', 'add', 'app:app-pw'],
    ['user', 'grant-role', 'app', 'app'],
  ])
    await server.etcdctl(...args)
  await until(() => mirror.status().state === 'live', 'it is followed again')
  t.is(log.lines.at(-1)?.message, 'following the keys in etcd again')
})
