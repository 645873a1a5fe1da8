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
      ['a document of another version', { version: 2 }],
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

test('6,000 revoked certificates fit into a trust document', t => {
  const many = Array.from({ length: 6000 }, (_, index) => ({
    serial: index.toString(16).toUpperCase().padStart(32, '5'),
    name: `machine-${index}.example.com`,
    revokedAt: '2026-11-21T00:00:00.000Z',
    until: '2026-11-28T00:00:00.000Z',
  }))
  t.is(parseTrust(writeTrust(1, [a], { revoked: many })).trust.revoked.length, 6000)
})
