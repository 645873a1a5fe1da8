import test from 'ava'
import { isTrustSigned, signTrust } from '../../../src/trust/proofs-and-signatures.ts'
import { parseTrust } from '../../../src/trust/trust-document.ts'
import { makeTrustSigner, writeTrust } from '../../helpers/trust/trust-writer.ts'

const a = await makeTrustSigner('a')
const revoked = [{ serial: 'AB12', name: 'web1', revokedAt: '2026-01-01', until: '2026-02-01' }]

test('a changed byte makes the signature of a trust document invalid', t => {
  const body = writeTrust(1, [a]).toString()
  const { text, signatures } = parseTrust(Buffer.from(body))
  t.true(isTrustSigned(text, signatures[0]!.signature, a.certificate.publicKey))
  t.false(
    isTrustSigned(text.replace('"sequence":1', '"sequence":2'), signatures[0]!.signature, a.certificate.publicKey),
  )
  t.not(signTrust(text, a.key), '')
})

const garbage: [string, string][] = [
  ['an empty value', ''],
  ['text that is not JSON', 'x'],
  ['a list', '[]'],
  ['a value that is larger than etcd accepts', ' '.repeat(1_400_001)],
  ['a document without signatures', JSON.stringify({ body: '{}' })],
  ['a document with a number as signature', JSON.stringify({ body: '{}', signatures: [1] })],
  [
    'a document with too many signatures',
    JSON.stringify({ body: '{}', signatures: Array.from({ length: 17 }, () => ({ authority: 'a', signature: 'b' })) }),
  ],
  ...(
    [
      ['a document of another version', { version: 3 }],
      ['a document whose list of revocations is cut off', { version: 2, revoked: 'AAAA' }],
      ['a document whose list of revocations is not base64', { version: 2, revoked: 'AA=A' }],
      ['a document with the list of the other version', { version: 2 }],
      ['a document with a negative sequence', { sequence: -1 }],
      ['a document with an invalid time', { issuedAt: 'x' }],
      ['a document without authorities', { authorities: [] }],
      ['a document with an invalid authority', { authorities: ['x'] }],
      ['a document with an invalid revoked serial', { revoked: [{ ...revoked[0], serial: 'xyz' }] }],
      ['a document with a revoked certificate without a name', { revoked: [{ serial: 'AB' }] }],
    ] as const
  ).map(([title, change]): [string, string] => {
    const body = {
      version: 1,
      sequence: 1,
      issuedAt: '2026-01-01',
      authorities: [a.certificate.toString()],
      revoked: [],
      ...change,
    }
    return [title, JSON.stringify({ body: JSON.stringify(body), signatures: [] })]
  }),
]

for (const [title, text] of garbage)
  test(`${title} is refused as a trust document`, t => {
    t.throws(() => parseTrust(Buffer.from(text)), { code: 'trust', message: /cannot be read/ })
  })

test('a document of the first version is still read: its serial numbers are revoked', t => {
  const read = (serial: string) => {
    const authorities = [a.certificate.toString()]
    const list = [...revoked, { ...revoked[0], serial }]
    const body = { version: 1, sequence: 3, issuedAt: '2026-01-01', authorities, revoked: list }
    return parseTrust(Buffer.from(JSON.stringify({ body: JSON.stringify(body), signatures: [] }))).trust
  }
  const { revoked: list, earlierRevoked } = read(a.certificate.serialNumber)
  t.true(list.has(a.certificate))
  t.is(list.size, 2)
  t.deepEqual(
    earlierRevoked?.map(({ name }) => name),
    ['web1', 'web1'],
  )
  t.false(read('CD34').revoked.has(a.certificate))
})
