import test from 'ava'
import { X509Certificate, hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { EtcdError } from '../../../src/etcd/contract.ts'
import { readPublication, readTrouble } from '../../../src/trust/authority/publication.ts'
import { readChangeCount, revokeHost, revokeName } from '../../../src/trust/authority/revocations.ts'
import type { Database } from '../../../src/sqlite/database.ts'
import { transact } from '../../../src/sqlite/transaction.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { parseTrust } from '../../../src/trust/trust-document.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

/** As if so many machines had been revoked, `endsInMs` before the last certificate of each ends. */
function fillRevocations(database: Database, count: number, beganBy: number): void {
  transact(database, () => {
    const statement = database.prepare('INSERT INTO revocations VALUES (?, ?, ?)')
    for (let index = 0; index < count; index++)
      statement.run(hash('sha256', String(index), 'hex').slice(0, 16), beganBy - index, Date.now() + 7 * 86_400_000)
  })
}

test('a machine refuses a revoked one among 100,000 others', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  fillRevocations(place.database, 100_000, Math.floor(Date.now() / 1000))
  const signer = await place.startSigner()
  const [agent, other] = [place.join('web1', { token: place.token() }), place.join('web2', { token: place.token() })]
  await Promise.all([agent.ready, other.ready])
  const [revoked, good] = (await Promise.all([agent, other].map(one => readFile(one.files.certificate)))).map(
    pem => new X509Certificate(pem),
  ) as [X509Certificate, X509Certificate]
  t.false(other.revoked.current.has(revoked))
  revokeName(place.database, 'web1', Date.now())
  await until(() => other.revoked.current.has(revoked), 'it is refused')
  t.false(other.revoked.current.has(good))
  t.like(signer.status(), { revoked: 100_001 })
  t.is(signer.status().lastError, undefined)
})

test('revocations that do not fit are reported by the signer, and renewals and the earlier revocations continue', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  fillRevocations(place.database, 130_000, Math.floor(Date.now() / 1000) - 60)
  const signer = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  const { serial } = agent
  const before = serial.current
  agent.renewNow()
  await until(() => serial.current !== before, 'it is renewed')
  t.regex(signer.status().lastError ?? '', /has no room for more than \d+ revocations: the latest \d+ are not in it/)
  t.true(signer.status().revoked >= 100_000)
  await untilSaid(
    place.lines,
    'machines do not receive all revocations or authorities; requests are answered meanwhile',
  )
  await until(() => readTrouble(place.database) !== undefined, 'the commands know it')
  t.true(readPublication(place.database)!.leftOut > 0)
})

test('machines get certificates while etcd refuses the trust document', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const first = await place.startSigner()
  const agent = place.join('web1', { token: place.token() })
  await agent.ready
  await first.close()
  const put: typeof place.etcd.put = async (key, value, lease) => {
    if (key.endsWith('/trust')) throw new EtcdError('refused', 'etcd takes no value as large')
    await place.etcd.put(key, value, lease)
  }
  const signer = await place.startSigner({ etcd: { ...place.etcd, put } })
  const before = agent.serial.current
  agent.renewNow()
  await until(() => agent.serial.current !== before, 'it is renewed')
  t.regex(signer.status().lastError ?? '', /no value as large/)
})

test('ca revoke waits until the revocation is published, or reports who does not answer', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const agents = ['web1', 'web2', 'web3'].map(name => place.join(name, { token: place.token() }))
  await Promise.all(agents.map(one => one.ready))
  const revoke = (name: string) => runInside(['ca', 'revoke', name, '--dir', place.caDir])
  const published = await revoke('web1')
  t.is(published.code, 0, published.err)
  const [, number] = /published as number (\d+): machines refuse/.exec(published.out) ?? []
  t.is(parseTrust((await place.etcd.get(`${place.prefix}/trust`))!).trust.sequence, Number(number))
  await signer.close()
  const unheard = await revoke('web2')
  t.is(unheard.code, 2)
  t.regex(unheard.err, /^\nNot published: no signer uses this directory.*forwarder ca serve\n$/)
  await place.etcd.put(`${place.prefix}/signer`, 'somebody')
  await place.startSigner()
  const waiting = await revoke('web3')
  t.is(waiting.code, 2)
  t.regex(waiting.err, /Not published yet: the signer \(process \d+ on .*\) does not answer; another signer .*somebody/)
})

test('the number of the document with a revocation is known to the commands', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  await place.startSigner()
  await place.join('web1', { token: place.token() }).ready
  for (const revoke of [
    () => revokeName(place.database, 'web1', Date.now()),
    () => revokeHost(place.database, 'x', 0),
  ]) {
    revoke()
    const change = readChangeCount(place.database)
    await until(() => (readPublication(place.database)?.changes ?? 0) >= change, 'it is published')
  }
  const { sequence } = readPublication(place.database)!
  const document = String(await place.etcd.get(`${place.prefix}/trust`))
  t.true(document.includes(`\\"sequence\\":${sequence},`), document.slice(0, 100))
})
