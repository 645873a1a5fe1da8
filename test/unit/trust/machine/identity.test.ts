import test from 'ava'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CertificateRequest, type KeyPair, makeCertificate } from '../../../../src/tls/certificate-maker.ts'
import {
  checkAnswered,
  isNamed,
  readIdentity,
  renewAtMs,
  writeIdentity,
} from '../../../../src/trust/machine/identity.ts'
import { dropPending, preparePending } from '../../../../src/trust/machine/pending-request.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { DAY_MS } from '../../../../src/flow/time-units.ts'

const nowMs = Date.now()
const dates = { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + DAY_MS) }
const plain = { commonName: 'x', purpose: 'authority', dnsNames: [], ipAddresses: [], ...dates } as const
const [authority, stranger] = await Promise.all([makeCertificate(plain), makeCertificate(plain)])
const expected = { kind: 'agent', name: 'web1', names: ['web1'] } as const

function issue(change: Partial<CertificateRequest> = {}, issuer = authority): Promise<KeyPair> {
  return makeCertificate(
    { commonName: 'web1', purpose: 'client', dnsNames: ['web1'], ipAddresses: [], ...dates, ...change },
    issuer,
  )
}

function check({ certificate, key }: KeyPair): X509Certificate {
  const own = { ...expected, key: createPrivateKey(key), nowMs }
  return checkAnswered(certificate, own, [new X509Certificate(authority.certificate)])
}

test('the certificate that was requested is accepted', async t => {
  t.is(check(await issue()).subjectAltName, 'DNS:web1')
})

const wrong: [string, () => Promise<KeyPair>, RegExp][] = [
  ['that cannot be read', async () => ({ ...(await issue()), certificate: 'x' }), /cannot be read/],
  ['for another key', async () => ({ ...(await issue()), key: (await issue()).key }), /for another key/],
  ['of another authority with the same name', () => issue({}, stranger), /not trusted here/],
  ['of another machine', () => issue({ commonName: 'web2' }), /not that of the agent "web1"/],
  ['for a server', () => issue({ purpose: 'server' }), /not that of the agent/],
  ['with a name too many', () => issue({ dnsNames: ['web1', 'logs'] }), /not for exactly web1/],
  ['with a name too few', () => issue({ dnsNames: [] }), /not for exactly web1/],
  ['that has expired', () => issue({ notAfter: new Date(nowMs - 1000) }), /is the clock right/],
  ['that is not valid yet', () => issue({ notBefore: new Date(nowMs + 60_000) }), /is the clock right/],
]

for (const [title, make, message] of wrong)
  test(`a certificate ${title} is rejected`, async t => {
    const pair = await make()
    t.throws(() => check(pair), { code: 'trust', message })
  })

test('a name with characters that are special in subjects is recognised in a certificate', async t => {
  for (const name of ['a, b=c', 'Büro "7"', 'a+b', 'back\\slash']) {
    const { certificate } = await issue({ commonName: name })
    t.true(isNamed(new X509Certificate(certificate), { kind: 'agent', name, names: [] }), name)
  }
})

test("renewals are spread between 57 and 67 % of a certificate's life, always at the same time for one certificate", async t => {
  const shares: number[] = []
  for (const _ of Array.from({ length: 60 })) {
    const { certificate } = await issue()
    const parsed = new X509Certificate(certificate)
    t.is(renewAtMs(parsed), renewAtMs(new X509Certificate(certificate)))
    shares.push((renewAtMs(parsed) - dates.notBefore.getTime()) / (2 * DAY_MS))
  }
  const [least, most] = [Math.min(...shares), Math.max(...shares)]
  t.true(least >= 0.566 && most <= 0.667, `${least} ${most}`)
  t.true(most - least > 0.05, 'a crowd does not come at once')
})

test('key and certificate of an identity are one file, for its owner only, replaced as a whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'identity.pem')
  t.is(readIdentity(path), undefined)
  for (const pair of [await issue(), await issue()]) {
    writeIdentity(path, pair.certificate, pair.key)
    t.is(readIdentity(path)?.certificate.fingerprint256, new X509Certificate(pair.certificate).fingerprint256)
  }
  t.is((await stat(path)).mode & 0o777, 0o600)
  t.deepEqual(await readdir(dir), ['identity.pem'])
  await writeFile(path, (await issue()).certificate + (await issue()).key)
  t.throws(() => readIdentity(path), { code: 'files', message: /do not belong together/ })
})

test('a pending request stays the same until its content changes, or it is a day old, dropped or damaged', async t => {
  const path = join(await makeTempDir(t), 'request.json')
  const wish = {
    kind: 'agent',
    name: 'web1',
    dnsNames: ['web1'],
    ipAddresses: [],
    tokenId: '0123456789abcdef',
  } as const
  const first = await preparePending(path, wish, nowMs)
  t.deepEqual(await preparePending(path, wish, nowMs + 1000), first)
  t.is((await stat(path)).mode & 0o777, 0o600)
  const other = await preparePending(path, { ...wish, tokenId: 'f'.repeat(16) }, nowMs)
  t.not(other.key, first.key)
  const later = await preparePending(path, { ...wish, tokenId: 'f'.repeat(16) }, nowMs + DAY_MS)
  t.not(later.text, other.text)
  dropPending(path)
  dropPending(path)
  const fresh = await preparePending(path, wish, nowMs)
  t.not(fresh.key, first.key)
  await writeFile(path, '{"body": "')
  t.not((await preparePending(path, wish, nowMs)).key, fresh.key)
})
