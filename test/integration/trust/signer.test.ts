import test from 'ava'
import { X509Certificate } from 'node:crypto'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { revokeName } from '../../../src/trust/authority/revocations.ts'
import { listTokens } from '../../../src/trust/authority/tokens.ts'
import { parseTrust } from '../../../src/trust/trust-document.ts'
import { startScript, kill } from '../../helpers/process/child-script.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
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

test('an authority directory has at most one signer', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  await t.throwsAsync(place.startSigner(), { code: 'state_locked', message: /in use by process \d+ .*signer/ })
})

test('a missing authority, or a wrong passphrase for its key, is an error at the start', async t => {
  const place = await makeTrustPlace(t, server.endpoints, { passphrase: 'a sentence that is hard to guess' })
  await t.throwsAsync(place.startSigner({ dir: await makeTempDir(t) }), {
    code: 'setup',
    message: /forwarder ca create/,
  })
  await t.throwsAsync(place.startSigner({ passphrase: 'wrong' }), { message: /ca\.key cannot be decrypted/ })
  await place.startSigner()
  await place.join('web1', { token: place.token() }).ready
  t.pass()
})

test('only one of two signers answers; the other one waits and takes over when the first has ended', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const first = await place.startSigner()
  await until(() => first.status().isActive, 'the first is active')
  const otherDir = join(await makeTempDir(t), 'ca')
  await mkdir(otherDir)
  for (const name of ['ca.pem', 'ca.key']) await cp(join(place.caDir, name), join(otherDir, name))
  const second = await place.startSigner({ dir: otherDir })
  await untilSaid(place.lines, 'another signer is active; waiting to take over')
  await place.join('web1', { token: place.token() }).ready
  t.like(first.status(), { isActive: true, issued: 1 })
  t.like(second.status(), { isActive: false, issued: 0, refused: 0 })
  await first.close()
  await until(() => second.status().isActive, 'the second took over')
})

test('a signer that is killed loses no token, and answers after its restart', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const script = new URL('../../helpers/scripts/sign.ts', import.meta.url)
  const child = startScript(t, script, [server.endpoint, place.prefix, place.caDir])
  await place.join('web1', { token: place.token() }).ready
  await kill(child)
  const token = place.token()
  const agent = place.join('web2', { token })
  await until(async () => (await place.etcd.list(`${place.prefix}/requests/`)).entries.length === 1, 'it asks')
  const again = await place.startSigner()
  await agent.ready
  t.is(again.status().issued, 1)
})

test('a signer and its machines continue automatically after an outage of etcd', async t => {
  const own = await startEtcd(t)
  const place = await makeTrustPlace(t, own.endpoints)
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const serial = agent.serial.current
  await own.stop()
  agent.renewNow()
  await untilSaid(place.lines, /no certificate yet; requesting it again/)
  t.like(agent.status(), { state: 'enrolled' })
  t.truthy(agent.status().lastError)
  await until(() => !signer.status().isActive, 'the signer does not think that it is the one')
  await own.restart()
  await until(() => agent.serial.current !== serial, 'it is renewed', 60_000)
  t.is(signer.status().renewed, 1)
  await until(() => signer.status().lastError === undefined, 'the signer is content')
  t.false(
    place.lines.some(({ message }) => message.startsWith('another signer is active')),
    'it does not wait for its own key',
  )
})

test('a trust document that another program overwrites is rejected by machines and written again by the signer', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const key = `${place.prefix}/trust`
  const earlier = await place.etcd.get(key)
  await signer.close()
  const later = await place.startSigner()
  await until(async () => (await place.etcd.get(key))?.equals(earlier!) === false, 'it is issued again')
  await place.etcd.put(key, earlier!)
  await untilSaid(place.lines, /rejected the trust document in etcd.*an older one was put back/)
  await place.etcd.put(key, '{"body": "{}", "signatures": []}')
  await untilSaid(place.lines, /rejected the trust document in etcd.*cannot be read/)
  await untilSaid(place.lines, 'the trust document in etcd was changed by another program; writing it again')
  await until(() => agent.status().lastError === undefined, 'the new one is believed')
  t.is(later.status().lastError, undefined)
})

test('answers, and the key of the active signer, are deleted from etcd by a lease or at the stop', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  await place.join('web1', { token: place.token() }).ready
  const list = await server.etcdctl('get', '--prefix', place.prefix, '-w', 'json')
  const kvs = (JSON.parse(list) as { kvs: { key: string; lease?: number }[] }).kvs
  const leased = kvs.filter(({ lease }) => lease !== undefined).map(({ key }) => Buffer.from(key, 'base64').toString())
  t.true(leased.includes(`${place.prefix}/signer`))
  t.is(leased.filter(key => key.includes('/answers/')).length, 1)
  await signer.close()
  t.is(await place.etcd.get(`${place.prefix}/signer`), undefined)
})

