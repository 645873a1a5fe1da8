import test from 'ava'
import {
  formatBody,
  isRequestId,
  parseAnswer,
  parseRequest,
  requestIdOf,
} from '../../../src/trust/request-and-answer.ts'

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
  ['an empty value', Buffer.alloc(0)],
  ['text that is not JSON', Buffer.from('{"body')],
  ['text that is not UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['null', Buffer.from('null')],
  ['a list', Buffer.from('[]')],
  ['a body that is not a text', Buffer.from('{"body": {}, "proof": ""}')],
  ['a request without a proof', Buffer.from('{"body": "{}"}')],
  ['a value of 1 MB', Buffer.alloc(1_000_000, ' ')],
  ['deep nesting', Buffer.from(JSON.stringify({ body: '['.repeat(10_000), proof: '' }))],
  ['a body that is not JSON', Buffer.from(JSON.stringify({ body: '{', proof: '' }))],
  ['a body that is a list', wrap([good])],
  ['a request of another version', wrap({ ...good, version: 2 })],
  ['a request for another kind of machine', wrap({ ...good, kind: 'authority' })],
  ['a request with a number as name', wrap({ ...good, name: 5 })],
  ['a request with a name that is too long', wrap({ ...good, name: 'a'.repeat(65) })],
  ['a request with a line end in the name', wrap({ ...good, name: 'a\nCN=b' })],
  ['a request whose names are not a list', wrap({ ...good, dnsNames: 'web1' })],
  ['a request for a name that no certificate can contain', wrap({ ...good, dnsNames: ['a b'] })],
  ['a request for a wildcard', wrap({ ...good, dnsNames: ['*.example.com'] })],
  ['a request for too many names', wrap({ ...good, dnsNames: Array.from({ length: 33 }, (__, index) => `a${index}`) })],
  ['a request with a number among the addresses', wrap({ ...good, ipAddresses: [1] })],
  ['a request without a signing request', wrap({ ...good, csr: null })],
  ['a request with a signing request that is too long', wrap({ ...good, csr: 'x'.repeat(8193) })],
  ['a request without a time', wrap(timeless)],
  ['a request with an invalid time', wrap({ ...good, createdAt: 'yesterday' })],
  ['a request with neither token nor certificate', wrap({ ...good, tokenId: undefined })],
  ['a request with both token and certificate', wrap({ ...good, certificate: 'x' })],
]

for (const [title, value] of garbage)
  test(`${title} is refused as a certificate request`, t => {
    t.throws(() => parseRequest(value), { code: 'refused', message: /^the request cannot be read: / })
  })

test('an answer to a request is a certificate or a refusal, and anything else is ignored', t => {
  t.deepEqual(parseAnswer(Buffer.from('{"certificate": "x"}')), { certificate: 'x' })
  t.deepEqual(parseAnswer(Buffer.from('{"refused": "no"}')), { refused: 'no' })
  for (const text of ['', '{}', '5', '{"refused": 5}', `{"certificate": "${'x'.repeat(9000)}"}`])
    t.is(parseAnswer(Buffer.from(text)), undefined, text.slice(0, 20))
})
