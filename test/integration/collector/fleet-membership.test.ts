import test, { type ExecutionContext } from 'ava'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetMembership } from '../../../src/collector/fleet-membership.ts'
import { loadCollectorConfig } from '../../../src/config/load.ts'
import type { KeyChange } from '../../../src/etcd/contract.ts'
import { recordWatch } from '../../helpers/servers/etcd-client.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

const passphrase = 'a sentence that is hard to guess'

type Config = Readonly<Record<string, unknown>>

async function makeMember(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const log = makeRecordingLog()
  const place = await makeTrustPlace(t, server.endpoints, { passphrase })
  const etcd = { endpoints: server.endpoints, prefix: place.prefix }
  const usual = { listen: '127.0.0.1:5044', store: {}, stateDir: join(dir, 'state'), discovery: { etcd } }
  const load = async (config: Config) => {
    const path = join(dir, 'collector.json')
    await writeFile(path, JSON.stringify({ ...usual, ...config }), { mode: 0o600 })
    return loadCollectorConfig(path, { hostName: 'c1' }).settings
  }
  return {
    dir,
    log,
    place,
    etcd,
    open: async (config: Config) => {
      const membership = await FleetMembership.open(await load(config), log)
      t.teardown(() => membership.close())
      const change = async (next: Config) => {
        await membership.change(await load(next))
        await membership.announce()
      }
      return { membership, change }
    },
  }
}

const advertise = { address: '127.0.0.1:5044', name: 'c1' }

test("a collector's entry in the directory changes without a gap, even if its name or prefix changes", async t => {
  const { place, etcd, open } = await makeMember(t)
  const { membership, change } = await open({ advertise })
  await membership.announce()
  const read = async (key: string) => (await place.etcd.get(`${place.prefix}${key}`))?.toString()
  await until(async () => (await read('/collectors/c1')) !== undefined, 'registered')
  const watch = await recordWatch(place.etcd, place.prefix, (await place.etcd.list(place.prefix)).revision)
  const seen: (readonly KeyChange[])[] = watch.batches

  await change({ advertise: { ...advertise, weight: 3 } })
  t.regex((await read('/collectors/c1')) ?? '', /"weight":3/)
  t.true(
    seen.flat().every(({ value }) => value !== undefined),
    'it was never away',
  )
  await change({ advertise: { ...advertise, name: 'c2' } })
  t.is(await read('/collectors/c1'), undefined)
  t.regex((await read('/collectors/c2')) ?? '', /127\.0\.0\.1:5044/)
  const order = seen.flat().map(({ key, value }) => [key.split('/').at(-1), value !== undefined])
  t.deepEqual(order, [
    ['c1', true],
    ['c2', true],
    ['c1', false],
  ])
  await change({ advertise, discovery: { etcd: { ...etcd, prefix: `${place.prefix}/moved` } } })
  t.is(await read('/collectors/c2'), undefined)
  t.not(await read('/moved/collectors/c1'), undefined)
  watch.stop()

  await change({ discovery: undefined, advertise: undefined })
  t.is(await read('/moved/collectors/c1'), undefined, 'without etcd it is nowhere')
  await change({ advertise })
  await until(async () => (await read('/collectors/c1')) !== undefined, 'and comes with it')
  await membership.leave()
  await membership.announce()
  t.is(await read('/collectors/c1'), undefined, 'a collector that has left is not announced again')
})

