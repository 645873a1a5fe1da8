import test from 'ava'
import { parseJoinToken, formatJoinToken, makeJoinToken } from '../../../src/trust/join-token.ts'
import { checkPattern, matchesPattern } from '../../../src/trust/name-pattern.ts'
import { alternativeNamesFor, isCanonicalHost, isGoodName, isNewName } from '../../../src/trust/machine-names.ts'

const patterns: [name: string, pattern: string, isMatch: boolean][] = [
  ['web1', 'web1', true],
  ['WEB1', 'web1', true],
  ['web1', 'web*', true],
  ['web', 'web*', true],
  ['myweb1', 'web*', false],
  ['web1.evil.example', 'web*', false],
  ['web1.example.com', 'web*.example.com', true],
  ['web1.a.example.com', 'web*.example.com', false],
  ['web1.a.example.com', 'web**.example.com', true],
  ['web1xexample.com', 'web1.example.com', false],
  ['anything at.all', '*', true],
  ['10.0.0.5', '10.0.0.*', true],
  ['10.0.0.5', '10.0.*', false],
  ['10.0.1.5', '10.0.0.*', false],
  ['fd00::7', 'fd00::*', true],
  ['a(b', 'a(b', true],
  ['aab', 'a+b', false],
  ['web1\nx', 'web1', false],
]

for (const [name, pattern, isMatch] of patterns)
  test(`${JSON.stringify(name)} ${isMatch ? 'matches' : 'does not match'} the pattern ${pattern}`, t => {
    t.is(matchesPattern(name, pattern), isMatch)
  })

test('a long name against a long pattern of stars is decided quickly', t => {
  t.false(matchesPattern('a'.repeat(64), `${'a*'.repeat(20)}b`))
})

for (const pattern of ['', ' ', 'a b', 'a\n', 'x'.repeat(256)])
  test(`${JSON.stringify(pattern.slice(0, 10))} is refused as a name pattern`, t => {
    t.throws(() => checkPattern(pattern), { code: 'setup' })
  })

test('a join token is read despite a line end', t => {
  const token = makeJoinToken()
  t.deepEqual(parseJoinToken(` ${formatJoinToken(token)}\r\n`), token)
})

for (const text of [
  '',
  'abc',
  `${'0'.repeat(16)}.short`,
  `${'g'.repeat(16)}.${'A'.repeat(43)}`,
  `${'0'.repeat(16)}.${'A'.repeat(44)}`,
])
  test(`${JSON.stringify(text)} is not a join token`, t => {
    t.is(parseJoinToken(text), undefined)
  })

test("an agent's certificate has its name where that is a host name", t => {
  t.deepEqual(alternativeNamesFor('agent', 'Web1.Example.com', ['other']), {
    dnsNames: ['web1.example.com'],
    ipAddresses: [],
  })
  for (const name of ['web 1', '10.0.0.1', '*.example.com', 'a,b', '-'])
    t.deepEqual(alternativeNamesFor('agent', name, []), { dnsNames: [], ipAddresses: [] }, name)
})

test("a collector's certificate has each of its names once, in canonical form", t => {
  const names = ['Logs.Example.com', 'logs.example.com', 'bücher.example', '10.0.0.5', 'FD00::0007']
  t.deepEqual(alternativeNamesFor('collector', 'x', names), {
    dnsNames: ['logs.example.com', 'xn--bcher-kva.example'],
    ipAddresses: ['10.0.0.5', 'fd00::7'],
  })
  t.throws(() => alternativeNamesFor('collector', 'x', ['a b']), { code: 'refused' })
})

for (const name of [
  'db1/x-web',
  'web%2edb%2eprod',
  '1001',
  '0x7f',
  'web\u{3002}db',
  'a?b',
  'a#b',
  'a\\b',
  '1.2.3',
  '１００１',
])
  test(`${name} becomes no DNS name of another host`, t => {
    t.deepEqual(alternativeNamesFor('agent', name, []), { dnsNames: [], ipAddresses: [] })
    t.throws(() => alternativeNamesFor('collector', 'x', [name]), { code: 'refused' })
  })

test('a new machine has a name of lower-case letters, digits and a few signs', t => {
  for (const name of ['web1', '1001', 'logs1:5044', '[fd00::7]:5044', 'a_b', 'web@7', 'a'.repeat(64)])
    t.true(isNewName(name), name)
  for (const name of ['', 'Web1', 'büro', 'a b', 'a/b', 'a%2eb', '-a', '.', 'wor\u212A7', 'a'.repeat(65)])
    t.false(isNewName(name), name)
})

test("a machine's name has 1 to 64 bytes without control characters", t => {
  for (const name of ['web1', 'Büro 7', 'a'.repeat(64)]) t.true(isGoodName(name), name)
  for (const name of ['', ' web1', 'a\nb', 'a\u202Eb', 'ü'.repeat(33)]) t.false(isGoodName(name), name)
})

test('a canonical host is one name or address in the form of certificates', t => {
  for (const name of ['a.example', '10.0.0.1', '::1']) t.true(isCanonicalHost(name), name)
  for (const name of ['A.example', '*.example.com', '0:0:0:0:0:0:0:1', 'fe80::1%eth0', 'a b', ''])
    t.false(isCanonicalHost(name), name)
})
