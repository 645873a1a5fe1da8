import test from 'ava'
import fc from 'fast-check'
import { domainToASCII } from 'node:url'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { X509Certificate } from 'node:crypto'
import { alternativeNamesFor } from '../../../../src/trust/machine-names.ts'
import type { RequestBody } from '../../../../src/trust/request-and-answer.ts'
import { checkKnown, revokeName } from '../../../../src/trust/authority/revocations.ts'
import { type TokenOptions, findToken, revokeToken, stateOfToken } from '../../../../src/trust/authority/tokens.ts'
import { type SigningDesk, makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

const idOf = (token: string) => token.split('.')[0] ?? ''
const collector = { kind: 'collector', name: 'logs1' } as const

const allowed: [string, Partial<TokenOptions>, Partial<RequestBody>][] = [
  ['any name, where the token has no patterns', {}, {}],
  ['a name that matches a pattern', { patterns: ['db*', 'web*'] }, {}],
  ['a name that is not a host name', {}, { name: 'web:7', dnsNames: [] }],
  ['a name of digits, which is not an address either', {}, { name: '1001', dnsNames: [] }],
  [
    'a collector all of whose names fit',
    { kind: 'collector', patterns: ['*.example', '10.*.*.*'] },
    { ...collector, dnsNames: ['a.example'], ipAddresses: ['10.0.0.1'] },
  ],
]

for (const [title, token, body] of allowed)
  test(`a token is valid for ${title}`, async t => {
    const desk = await makeSigningDesk(t)
    const { certificate } = await desk.join(desk.token(token), body)
    t.is(new X509Certificate(certificate).toLegacyObject().subject.CN, body.name ?? 'web1')
  })

const refused: [string, Partial<TokenOptions>, Partial<RequestBody>, RegExp][] = [
  [
    'the other kind',
    { kind: 'collector', patterns: ['*'] },
    {},
    /is for one kind of machine, collector, not for agent/,
  ],
  ['an agent that wants to be a collector', {}, { ...collector, dnsNames: ['logs1'] }, /agent, not for collector/],
  ['another name', { patterns: ['db*'] }, {}, /"web1" is not among the names .*: db\*/],
  ['an agent with a name beside its own', {}, { dnsNames: ['web1', 'logs.example.com'] }, /for its own name alone/],
  ['an agent with an address', {}, { ipAddresses: ['10.0.0.1'] }, /for its own name alone/],
  [
    'a collector without names',
    { kind: 'collector', patterns: ['*'] },
    { ...collector, dnsNames: [] },
    /at least one name/,
  ],
  [
    'a collector one of whose names does not fit',
    { kind: 'collector', patterns: ['a.example'] },
    { ...collector, dnsNames: ['a.example', 'b.example'] },
    /"b\.example" is not among/,
  ],
  [
    'a collector whose address does not fit',
    { kind: 'collector', patterns: ['a.example'] },
    { ...collector, dnsNames: ['a.example'], ipAddresses: ['10.0.0.1'] },
    /"10\.0\.0\.1" is not among/,
  ],
  ['an invalid signing request', {}, { csr: 'x' }, /signing request cannot be used/],
]

for (const name of [
  'db1/x-web',
  'web%2edb%2eprod',
  'Web1',
  'wor\u212A7',
  'web 1',
  'büro',
  'web\u{3002}db',
  '-web',
  "a'b",
])
  test(`a token is not valid for the name ${name}`, async t => {
    const desk = await makeSigningDesk(t)
    const { dnsNames } = alternativeNamesFor('agent', name, [])
    await t.throwsAsync(desk.join(desk.token(), { name, dnsNames }), { message: /is not a name for a new machine/ })
  })

test('a machine that joined under a name of an earlier edition continues to renew it', async t => {
  const desk = await makeSigningDesk(t)
  for (const name of ['WEB1', 'Büro 7', 'büro']) {
    const { dnsNames } = alternativeNamesFor('agent', name, [])
    const current = await desk.joinedBefore({ name, dnsNames, patterns: ['web*', 'b*'] })
    const { record } = await desk.answer(await desk.renewal(current, { name, dnsNames }))
    t.is(record.name, name)
  }
})

for (const [title, token, body, message] of refused)
  test(`a token is not valid for ${title}`, async t => {
    const desk = await makeSigningDesk(t)
    const text = desk.token(token)
    await t.throwsAsync(desk.join(text, body), { code: 'refused', message })
    t.is(findToken(desk.database, idOf(text))?.used, 0, 'and is not used up by that')
  })

test('a token is refused once it is used up, expired or revoked', async t => {
  const desk = await makeSigningDesk(t)
  const twice = desk.token({ uses: 2 })
  await desk.join(twice)
  await desk.join(twice)
  await t.throwsAsync(desk.join(twice), { code: 'refused', message: /valid for 2 certificates/ })
  t.is(stateOfToken(findToken(desk.database, idOf(twice))!, desk.nowMs), 'used up')
  const [unlimited, revoked] = [desk.token({ uses: 0 }), desk.token()]
  for (const _ of [1, 2, 3]) await desk.join(unlimited)
  revokeToken(desk.database, idOf(revoked), desk.nowMs)
  await t.throwsAsync(desk.join(revoked), { message: /has been revoked/ })
  desk.nowMs += DAY_MS
  await t.throwsAsync(desk.join(unlimited), { message: /expired on/ })
})

test('a token for collectors without patterns is refused', async t => {
  const desk = await makeSigningDesk(t)
  t.throws(() => desk.token({ kind: 'collector' }), { code: 'setup', message: /needs the names/ })
})

const proofs: [string, (desk: SigningDesk) => Promise<{ value: Buffer }>, RegExp][] = [
  [
    'a token that is unknown',
    async desk => desk.byToken(`${'0'.repeat(16)}.${'A'.repeat(43)}`),
    /"0000000000000000" is unknown here/,
  ],
  ['a wrong secret', async desk => desk.byToken(`${idOf(desk.token())}.${'A'.repeat(43)}`), /does not fit the token/],
  [
    "another token's secret",
    async desk => desk.byToken(`${idOf(desk.token())}.${desk.token().split('.')[1]}`),
    /does not fit the token/,
  ],
  [
    'a text that was changed',
    async desk => {
      const { value } = await desk.byToken(desk.token())
      return { value: Buffer.from(value.toString().replaceAll('web1', 'web2')) }
    },
    /does not fit the token/,
  ],
  [
    'no proof',
    async desk => {
      const { value } = await desk.byToken(desk.token())
      return { value: Buffer.from(JSON.stringify({ ...(JSON.parse(value.toString()) as object), proof: '' })) }
    },
    /does not fit the token/,
  ],
  [
    "another machine's key",
    async desk => {
      const [one, other] = [await desk.join(desk.token()), await desk.join(desk.token(), { name: 'web2' })]
      return await desk.renewal({ certificate: one.certificate, key: other.key })
    },
    /not signed by the key/,
  ],
  [
    'a certificate of another authority',
    async desk => {
      const stranger = (desk as { other?: SigningDesk }).other!
      return await desk.renewal(await stranger.join(stranger.token()))
    },
    /not known here/,
  ],
  [
    'an unreadable certificate',
    async desk => desk.renewal({ ...(await desk.join(desk.token())), certificate: 'x' }),
    /cannot be read/,
  ],
]

for (const [title, ask, message] of proofs)
  test(`a request with ${title} is refused`, async t => {
    const desk = Object.assign(await makeSigningDesk(t), { other: await makeSigningDesk(t) })
    const { value } = await ask(desk)
    await t.throwsAsync(desk.answer({ value, key: '' }), { code: 'refused', message })
  })

test('a renewal must have the same name and kind, and fit the patterns of the join token', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', patterns: ['logs*'] })
  const own = { ...collector, dnsNames: ['logs1'] }
  const current = await desk.join(token, own)
  const renew = async (change: Partial<RequestBody>) => desk.answer(await desk.renewal(current, { ...own, ...change }))
  await t.throwsAsync(renew({ name: 'logs2' }), { message: /of "logs1", but "logs2" is requested/ })
  await t.throwsAsync(renew({ kind: 'agent', name: 'logs1' }), { message: /kind collector/ })
  await t.throwsAsync(renew({ dnsNames: ['other'] }), { message: /"other" is not among/ })
  const { record } = await renew({ dnsNames: ['logs1', 'logs9'] })
  t.deepEqual(record.names, ['logs1', 'logs9'])
  t.is(record.tokenId, idOf(token))
  t.is(findToken(desk.database, idOf(token))?.used, 1, 'a renewal uses no token up')
})