test('a changed lifetime of certificates and a changed token are used, whether the collector has its own certificate or waits for it', async t => {
  const { place, dir, log, open } = await makeMember(t)
  const ca = { dir: place.caDir, passphrase, lifetime: '2h' }
  const tokenFile = join(dir, 'token')
  const enrolment = { tokenFile: join(dir, 'no-such-token'), caFingerprint: place.fingerprint }
  const { membership, change } = await open({ advertise, enrolment, ca })
  const stop = new AbortController()
  const ready = membership.isReady(stop.signal)
  await untilSaid(log.lines, 'waiting for a certificate before listening')
  await untilSaid(log.lines, /no token|token/)
  await writeFile(tokenFile, place.token({ kind: 'collector', patterns: ['127.0.0.1'] }), { mode: 0o600 })
  await change({ advertise, enrolment: { ...enrolment, tokenFile }, ca })
  t.true(await ready)
  const { tls } = membership
  const lifeHours = async () => {
    const { validFromDate, validToDate } = new X509Certificate(await readFile(tls?.certificate ?? ''))
    return (validToDate.getTime() - validFromDate.getTime()) / 3_600_000
  }
  t.true((await lifeHours()) < 3)
  const serial = (await readFile(tls?.certificate ?? '')).toString()

  await change({
    advertise,
    enrolment: { ...enrolment, tokenFile, clientAuth: 'optional' },
    ca: { ...ca, lifetime: '9h' },
  })
  t.deepEqual(membership.tls, { ...tls!, clientAuth: 'optional' })
  t.is((await readFile(tls?.certificate ?? '')).toString(), serial, 'the certificate in use is left alone')
  await until(() => membership.status().signer?.isActive === true, 'the authority answers again')
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  t.true((agent.status().notAfterMs ?? 0) - Date.now() > 8 * 3_600_000)

  await change({ advertise, enrolment: { ...enrolment, tokenFile }, ca: undefined })
  t.is(membership.status().signer, undefined, 'it is the authority no longer')
  await t.throwsAsync(change({ advertise, enrolment, ca: { ...ca, passphrase: 'wrong' } }), {
    message: /ca\.key cannot be decrypted/,
  })
  await change({ advertise, enrolment, ca })
  await until(() => membership.status().signer?.isActive === true, 'and again')
  t.is(membership.status().enrolment?.state, 'enrolled')
})

test('refused certificates stay refused while the enrolment is opened again', async t => {
  const { place, open } = await makeMember(t)
  const ca = { dir: place.caDir, passphrase }
  const enrolment = (token: string) => ({ token, caFingerprint: place.fingerprint })
  const token = place.token({ kind: 'collector', patterns: ['127.0.0.1'] })
  const { membership, change } = await open({ advertise, enrolment: enrolment(token), ca })
  t.true(await membership.isReady(new AbortController().signal))
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const { revokeName } = await import('../../../src/trust/authority/revocations.ts')
  revokeName(place.database, 'web1', Date.now())
  const certificate = new X509Certificate(await readFile(agent.files.certificate))
  const revoked = () => membership.tls?.revoked
  const isRefused = () => revoked()?.current.has(certificate) === true
  await until(isRefused, 'it is refused')
  const seen: boolean[] = []
  t.teardown(revoked()!.onChange(() => seen.push(isRefused())))
  await change({ advertise, enrolment: enrolment(place.token({ kind: 'collector', patterns: ['127.0.0.1'] })), ca })
  t.deepEqual(
    [...seen, isRefused()].filter(one => !one),
    [],
  )
})

test('a store that had a secret at the start takes only https hosts from etcd, although the configuration permits others later', async t => {
  const { log, place, open } = await makeMember(t)
  const key = `${place.prefix}/hosts`
  await place.etcd.put(key, 'https://es1:9200')
  const store = { type: 'elasticsearch', hostsKey: key }
  const secret = { user: 'forwarder', password: 'secret', caFingerprint: 'ab'.repeat(32) }
  const { membership, change } = await open({ store: { ...store, ...secret } })
  const hosts = () => membership.storeHosts?.current.join()
  await until(() => hosts() === 'https://es1:9200', 'found')
  await change({ store: { ...store, hostsKey: `${key}2` } })
  await place.etcd.put(`${key}2`, 'http://127.0.0.1:22999')
  await untilSaid(log.lines, /http:\/\/127\.0\.0\.1:22999.* is plain text/)
  t.is(hosts(), 'https://es1:9200')
})

test('hosts of a store under another key replace the earlier ones once they are known', async t => {
  const { place, open } = await makeMember(t)
  await place.etcd.put(`${place.prefix}/one`, 'es1')
  const store = (key: string) => ({ type: 'elasticsearch', hostsKey: `${place.prefix}/${key}` })
  const { membership, change } = await open({ store: store('one') })
  const hosts = () => membership.storeHosts?.current.join()
  await until(() => hosts() === 'http://es1:9200', 'found')
  await change({ store: store('two') })
  t.is(hosts(), 'http://es1:9200')
  await place.etcd.put(`${place.prefix}/two`, 'es2')
  await until(() => hosts() === 'http://es2:9200', 'found there')
  await place.etcd.put(`${place.prefix}/one`, 'es3')
  await change({
    store: { type: 'elasticsearch', hosts: ['http://es4:9200'] },
    discovery: undefined,
    advertise: undefined,
  })
  t.is(hosts(), 'http://es2:9200', 'where they come from is decided at the start')
})