test('a signer waits for an etcd that is not running yet', async t => {
  const own = await startEtcd(t)
  await own.stop()
  const place = await makeTrustPlace(t, own.endpoints)
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await sleep(500)
  t.false(signer.status().isActive)
  await own.restart()
  await agent.ready
  t.true(signer.status().isActive)
})

test('a missing right in etcd is logged once, with the key', async t => {
  const user = { name: 'poor', password: 'poor-pw', grants: [] }
  const own = await startEtcd(t, { auth: [user] })
  const etcd = await openTestEtcd(t, { ...own, user: 'poor', password: 'poor-pw' })
  const place = await makeTrustPlace(t, own.endpoints)
  const signer = await place.startSigner({ etcd })
  const line = await untilSaid(place.lines, 'the signer cannot work; requests wait until it can')
  t.is(line.level, 'error')
  t.regex(String(line.fields['reason']), /signer/)
  t.truthy(signer.status().lastError)
})

test('the trust document is issued again each hour, and lists a revoked certificate until a day after its expiry', async t => {
  let nowMs = Date.now()
  const place = await makeTrustPlace(t, server.endpoints, { now: () => nowMs })
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const read = async () => parseTrust((await place.etcd.get(`${place.prefix}/trust`))!).trust
  const first = await read()
  nowMs += 59 * 60_000
  await sleep(1500)
  t.is((await read()).sequence, first.sequence)
  nowMs += 2 * 60_000
  await until(async () => (await read()).sequence > first.sequence, 'it is issued again')
  t.is((await read()).issuedAtMs, nowMs)
  revokeName(place.database, 'web1', nowMs)
  await until(() => signer.status().revoked === 1, 'it is in the list')
  t.true((await read()).revoked.has(new X509Certificate(await readFile(agent.files.certificate))))
  const revokedBefore = (await read()).sequence
  nowMs += 9 * 86_400_000
  await until(async () => (await read()).sequence > revokedBefore, 'it is issued again')
  t.is((await read()).revoked.size, 1, 'only the signer says that it has ended')
  await place.join('web2', { token: place.token({ expiresInMs: 30 * 86_400_000 }) }).ready
  await until(() => signer.status().revoked === 0, 'it has left the list')
  t.is((await read()).revoked.size, 0)
})

test('a token is deleted automatically 30 days after it became invalid', async t => {
  let nowMs = Date.now()
  const place = await makeTrustPlace(t, server.endpoints, { now: () => nowMs })
  const [, late] = [place.token(), place.token({ uses: 2, expiresInMs: 60 * 86_400_000 })]
  await place.startSigner()
  nowMs += 32 * 86_400_000
  await place.join('web1', { token: late }).ready
  t.is(listTokens(place.database).length, 2)
  nowMs += 3_600_001
  await until(() => listTokens(place.database).length === 1, 'the one that expired is gone')
  await place.join('web2', { token: late }).ready
  t.pass()
})

test('machines warn about an old trust document, since no revocation reaches them while the signer is down', async t => {
  let nowMs = Date.now()
  const place = await makeTrustPlace(t, server.endpoints, { now: () => nowMs })
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  await signer.close()
  nowMs += 4 * 3_600_000
  await untilSaid(place.lines, 'the trust document is old: is the signer running?')
  t.true((agent.status().trustAgeMs ?? 0) >= 4 * 3_600_000)
  agent.renewNow()
  await untilSaid(place.lines, /waiting for the authority.*has not answered yet: is `forwarder ca serve` running/)
  t.regex(agent.status().lastError ?? '', /has not answered yet/)
  nowMs += 7 * 86_400_000
  await untilSaid(place.lines, 'the certificate has expired: collectors refuse it')
  t.is(agent.status().state, 'expired')
  await place.startSigner()
  await until(() => agent.status().state === 'enrolled', 'it renews when the signer is back', 60_000)
})

test('a signer stops answering as soon as its lease ends or another signer has its key', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const key = `${place.prefix}/signer`
  await until(() => signer.status().isActive, 'it is active')
  const list = JSON.parse(await server.etcdctl('get', key, '-w', 'json')) as { kvs: { lease: number }[] }
  const lease = await server.etcdctl('get', key, '-w', 'fields')
  t.truthy(list.kvs[0]?.lease)
  const id = BigInt(/"Lease" : (\d+)/.exec(lease)?.[1] ?? 0).toString(16)
  await server.etcdctl('lease', 'revoke', id)
  await place.etcd.put(key, 'another one')
  await until(() => !signer.status().isActive, 'it noticed that its lease has ended', 5000)
  await place.etcd.delete(key)
  await until(() => signer.status().isActive, 'it is active again')
  await place.etcd.put(key, 'another one')
  await until(() => !signer.status().isActive, 'it noticed that it is not the one any more', 5000)
})
