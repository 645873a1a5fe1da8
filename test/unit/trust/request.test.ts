import test from 'ava'
import { formatBody, isRequestId, parseAnswer, parseRequest, requestIdOf } from '../../../src/trust/request.ts'

const good = {
  version: 1,
  kind: 'agent',
  name: 'web1',
  dnsNames: ['web1'],
  ipAddresses: [],
  csr: 'CSR',
  tokenId: '0123456789abcdef',
  createdAt: '2026-11-21T00:00:00.000Z',
}

function wrap(body: unknown): Buffer {
  return Buffer.from(JSON.stringify({ body: JSON.stringify(body), proof: 'x' }))
}

test('a parsed request has the content of its text', t => {
  const { body, text } = parseRequest(wrap(good))
  t.is(body.createdAtMs, Date.UTC(2026, 10, 21))
  t.like(body, { kind: 'agent', name: 'web1', tokenId: '0123456789abcdef' })
  t.deepEqual(JSON.parse(formatBody(body)), JSON.parse(text))
  t.true(isRequestId(requestIdOf(text)))
})

const { createdAt: _, ...timeless } = good
const garbage: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['no JSON', Buffer.from('{"body')],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['null', Buffer.from('null')],
  ['a list', Buffer.from('[]')],
  ['a body that is no text', Buffer.from('{"body": {}, "proof": ""}')],
  ['no proof', Buffer.from('{"body": "{}"}')],
  ['1 MB', Buffer.alloc(1_000_000, ' ')],
  ['deep nesting', Buffer.from(JSON.stringify({ body: '['.repeat(10_000), proof: '' }))],
  ['a body that is no JSON', Buffer.from(JSON.stringify({ body: '{', proof: '' }))],
  ['a body that is a list', wrap([good])],
  ['another version', wrap({ ...good, version: 2 })],
  ['another kind', wrap({ ...good, kind: 'authority' })],
  ['no name', wrap({ ...good, name: 5 })],
  ['a name that is too long', wrap({ ...good, name: 'a'.repeat(65) })],
  ['a name with a line end', wrap({ ...good, name: 'a\nCN=b' })],
  ['names that are no list', wrap({ ...good, dnsNames: 'web1' })],
  ['a name that no certificate can carry', wrap({ ...good, dnsNames: ['a b'] })],
  ['a wildcard', wrap({ ...good, dnsNames: ['*.example.com'] })],
  ['too many names', wrap({ ...good, dnsNames: Array.from({ length: 33 }, (__, index) => `a${index}`) })],
  ['a number among the addresses', wrap({ ...good, ipAddresses: [1] })],
  ['no signing request', wrap({ ...good, csr: null })],
  ['a signing request that is too long', wrap({ ...good, csr: 'x'.repeat(8193) })],
  ['no time', wrap(timeless)],
  ['a time that is none', wrap({ ...good, createdAt: 'yesterday' })],
  ['neither token nor certificate', wrap({ ...good, tokenId: undefined })],
  ['both token and certificate', wrap({ ...good, certificate: 'x' })],
]

for (const [title, value] of garbage)
  test(`${title} is not a request`, t => {
    t.throws(() => parseRequest(value), { code: 'refused', message: /^the request cannot be read: / })
  })

test('an answer is a certificate or a refusal; anything else is not an answer', t => {
  t.deepEqual(parseAnswer(Buffer.from('{"certificate": "x"}')), { certificate: 'x' })
  t.deepEqual(parseAnswer(Buffer.from('{"refused": "no"}')), { refused: 'no' })
  for (const text of ['', '{}', '5', '{"refused": 5}', `{"certificate": "${'x'.repeat(9000)}"}`])
    t.is(parseAnswer(Buffer.from(text)), undefined, text.slice(0, 20))
})