test('an expired certificate can be renewed for a while', async t => {
  const desk = await makeSigningDesk(t)
  const current = await desk.join(desk.token())
  desk.nowMs += 36 * DAY_MS
  await desk.answer(await desk.renewal(current))
  desk.nowMs += 2 * DAY_MS
  await t.throwsAsync(async () => desk.answer(await desk.renewal(current)), { message: /too long ago/ })
})

test('a revoked certificate is not renewed, not even after its end, and earlier tokens do not restore its name', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ uses: 0 })
  const current = await desk.join(token)
  desk.nowMs += 1
  t.is(revokeName(desk.database, 'web1', desk.nowMs).length, 1)
  await t.throwsAsync(async () => desk.answer(await desk.renewal(current)), { message: /was revoked on/ })
  await t.throwsAsync(desk.join(token), { message: /only a token made after that/ })
  await desk.join(token, { name: 'web2' })
  desk.nowMs += 10 * DAY_MS
  await t.throwsAsync(async () => desk.answer(await desk.renewal(current)), { message: /was revoked on/ })
  await desk.join(desk.token())
  t.throws(() => checkKnown(desk.database, 'nobody'), { code: 'setup', message: /no certificate of "nobody"/ })
})

const LETTERS = ['a', 'B', 'é', '。', '．', '/', '%', '2', 'e', '.', '-', '_', ' ', '?', '#', '\\', '１', 'K', '0', 'x']

