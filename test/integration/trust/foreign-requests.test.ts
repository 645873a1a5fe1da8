import test, { type ExecutionContext } from 'ava'
import { randomUUID } from 'node:crypto'
import { revokeName } from '../../../src/trust/authority/revocations.ts'
import { makeSigningRequest } from '../../../src/tls/certificate-maker.ts'
import { parseJoinToken } from '../../../src/trust/join-token.ts'
import { proveByToken } from '../../../src/trust/proofs-and-signatures.ts'
import { formatBody, requestIdOf } from '../../../src/trust/request-and-answer.ts'
import { startEtcd, type EtcdServer } from '../../helpers/servers/etcd.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { type TrustPlace, makeTrustPlace, untilSaid } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

/** With a trust document, so that machines ask, and without a signer. */
async function makePublishedPlace(t: ExecutionContext): Promise<TrustPlace> {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  await until(() => signer.status().trustIssuedAtMs !== undefined, 'it is published')
  await signer.close()
  return place
}

/** As a machine with a token puts it there. */
async function makeRequest(place: TrustPlace, name: string): Promise<{ readonly id: string; readonly value: string }> {
  const { id: tokenId, secret } = parseJoinToken(place.token())!
  const { request: csr } = await makeSigningRequest(name)
  const body = {
    kind: 'agent',
    name,
    dnsNames: [name],
    ipAddresses: [],
    csr,
    tokenId,
    createdAtMs: Date.now(),
  } as const
  const text = formatBody(body)
  return { id: requestIdOf(text), value: JSON.stringify({ body: text, proof: proveByToken(text, secret) }) }
}

/** Key and value of a request by a token that nobody has. */
function makeUnprovenRequest(): [string, string] {
  const tokenId = randomUUID()
  const body = { kind: 'agent', name: 'web9', dnsNames: ['web9'], ipAddresses: [], csr: 'x', tokenId } as const
  const text = formatBody({ ...body, createdAtMs: Date.now() })
  return [requestIdOf(text), JSON.stringify({ body: text, proof: 'x' })]
}

const scope = makeScope()
let server: EtcdServer

test.before(async () => {
  server = await startEtcd(scope)
})
test.after.always(() => scope.end())

test("another machine's garbage under the key of a request gets no answer, and the request gets its certificate", async t => {
  const place = await makePublishedPlace(t)
  const [own, foreign] = [await makeRequest(place, 'web1'), await makeRequest(place, 'web2')]
  const spoilt = own.value.replace('web1', 'web3')
  const key = `${place.prefix}/requests/${own.id}`
  const answer = () => place.etcd.get(`${place.prefix}/answers/${own.id}`)
  const signer = await place.startSigner()
  for (const [index, wrong] of ['garbage', '{}', foreign.value, spoilt, Buffer.alloc(100_000)].entries()) {
    await place.etcd.put(key, wrong)
    await until(() => signer.status().discarded === index + 1, 'it is discarded')
    t.is(await answer(), undefined)
  }
  await place.etcd.put(key, own.value)
  await until(async () => (await answer()) !== undefined, 'it is answered')
  t.regex(String(await answer()), /BEGIN CERTIFICATE/)
  t.like(signer.status(), { issued: 1, refused: 0 })
})

test('keys that are not requests cost one deletion, and do not affect requests', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const signer = await place.startSigner()
  const garbage: [string, string | Buffer][] = [
    ['a'.repeat(32), 'no JSON'],
    ['b'.repeat(32), Buffer.alloc(1_000_000, 'x')],
    ['c'.repeat(32), '{"body": 5, "proof": []}'],
    ['d'.repeat(32), JSON.stringify({ body: '{"version": 99}', proof: '' })],
    ['no-id', '{}'],
    [`${'e'.repeat(32)}/deeper`, '{}'],
    ['', ''],
  ]
  for (const [key, value] of garbage) await place.etcd.put(`${place.prefix}/requests/${key}`, value)
  await until(
    async () => (await place.etcd.list(`${place.prefix}/requests/`)).entries.length === 0,
    'all is swept away',
  )
  const { entries } = await place.etcd.list(`${place.prefix}/answers/`)
  t.deepEqual(entries, [])
  t.like(signer.status(), { refused: 0, discarded: garbage.length })
  await place.join('web1', { token: place.token() }).ready
})

test('a proven request is answered before any number of others, which do not fill the log', async t => {
  const place = await makePublishedPlace(t)
  const garbage = Array.from({ length: 3000 }, (_, index) => [String(index).padStart(32, '0'), '{}'] as const)
  const unproven = Array.from({ length: 300 }, () => makeUnprovenRequest())
  for (let from = 0; from < 3300; from += 100)
    await Promise.all(
      [...garbage, ...unproven]
        .slice(from, from + 100)
        .map(([key, value]) => place.etcd.put(`${place.prefix}/requests/${key}`, value)),
    )
  const agent = place.join('zzz', { token: place.token() })
  await until(async () => (await place.etcd.list(`${place.prefix}/requests/`)).entries.length === 3301, 'it asks')
  const signer = await place.startSigner()
  await agent.ready
  t.is(signer.status().issued, 1)
  t.true(signer.status().refused <= 60, 'the others were behind it')
  await until(() => signer.status().refused === 300 && signer.status().discarded === 3000, 'all are dealt with')
  const warnings = place.lines.filter(({ level }) => level === 'warn')
  t.true(warnings.length <= 60)
})

test('a revocation is published even during a flood of requests', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const first = await place.startSigner()
  await place.join('web1', { token: place.token() }).ready
  await first.close()
  const unproven = Array.from({ length: 4000 }, () => makeUnprovenRequest())
  for (let from = 0; from < 4000; from += 200)
    await Promise.all(
      unproven.slice(from, from + 200).map(([key, value]) => place.etcd.put(`${place.prefix}/requests/${key}`, value)),
    )
  const signer = await place.startSigner()
  await until(() => signer.status().refused > 0, 'it refuses the first')
  revokeName(place.database, 'web1', Date.now())
  await until(() => signer.status().revoked === 1, 'it is published')
  t.true(signer.status().refused < 4000, 'while requests were waiting')
})

test('more requests than fit into memory are deleted, and machines request again', async t => {
  const own = await startEtcd(t)
  const place = await makeTrustPlace(t, own.endpoints)
  const large = Buffer.alloc(1_400_000, 'x')
  for (let index = 0; index < 50; index++) await place.etcd.put(`${place.prefix}/requests/${index}`, large)
  await place.etcd.put(`${place.prefix}/requests2/other`, 'stays')
  await place.startSigner()
  await untilSaid(place.lines, 'too many requests in etcd; deleted all of them, and machines ask again')
  await place.join('web1', { token: place.token() }).ready
  t.is(String(await place.etcd.get(`${place.prefix}/requests2/other`)), 'stays')
})
