import test from 'ava'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeCertificate } from '../../../src/tls/certificate-maker.ts'
import { isTrustSigned, signTrust } from '../../../src/trust/proof.ts'
import {
  type Trust,
  type TrustSigner,
  fingerprintOf,
  formatTrust,
  parseTrust,
} from '../../../src/trust/trust-document.ts'
import { TrustKeeper } from '../../../src/trust/machine/trust-keeper.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { DAY_MS } from '../../../src/flow/time.ts'

async function makeSigner(commonName: string): Promise<TrustSigner> {
  const dates = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) }
  const pair = await makeCertificate({ commonName, purpose: 'authority', dnsNames: [], ipAddresses: [], ...dates })
  return { certificate: new X509Certificate(pair.certificate), key: createPrivateKey(pair.key) }
}

const [a, b, c] = (await Promise.all(['a', 'b', 'c'].map(makeSigner))) as [TrustSigner, TrustSigner, TrustSigner]

function write(
  sequence: number,
  authorities: readonly TrustSigner[],
  signers = authorities,
  more: Partial<Trust> = {},
) {
  const trust = {
    sequence,
    issuedAtMs: 1e12,
    authorities: authorities.map(one => one.certificate),
    revoked: [],
    ...more,
  }
  return Buffer.from(formatTrust(trust, signers))
}

const revoked = [{ serial: 'AB12', name: 'web1', revokedAt: '2026-01-01', until: '2026-02-01' }]

test('a fresh machine believes the authority whose fingerprint it was given, and remembers', async t => {
  const dir = await makeTempDir(t)
  const options = { dir, caFingerprint: fingerprintOf(a.certificate), log: silentLog }
  const keeper = new TrustKeeper(options)
  t.is(keeper.trust, undefined)
  t.false(keeper.offer(write(1, [b])), 'another authority')
  t.regex(keeper.complaint ?? '', /none of the authorities/)
  t.false(keeper.offer(write(1, [a], [b])), 'named, but not its signature')
  t.true(keeper.offer(write(1, [a], [a], { revoked })))
  t.is(keeper.complaint, undefined)
  t.deepEqual([...keeper.revoked.current], ['AB12'])
  t.is((await stat(join(dir, 'trust.json'))).mode & 0o777, 0o600)
  const again = new TrustKeeper(options)
  t.is(again.trust?.sequence, 1)
  t.deepEqual([...again.revoked.current], ['AB12'])
  t.is(fingerprintOf(new X509Certificate(await readFile(again.authoritiesPath))), fingerprintOf(a.certificate))
})

test('a document that was there before is not believed again', async t => {
  const log = makeRecordingLog()
  const keeper = new TrustKeeper({ dir: await makeTempDir(t), caFingerprint: fingerprintOf(a.certificate), log })
  const [first, second] = [write(7, [a]), write(8, [a], [a], { revoked })]
  t.true(keeper.offer(first))
  t.true(keeper.offer(second))
  t.false(keeper.offer(first))
  t.false(keeper.offer(first))
  const errors = log.lines.filter(({ level }) => level === 'error')
  t.is(errors.length, 1, 'said once')
  t.regex(String(errors[0]?.fields['reason']), /number 7, but number 8 is known/)
  t.false(keeper.offer(write(8, [a])), 'the same number with another content')
  t.deepEqual([...keeper.revoked.current], ['AB12'])
  t.false(keeper.offer(second), 'nothing new')
  t.is(keeper.complaint, undefined)
})

test('what is trusted moves on from one authority to the next, and never back', async t => {
  const options = { dir: await makeTempDir(t), caFingerprint: fingerprintOf(a.certificate), log: silentLog }
  const keeper = new TrustKeeper(options)
  t.true(keeper.offer(write(1, [a])))
  t.true(keeper.offer(write(2, [a, b])))
  t.true(keeper.offer(write(3, [b], [a, b])), 'the old one vouches for the new one')
  t.false(keeper.offer(write(4, [a], [a])), 'the old key alone is good for nothing any more')
  t.is(keeper.trust?.sequence, 3)
  const restarted = new TrustKeeper(options)
  t.false(restarted.offer(write(5, [a, b], [a])), 'not even with the fingerprint in the configuration')
  t.true(restarted.offer(write(5, [b, c], [b])))
})

test('a machine that slept through a whole rollover believes it, while the old key signs', async t => {
  const keeper = new TrustKeeper({
    dir: await makeTempDir(t),
    caFingerprint: fingerprintOf(a.certificate),
    log: silentLog,
  })
  t.true(keeper.offer(write(1, [a])))
  t.false(keeper.offer(write(9, [b], [b])))
  t.regex(keeper.complaint ?? '', /missed a whole rollover/)
  t.true(keeper.offer(write(9, [b], [a, b])))
})

