import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { failureOf, openTestEtcd, recordWatch } from '../../helpers/servers/etcd-client.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { findFreePort } from '../../helpers/servers/java-server.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

test('a key that was put can be read, listed and deleted', async t => {
  const etcd = await openTestEtcd(t, server)
  await etcd.put('/a/1', 'one')
  await etcd.put('/a/2', Buffer.from([0, 255]))
  await etcd.put('/ab', 'outside')
  t.deepEqual(await etcd.get('/a/2'), Buffer.from([0, 255]))
  const { entries } = await etcd.list('/a/')
  t.deepEqual(
    entries.map(({ key, value }) => [key, value.toString('latin1')]),
    [
      ['/a/1', 'one'],
      ['/a/2', '\0\xff'],
    ],
  )
  await etcd.delete('/a/1')
  t.is(await etcd.get('/a/1'), undefined)
  await t.notThrowsAsync(etcd.delete('/a/1'))
})

test('only one of many concurrent creates of a key succeeds', async t => {
  const etcd = await openTestEtcd(t, server)
  const results = await Promise.all(Array.from({ length: 10 }, (_, index) => etcd.create('/create', `by ${index}`)))
  t.is(results.filter(Boolean).length, 1)
  t.is((await etcd.get('/create'))?.toString(), `by ${results.indexOf(true)}`)
})

test('any number of keys are deleted, whether they exist or not', async t => {
  const etcd = await openTestEtcd(t, server)
  const keys = Array.from({ length: 250 }, (_, index) => `/each/${index}`)
  await Promise.all(keys.slice(0, 240).map(key => etcd.put(key, 'x')))
  await etcd.put('/each/250', 'stays')
  await etcd.deleteEach([...keys, ...keys.slice(0, 3)])
  t.deepEqual(
    (await etcd.list('/each/')).entries.map(({ key }) => key),
    ['/each/250'],
  )
  await t.notThrowsAsync(etcd.deleteEach([]))
})

test('a key is deleted with its lease', async t => {
  const etcd = await openTestEtcd(t, server)
  const [revoked, expired] = [await etcd.grantLease(60), await etcd.grantLease(6)]
  await etcd.put('/leases/revoked', 'x', revoked)
  await etcd.put('/leases/expired', 'x', expired)
  await expired.keepAlive()
  await revoked.revoke()
  t.is(await etcd.get('/leases/revoked'), undefined)
  await until(async () => (await etcd.get('/leases/expired')) === undefined, 'the lease has expired')
  t.is((await failureOf(expired.keepAlive())).code, 'lease_lost')
  t.is((await failureOf(expired.revoke())).code, 'lease_lost')
  t.is((await failureOf(etcd.put('/leases/x', 'x', expired))).code, 'lease_lost')
})

test('a value of 1 MB is returned whole, and one larger than etcd accepts is refused', async t => {
  const etcd = await openTestEtcd(t, server)
  const value = randomBytes(1024 * 1024)
  await etcd.put('/large/1', value)
  t.true((await etcd.get('/large/1'))?.equals(value))
  for (const size of [1_700_000, 3_000_000]) {
    const error = await failureOf(etcd.put('/large/2', Buffer.alloc(size)))
    t.is(error.code, 'refused')
    t.regex(error.message, /\/large\/2.*1\.5 MiB/)
  }
})

test('a list is read in pages, as of one revision', async t => {
  const etcd = await openTestEtcd(t, server)
  for (let index = 0; index < 2500; index += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => etcd.put(`/pages/${String(index + n).padStart(5, '0')}`, 'v')),
    )
  const { entries } = await etcd.list('/pages/')
  t.is(entries.length, 2500)
  t.deepEqual(
    entries.map(({ key }) => key),
    Array.from({ length: 2500 }, (_, index) => `/pages/${String(index).padStart(5, '0')}`),
  )
})

