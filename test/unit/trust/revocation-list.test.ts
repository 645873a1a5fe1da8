import test from 'ava'
import fc from 'fast-check'
import { X509Certificate, hash } from 'node:crypto'
import { makeCertificate } from '../../../src/tls/certificate-maker.ts'
import {
  type Revocation,
  RevocationList,
  decodeRevocations,
  encodeRevocations,
  hashSubject,
  hostSubject,
  nameSubject,
} from '../../../src/trust/revocation-list.ts'
import { MAX_TRUST_BYTES, parseTrust } from '../../../src/trust/trust-document.ts'
import { makeTrustSigner, writeTrust } from '../../helpers/trust/trust-writer.ts'

const BEGAN = 1_764_000_000
const issue = async (commonName: string, dnsNames: string[] = [], ipAddresses: string[] = []) => {
  const dates = { notBefore: new Date(BEGAN * 1000), notAfter: new Date((BEGAN + 86_400) * 1000) }
  return new X509Certificate(
    (await makeCertificate({ commonName, purpose: 'server', dnsNames, ipAddresses, ...dates })).certificate,
  )
}
const certificate = await issue('Collector1', ['logs1.example.com'], ['10.0.0.5', '2001:db8::7'])

const rows: [title: string, revocation: Revocation, isRevoked: boolean][] = [
  ['name in any case', { hash: hashSubject(nameSubject('cOLLECTOR1')), beganBy: BEGAN }, true],
  ['name before it was issued', { hash: hashSubject(nameSubject('collector1')), beganBy: BEGAN - 1 }, false],
  ['host', { hash: hashSubject(hostSubject('LOGS1.example.com')), beganBy: BEGAN + 1 }, true],
  ['host before it was issued', { hash: hashSubject(hostSubject('logs1.example.com')), beganBy: BEGAN - 1 }, false],
  ['address', { hash: hashSubject(hostSubject('10.0.0.5')), beganBy: BEGAN }, true],
  ['IPv6 address', { hash: hashSubject(hostSubject('2001:db8::7')), beganBy: BEGAN }, true],
  ['name as a host', { hash: hashSubject(hostSubject('collector1')), beganBy: BEGAN }, false],
  ['host as a name', { hash: hashSubject(nameSubject('logs1.example.com')), beganBy: BEGAN }, false],
  ['other name', { hash: hashSubject(nameSubject('collector')), beganBy: BEGAN }, false],
]

for (const [title, revocation, isRevoked] of rows)
  test(`a revocation of its ${title} ${isRevoked ? 'refuses' : 'does not refuse'} a certificate`, t => {
    t.is(new RevocationList([revocation]).has(certificate), isRevoked)
  })

test('100,000 revoked machines fit into a trust document, whatever their names and times', async t => {
  const authority = await makeTrustSigner('a')
  for (const secondsApart of [0, 1, 300, 16_000]) {
    const revoked = new RevocationList(
      Array.from({ length: 100_000 }, (_, index) => ({
        hash: hash('sha256', `${secondsApart} ${index}`, 'hex').slice(0, 16),
        beganBy: 1_700_000_000 + index * secondsApart,
      })),
    )
    const document = writeTrust(
      1,
      Array.from({ length: 8 }, () => authority),
      { revoked },
    )
    t.true(document.length <= MAX_TRUST_BYTES, `${document.length} bytes`)
    const read = parseTrust(document).trust.revoked
    t.is(read.size, 100_000)
    t.true(read.isSame(revoked))
  }
})

test('of revocations that do not fit, the latest are left out and counted', t => {
  const all = Array.from({ length: 120_000 }, (_, index) => ({
    hash: hash('sha256', String(index), 'hex').slice(0, 16),
    beganBy: 1_700_000_000 + index,
  }))
  const { text, leftOut } = encodeRevocations(new RevocationList(all.toReversed()))
  t.true(leftOut > 0)
  t.true(decodeRevocations(text)!.isSame(new RevocationList(all.slice(0, -leftOut))))
})

test('a list of revocations is read as it was written', t => {
  const entry = fc.record({
    hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    beganBy: fc.oneof(fc.nat(300), fc.nat(), fc.nat(2 ** 40)),
  })
  const property = fc.property(fc.array(entry, { maxLength: 30 }), entries => {
    const list = new RevocationList(entries)
    const { text, leftOut } = encodeRevocations(list)
    return leftOut === 0 && decodeRevocations(text)!.isSame(list)
  })
  t.notThrows(() => fc.assert(property))
})

test('bytes that are not a list of revocations are refused, or are another list', t => {
  const property = fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
    const list = decodeRevocations(Buffer.from(bytes).toString('base64'))
    return list === undefined || list.size <= bytes.length / 9
  })
  t.notThrows(() => fc.assert(property))
})
