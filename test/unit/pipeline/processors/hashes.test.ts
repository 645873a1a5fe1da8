import { createHash } from 'node:crypto'
import test from 'ava'
import { Double, type Fields, type Value } from '../../../../src/pipeline/document/value.ts'
import { community_id } from '../../../../src/pipeline/processors/community_id.ts'
import { fingerprint } from '../../../../src/pipeline/processors/fingerprint.ts'
import { murmur3 } from '../../../../src/pipeline/values/murmur3.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

test('a flow without a port or with a wrong one is a fault, and one without addresses is ignored', t => {
  const fields = { network: { transport: 'tcp' }, source: { ip: '10.0.0.1', port: 70_000 }, destination: { ip: '::1' } }
  t.is(runProcessor(community_id, {}, fields).fault, 'invalid source port [70000]')
  t.deepEqual(runProcessor(community_id, {}, { a: 1 }).fields, { a: 1 })
  t.is(
    runProcessor(community_id, { ignore_missing: false }, {}).fault,
    'field [source] not present as part of path [source.ip]',
  )
})

/** MurmurHash3_x64_128 with seed 0, as the reference implementation and those of other languages publish them. */
const MURMUR: readonly (readonly [text: string, hash: string])[] = [
  ['', '00000000000000000000000000000000'],
  ['hell', '629942693e10f86792db0b82baeb5347'],
  ['The quick brown fox jumps over the lazy dog', 'e34bbc7bbc071b6c7a433ca9c49a9347'],
  ['The quick brown fox jumps over the lazy cog', '658ca970ff85269a43fee3eaa68e5c3e'],
]

for (const [text, hash] of MURMUR) {
  test(`MurmurHash3 of "${text}" is ${hash}`, t => {
    t.is(murmur3(Buffer.from(text)).toString('hex'), hash)
  })
}

const NUL = Buffer.of(0)

function hashOf(method: string, parts: readonly (Buffer | string)[]): string {
  const hash = createHash(method)
  for (const part of parts) hash.update(part)
  return hash.digest('base64')
}

const VALUES: readonly (readonly [name: string, value: Value, parts: readonly (Buffer | string)[]])[] = [
  ['a text', 'x', [NUL, 'x']],
  ['an integer', 1, [NUL, Buffer.from('01000000', 'hex')]],
  ['a long', 2 ** 31, [NUL, Buffer.from('0000008000000000', 'hex')]],
  ['a double', new Double(1), [NUL, Buffer.from('000000000000f03f', 'hex')]],
  ['a flag', true, [NUL, Buffer.of(1)]],
  ['a list with null', [null, false], [NUL, NUL, Buffer.of(2)]],
  ['an object', { b: 'y', a: 'x' }, [NUL, 'a', NUL, 'x', NUL, 'b', NUL, 'y']],
]

for (const [name, value, parts] of VALUES) {
  test(`a fingerprint of ${name} hashes the bytes that Elasticsearch's documentation of it implies`, t => {
    t.is(runProcessor(fingerprint, { fields: ['a'] }, { a: value }).fields['fingerprint'], hashOf('sha1', parts))
  })
}

test('a fingerprint does not depend on the order of the fields, and depends on the salt', t => {
  const fields = { a: 'x', b: 'y' }
  const options = { fields: ['b', 'a'], method: 'SHA-256', target_field: 'f', salt: 'salt' }
  t.is(runProcessor(fingerprint, options, fields).fields['f'], hashOf('sha256', ['salt', NUL, 'x', NUL, 'y']))
})

test('a missing field is a fault, or left out', t => {
  t.is(runProcessor(fingerprint, { fields: ['a'] }, {}).fault, 'missing field [a] when calculating fingerprint')
  t.deepEqual(runProcessor(fingerprint, { fields: ['a'], ignore_missing: true }, {}).fields, {})
})

/** Of Elasticsearch's own tests: the fields, the options and the hash. */
const PUBLISHED: readonly (readonly [fields: Fields, options: object, hash: string])[] = [
  [{ foo: 'fooValue', bar: 'barValue' }, {}, 'IgxzmZVknx4+Og/eUpvIlqH9PdI='],
  [{ foo: 'foo' }, { fields: ['foo', 'bar', 'baz'], ignore_missing: true }, 'WoyqQDn9vALAGmScjA9Z2yg7sos='],
  [{ foo: 'foo', bar: 'foo' }, {}, 'vjq2RyU5UA8vzeM5gIbfrOGir7w='],
  [{ foo: 'foo', bar: 'foo', baz: 'foo' }, { fields: ['foo', 'bar', 'baz'] }, '2Ozd89kaee2AnbrjU8zB6QGn9Wo='],
  [{ foo: 'foo' }, { fields: ['foo'], salt: 'salt' }, 'rWTTCYvRPQAzKXydmKwyC+//dmM='],
  [{ foo: 'foo', bar: 'bar' }, { method: 'MD5' }, 'b+3QyaPYdnUF1lb5IKE+1g=='],
  [{ foo: 'foo', bar: 'bar' }, { method: 'SHA-1' }, 'SX/93t223OurJvgMUOCtSl9hcpg='],
  [{ foo: 'foo', bar: 'bar' }, { method: 'SHA-256' }, 'zDQYTy34tBlmNedlDdn++N7NN+wBY15mCoPDINmUxXc='],
  [
    { foo: 'foo', bar: 'bar' },
    { method: 'SHA-512' },
    'xNIpYyJzRmg5R0T44ZORC2tgh8N4tVtTFzD5AdBqxmdOuRUjibQQ64lgefkbuZFl8Hv9ze9U6PAmrlgJPcRPGA==',
  ],
  [{ foo: 'foo', bar: 'bar' }, { method: 'MurmurHash3' }, 'yjfaOoy2UQ3EHZRAzFK9sw=='],
]

test('fingerprints are those that Elasticsearch has in its own tests', t => {
  for (const [fields, options, hash] of PUBLISHED)
    t.is(runProcessor(fingerprint, { fields: ['foo', 'bar'], ...options }, fields).fields['fingerprint'], hash)
})

for (const [method, length] of [
  ['MD5', 16],
  ['SHA-1', 20],
  ['SHA-256', 32],
  ['SHA-512', 64],
  ['MurmurHash3', 16],
] as const) {
  test(`a fingerprint by ${method} has ${length} bytes`, t => {
    const { fields } = runProcessor(fingerprint, { fields: ['a'], method }, { a: 'x' })
    t.is(Buffer.from(fields['fingerprint'] as string, 'base64').length, length)
  })
}