test('a fingerprint that an operator changed is a beginning', async t => {
  const dir = await makeTempDir(t)
  new TrustKeeper({ dir, caFingerprint: fingerprintOf(a.certificate), log: silentLog }).offer(write(900, [a]))
  const keeper = new TrustKeeper({ dir, caFingerprint: fingerprintOf(c.certificate), log: silentLog })
  t.is(keeper.trust?.sequence, 900, 'what was known goes on until there is something better')
  t.false(keeper.offer(write(901, [a])))
  t.true(keeper.offer(write(1, [c])))
  t.is(keeper.trust?.sequence, 1)
})

test('a memory that is damaged is none', async t => {
  const dir = await makeTempDir(t)
  const options = { dir, caFingerprint: fingerprintOf(a.certificate), log: makeRecordingLog() }
  new TrustKeeper(options).offer(write(5, [a]))
  await writeFile(join(dir, 'trust.json'), '{"anchor": "x", "body": "{}"')
  const keeper = new TrustKeeper(options)
  t.is(keeper.trust, undefined)
  t.is(options.log.lines.at(-1)?.level, 'warn')
  t.true(keeper.offer(write(5, [a])))
})

test('one changed byte is noticed', t => {
  const body = write(1, [a]).toString()
  const { text, signatures } = parseTrust(Buffer.from(body))
  t.true(isTrustSigned(text, signatures[0]!.signature, a.certificate.publicKey))
  t.false(
    isTrustSigned(text.replace('"sequence":1', '"sequence":2'), signatures[0]!.signature, a.certificate.publicKey),
  )
  t.not(signTrust(text, a.key), '')
})

const garbage: [string, string][] = [
  ['nothing', ''],
  ['no JSON', 'x'],
  ['a list', '[]'],
  ['more than etcd takes', ' '.repeat(1_400_001)],
  ['no signatures', JSON.stringify({ body: '{}' })],
  ['a signature that is a number', JSON.stringify({ body: '{}', signatures: [1] })],
  [
    'too many signatures',
    JSON.stringify({ body: '{}', signatures: Array.from({ length: 17 }, () => ({ authority: 'a', signature: 'b' })) }),
  ],
  ...(
    [
      ['another version', { version: 2 }],
      ['a sequence below 0', { sequence: -1 }],
      ['a time that is none', { issuedAt: 'x' }],
      ['no authorities', { authorities: [] }],
      ['an authority that is none', { authorities: ['x'] }],
      ['a revoked number that is none', { revoked: [{ ...revoked[0], serial: 'xyz' }] }],
      ['a revoked certificate without a name', { revoked: [{ serial: 'AB' }] }],
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
  test(`${title} is no trust document`, t => {
    t.throws(() => parseTrust(Buffer.from(text)), { code: 'trust', message: /can't be read/ })
  })

test('6,000 revoked certificates fit', t => {
  const many = Array.from({ length: 6000 }, (_, index) => ({
    serial: index.toString(16).toUpperCase().padStart(32, '5'),
    name: `machine-${index}.example.com`,
    revokedAt: '2026-11-21T00:00:00.000Z',
    until: '2026-11-28T00:00:00.000Z',
  }))
  t.is(parseTrust(write(1, [a], [a], { revoked: many })).trust.revoked.length, 6000)
})

test('what was revoked is refused also where it can not be written down, which is said in one sentence', async t => {
  const dir = join(await makeTempDir(t), 'identity')
  await mkdir(dir)
  const keeper = new TrustKeeper({ dir, caFingerprint: fingerprintOf(a.certificate), log: silentLog })
  t.true(keeper.offer(write(1, [a])))
  await rm(dir, { recursive: true })
  const news = write(2, [a], [a], { revoked })
  const first = t.throws(() => keeper.offer(news), { code: 'disk_unusable', message: /trust\.json cannot be written/ })
  t.is(t.throws(() => keeper.offer(news))?.message, first?.message)
  t.deepEqual([...keeper.revoked.current], ['AB12'])
  await mkdir(dir)
  t.true(keeper.offer(news), 'and it is written when that is possible')
  t.is(new TrustKeeper({ dir, caFingerprint: '', log: silentLog }).trust?.sequence, 2)
})

test('whoever may write to etcd does not fill the log with documents that are not believed', async t => {
  const log = makeRecordingLog()
  const keeper = new TrustKeeper({ dir: await makeTempDir(t), caFingerprint: fingerprintOf(a.certificate), log })
  t.true(keeper.offer(write(1000, [a])))
  for (let sequence = 1; sequence < 200; sequence++) keeper.offer(write(sequence, [a]))
  t.is(log.lines.filter(({ level }) => level === 'error').length, 60)
})