test('a list that is too large for one answer is read in pages, and one of more than 64 MiB is refused', async t => {
  const own = await startEtcd(t)
  const etcd = await openTestEtcd(t, own)
  const value = randomBytes(1024 * 1024)
  for (let index = 0; index < 30; index++) await etcd.put(`/mega/${index}`, value)
  const { entries } = await etcd.list('/mega/')
  t.is(entries.length, 30)
  t.true(entries.every(entry => entry.value.equals(value)))
  for (let index = 30; index < 66; index++) await etcd.put(`/mega/${index}`, value)
  const error = await failureOf(etcd.list('/mega/'))
  t.is(error.code, 'too_much')
  t.regex(error.message, /64 MiB.*\/mega\//)
})

test('a watch gives the changes after the list, in order, those of one revision together', async t => {
  const etcd = await openTestEtcd(t, server)
  await etcd.put('/watch/0', 'before')
  const { revision } = await etcd.list('/watch/')
  await etcd.put('/watch/1', 'between')
  const watch = await recordWatch(etcd, '/watch/', revision)
  await etcd.put('/watch/2', 'after')
  await etcd.put('/unwatched', 'x')
  await etcd.delete('/watch/1')
  const lease = await etcd.grantLease(30)
  await etcd.put('/watch/3', 'x', lease)
  await etcd.put('/watch/4', 'x', lease)
  await lease.revoke()
  await until(() => watch.keys().length >= 7, 'all changes came')
  watch.stop()
  t.is(await watch.ended, undefined)
  t.deepEqual(
    watch.batches.flat().map(({ key, value }) => `${key}=${value?.toString() ?? 'gone'}`),
    [
      '/watch/1=between',
      '/watch/2=after',
      '/watch/1=gone',
      '/watch/3=x',
      '/watch/4=x',
      '/watch/3=gone',
      '/watch/4=gone',
    ],
  )
  t.deepEqual(
    watch.batches.at(-1)?.map(({ key }) => key),
    ['/watch/3', '/watch/4'],
  )
})

test('many large changes arrive through a watch complete and in order', async t => {
  const etcd = await openTestEtcd(t, server)
  const { revision } = await etcd.list('/heavy/')
  const value = randomBytes(1024 * 1024)
  for (let index = 0; index < 24; index++) await etcd.put(`/heavy/${index}`, value)
  const watch = await recordWatch(etcd, '/heavy/', revision)
  await until(() => watch.keys().length >= 24, 'all changes came')
  watch.stop()
  t.deepEqual(
    watch.keys(),
    Array.from({ length: 24 }, (_, index) => `/heavy/${index}`),
  )
  t.true(watch.batches.flat().every(change => change.value?.equals(value)))
})

test('a watch from a compacted revision is refused as compacted', async t => {
  const own = await startEtcd(t)
  const etcd = await openTestEtcd(t, own)
  for (let index = 0; index < 5; index++) await etcd.put('/c', String(index))
  await own.etcdctl('compaction', '5')
  const error = await (await recordWatch(etcd, '/c', '2')).ended
  t.is(error?.code, 'compacted')
  t.regex(error?.message ?? '', /listed again/)
})

test('a watch from a future revision is refused as compacted: the data was replaced', async t => {
  const etcd = await openTestEtcd(t, server)
  const error = await failureOf(recordWatch(etcd, '/c', '1000000'))
  t.is(error.code, 'compacted')
  t.regex(error.message, /1000000/)
})

test('an etcd that is not running is unavailable, and is used once it starts', async t => {
  const etcd = await openTestEtcd(t, { endpoints: [`http://127.0.0.1:${await findFreePort()}`] })
  const error = await failureOf(etcd.get('a'))
  t.is(error.code, 'unavailable')
  t.regex(error.message, /etcd at http:\/\/127\.0\.0\.1:\d+ refuses connections/)
  const own = await startEtcd(t)
  const late = await openTestEtcd(t, own)
  await own.stop()
  t.is((await failureOf(late.get('a'))).code, 'unavailable')
  await own.restart()
  await until(
    async () =>
      await late.put('a', 'b').then(
        () => true,
        () => false,
      ),
    'etcd is used again',
  )
  t.pass()
})

test('the error for an endpoint whose name has no address names it', async t => {
  const etcd = await openTestEtcd(t, { endpoints: ['http://etcd.invalid:2379'] })
  const error = await failureOf(etcd.get('a'))
  t.is(error.code, 'unavailable')
  t.regex(error.message, /etcd\.invalid.*cannot be looked up/)
})

test('a client uses another endpoint while one is down', async t => {
  const endpoints = [
    `http://127.0.0.1:${await findFreePort()}`,
    server.endpoint,
    `http://127.0.0.1:${await findFreePort()}`,
  ]
  for (let times = 0; times < 6; times++) {
    const etcd = await openTestEtcd(t, { endpoints })
    await t.notThrowsAsync(etcd.put('/another', 'x'))
  }
})

test('a create that is retried after its answer was lost still succeeds', async t => {
  const gate = await startTcpGate(t, server.port)
  const endpoints = [`http://127.0.0.1:${gate.port}`]
  const etcd = await openTestEtcd(t, { endpoints: [...endpoints, ...endpoints], timeoutMs: 10_000 })
  await etcd.get('warm')
  // The question passes, and the answer is held back until the second try.
  gate.swallowAnswers()
  const created = etcd.create('/lost-answer', 'mine')
  const secondTry = sleep(5300)
  await until(async () => (await server.etcdctl('get', '/lost-answer')).includes('mine'), 'the first try arrived')
  await secondTry
  gate.open()
  t.true(await created)
})

test('a watch notices that etcd has stopped', async t => {
  const own = await startEtcd(t)
  const etcd = await openTestEtcd(t, { ...own, timeoutMs: patience(3000) })
  const { revision } = await etcd.list('/p')
  const watch = await recordWatch(etcd, '/p', revision)
  own.pause()
  const startedMs = Date.now()
  t.is((await failureOf(etcd.get('a'))).code, 'unavailable')
  t.is((await watch.ended)?.code, 'unavailable')
  t.true(Date.now() - startedMs < patience(60_000), 'not only when the system gives the connection up')
  own.resume()
  await until(
    async () =>
      await etcd.put('a', 'b').then(
        () => true,
        () => false,
      ),
    'etcd is used again',
  )
})

test('after close nothing keeps the process alive, even during a watch and a call', async t => {
  const url = JSON.stringify(new URL('../../../src/etcd/client.ts', import.meta.url).href)
  const script = `
    const { openEtcd } = await import(${url})
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const open = endpoint => openEtcd({ endpoints: [endpoint], log })
    const [up, down] = [await open(${JSON.stringify(server.endpoint)}), await open('http://127.0.0.1:1')]
    await up.put('/process', 'x')
    const lease = await up.grantLease(30)
    await lease.keepAlive()
    let ended
    const watching = (async () => { for await (const _ of up.watch('/process', '1', new AbortController().signal)) ended ??= 'stands' })()
      .catch(error => { ended = error.code })
    while (ended === undefined) await new Promise(resolve => setTimeout(resolve, 5))
    const asked = down.get('x').catch(error => error.code)
    up.close()
    down.close()
    await watching
    console.log(ended, await asked, await up.get('a').catch(error => error.message))
  `
  const run = promisify(execFile)
  const child = await run(process.execPath, ['--input-type=module', '-e', script], { timeout: patience(20_000) })
  t.is(child.stdout.trim(), 'unavailable unavailable the connection to etcd was closed')
  t.is(child.stderr, '')
})