test('no agent gets a DNS name that the patterns of its token do not allow', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ uses: 0, patterns: ['*-web', 'web*'] })
  const suffix = fc.constantFrom('', '-web')
  const names = fc.tuple(
    fc.constantFrom('', 'web'),
    fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 8 }),
    suffix,
  )
  await fc.assert(
    fc.asyncProperty(names, async parts => {
      const name = parts.join('')
      const { dnsNames } = alternativeNamesFor('agent', name, [])
      for (const wanted of [dnsNames, [domainToASCII(name)]]) {
        const joined = await desk.join(token, { name, dnsNames: wanted }).catch((error: unknown) => error)
        if (joined instanceof Error) continue
        const { subjectAltName } = new X509Certificate((joined as { certificate: string }).certificate)
        t.true(subjectAltName === undefined || subjectAltName === `DNS:${name}`, `${name}: ${subjectAltName}`)
      }
    }),
    { numRuns: 60, examples: [[['', 'db1/x', '-web']], [['web', '%2edb%2eprod', '']]] },
  )
})

test('a revoked collector is refused under another name with an earlier token', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', uses: 0, patterns: ['*.example', '10.*.*.*'] })
  const names = { dnsNames: ['a.example'], ipAddresses: ['10.0.0.1'] }
  await desk.join(token, { ...collector, ...names })
  revokeName(desk.database, 'logs1', desk.nowMs)
  const other = { kind: 'collector', name: 'logs2' } as const
  await t.throwsAsync(desk.join(token, { ...other, dnsNames: ['a.example'] }), {
    message: /"a\.example" was revoked on .* only a token made after that/,
  })
  await t.throwsAsync(desk.join(token, { ...other, dnsNames: [], ipAddresses: ['10.0.0.1'] }), {
    message: /"10\.0\.0\.1" was revoked on/,
  })
  await desk.join(token, { ...other, dnsNames: ['b.example'] })
  desk.nowMs += 1
  await desk.join(desk.token({ kind: 'collector', patterns: ['*'] }), { ...collector, ...names })
})

test('a stolen key cannot get more certificates than the list of revoked ones can hold', async t => {
  const desk = await makeSigningDesk(t)
  const current = await desk.join(desk.token())
  for (let count = 1; count < 100; count++) await desk.answer(await desk.renewal(current))
  await t.throwsAsync(async () => desk.answer(await desk.renewal(current)), {
    code: 'refused',
    message: /"web1" has 100 valid certificates, .*forwarder ca revoke/,
  })
  t.is(revokeName(desk.database, 'web1', desk.nowMs).length, 100)
  desk.nowMs += 1
  await desk.join(desk.token())
})

test("a collector with the name of an agent does not use up the agent's number of certificates", async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', patterns: ['logs1'] })
  const own = { kind: 'collector', name: 'web1', dnsNames: ['logs1'] } as const
  const stolen = await desk.join(token, own)
  for (let count = 1; count < 100; count++) await desk.answer(await desk.renewal(stolen, own))
  await t.throwsAsync(async () => desk.answer(await desk.renewal(stolen, own)), { message: /100 valid certificates/ })
  const agent = await desk.join(desk.token())
  t.true((await desk.answer(await desk.renewal(agent))).isNew)
  t.is(revokeName(desk.database, 'web1', desk.nowMs).length, 102)
})

test('an address among the DNS names is refused, and a name among the addresses', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', uses: 0, patterns: ['*'] })
  const wrong = [
    { dnsNames: ['10.0.0.1'], ipAddresses: [] },
    { dnsNames: [], ipAddresses: ['a.example'] },
  ]
  for (const names of wrong)
    await t.throwsAsync(desk.join(token, { ...collector, ...names }), { code: 'refused', message: /names are not/ })
})
