import test, { type ExecutionContext } from 'ava'
import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { identityDirectory } from '../../../../src/tls/identity-files.ts'
import { TrustKeeper } from '../../../../src/trust/machine/trust-keeper.ts'
import { trustMemoryPath } from '../../../../src/trust/machine/trust-memory.ts'
import { type TrustSigner, fingerprintOf } from '../../../../src/trust/trust-document.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { listsName, revokedNames } from '../../../helpers/trust/revocations.ts'
import { makeTrustSigner, writeTrust } from '../../../helpers/trust/trust-writer.ts'

const [a, b, c] = (await Promise.all(['a', 'b', 'c'].map(makeTrustSigner))) as [TrustSigner, TrustSigner, TrustSigner]
const revoked = revokedNames('web1')

async function makeStateDir(t: ExecutionContext): Promise<string> {
  const stateDir = await makeTempDir(t)
  await mkdir(identityDirectory(stateDir))
  return stateDir
}

test('a new machine trusts the authority of its configured fingerprint, and remembers it', async t => {
  const stateDir = await makeStateDir(t)
  const options = { stateDir, caFingerprint: fingerprintOf(a.certificate), log: silentLog }
  const keeper = new TrustKeeper(options)
  t.is(keeper.trust, undefined)
  t.false(keeper.offer(writeTrust(1, [b])), 'another authority')
  t.regex(keeper.complaint ?? '', /none of the authorities/)
  t.false(keeper.offer(writeTrust(1, [a], { signers: [b] })), 'named, but not its signature')
  t.true(keeper.offer(writeTrust(1, [a], { revoked })))
  t.is(keeper.complaint, undefined)
  t.true(listsName(keeper.revoked.current, 'web1'))
  t.is((await stat(trustMemoryPath(stateDir))).mode & 0o777, 0o600)
  const again = new TrustKeeper(options)
  t.is(again.trust?.sequence, 1)
  t.true(listsName(again.revoked.current, 'web1'))
  t.is(fingerprintOf(new X509Certificate(await readFile(again.authoritiesPath))), fingerprintOf(a.certificate))
})

test('an older trust document is rejected', async t => {
  const log = makeRecordingLog()
  const keeper = new TrustKeeper({ stateDir: await makeStateDir(t), caFingerprint: fingerprintOf(a.certificate), log })
  const [first, second] = [writeTrust(7, [a]), writeTrust(8, [a], { revoked })]
  t.true(keeper.offer(first))
  t.true(keeper.offer(second))
  t.false(keeper.offer(first))
  t.false(keeper.offer(first))
  const errors = log.lines.filter(({ level }) => level === 'error')
  t.is(errors.length, 1, 'said once')
  t.regex(String(errors[0]?.fields['reason']), /number 7, but number 8 is known/)
  t.false(keeper.offer(writeTrust(8, [a])), 'the same number with another content')
  t.true(listsName(keeper.revoked.current, 'web1'))
  t.false(keeper.offer(second), 'nothing new')
  t.is(keeper.complaint, undefined)
})

test('the trusted authority changes to the next one, and never back', async t => {
  const options = { stateDir: await makeStateDir(t), caFingerprint: fingerprintOf(a.certificate), log: silentLog }
  const keeper = new TrustKeeper(options)
  t.true(keeper.offer(writeTrust(1, [a])))
  t.true(keeper.offer(writeTrust(2, [a, b])))
  t.true(keeper.offer(writeTrust(3, [b], { signers: [a, b] })), 'the old one vouches for the new one')
  t.false(keeper.offer(writeTrust(4, [a])), 'the old key alone is good for nothing any more')
  t.is(keeper.trust?.sequence, 3)
  const restarted = new TrustKeeper(options)
  t.false(
    restarted.offer(writeTrust(5, [a, b], { signers: [a] })),
    'not even with the fingerprint in the configuration',
  )
  t.true(restarted.offer(writeTrust(5, [b, c], { signers: [b] })))
})

test('a machine that missed a whole rollover accepts the new authority only while the old key signs as well', async t => {
  const keeper = new TrustKeeper({
    stateDir: await makeStateDir(t),
    caFingerprint: fingerprintOf(a.certificate),
    log: silentLog,
  })
  t.true(keeper.offer(writeTrust(1, [a])))
  t.false(keeper.offer(writeTrust(9, [b])))
  t.regex(keeper.complaint ?? '', /missed a whole rollover/)
  t.true(keeper.offer(writeTrust(9, [b], { signers: [a, b] })))
})

test('a changed fingerprint in the configuration replaces the remembered trust', async t => {
  const stateDir = await makeStateDir(t)
  new TrustKeeper({ stateDir, caFingerprint: fingerprintOf(a.certificate), log: silentLog }).offer(writeTrust(900, [a]))
  const keeper = new TrustKeeper({ stateDir, caFingerprint: fingerprintOf(c.certificate), log: silentLog })
  t.is(keeper.trust?.sequence, 900, 'the known trust stays until there is a newer one')
  t.false(keeper.offer(writeTrust(901, [a])))
  t.true(keeper.offer(writeTrust(1, [c])))
  t.is(keeper.trust?.sequence, 1)
})

test('an authority that was retired does not come back with an old configuration', async t => {
  const stateDir = await makeStateDir(t)
  const open = (one: TrustSigner) => {
    const log = makeRecordingLog()
    return { log, keeper: new TrustKeeper({ stateDir, caFingerprint: fingerprintOf(one.certificate), log }) }
  }
  const before = open(a).keeper
  t.true(before.offer(writeTrust(10, [a])))
  t.true(before.offer(writeTrust(11, [a, b])))
  t.true(before.offer(writeTrust(12, [b], { signers: [a, b], revoked })))
  t.true(open(b).keeper.offer(writeTrust(13, [b], { revoked })))
  for (const _ of ['once', 'twice']) {
    const { log, keeper } = open(a)
    t.regex(log.lines[0]?.message ?? '', /names an authority that was retired: it stays untrusted/)
    t.false(keeper.offer(writeTrust(5, [a])))
    t.false(keeper.offer(writeTrust(900, [a])))
    t.true(listsName(keeper.revoked.current, 'web1'))
    t.is(keeper.trust?.sequence, 13)
  }
  t.true(open(a).keeper.offer(writeTrust(14, [b])), 'the known one goes on')
  t.true(open(b).keeper.offer(writeTrust(15, [b, a])), 'unless the known one brings it back')
  t.true(open(a).keeper.offer(writeTrust(16, [a])))
  const { log, keeper } = open(c)
  t.true(keeper.offer(writeTrust(1, [c])), 'one that was never trusted is a new start')
  t.true(log.lines.some(({ level, message }) => level === 'warn' && message.includes('was never trusted here')))
  await rm(trustMemoryPath(stateDir))
  t.true(open(b).keeper.offer(writeTrust(1, [b])), 'without its memory a machine trusts what it is given')
})

test('a damaged file of the last trust document is ignored with a warning', async t => {
  const stateDir = await makeStateDir(t)
  const options = { stateDir, caFingerprint: fingerprintOf(a.certificate), log: makeRecordingLog() }
  new TrustKeeper(options).offer(writeTrust(5, [a]))
  await writeFile(trustMemoryPath(stateDir), '{"anchor": "x", "body": "{}"')
  const keeper = new TrustKeeper(options)
  t.is(keeper.trust, undefined)
  t.is(options.log.lines.at(-1)?.level, 'warn')
  t.true(keeper.offer(writeTrust(5, [a])))
})

test('a revoked certificate is refused even where the trust document cannot be written', async t => {
  const stateDir = await makeStateDir(t)
  const dir = identityDirectory(stateDir)
  const keeper = new TrustKeeper({ stateDir, caFingerprint: fingerprintOf(a.certificate), log: silentLog })
  t.true(keeper.offer(writeTrust(1, [a])))
  await rm(dir, { recursive: true })
  const news = writeTrust(2, [a], { revoked })
  const first = t.throws(() => keeper.offer(news), { code: 'disk_unusable', message: /trust\.json cannot be written/ })
  t.is(t.throws(() => keeper.offer(news))?.message, first?.message)
  t.true(listsName(keeper.revoked.current, 'web1'))
  await mkdir(dir)
  t.true(keeper.offer(news), 'and it is written when that is possible')
  t.is(new TrustKeeper({ stateDir, caFingerprint: '', log: silentLog }).trust?.sequence, 2)
})

test('rejected trust documents are logged at most 60 times per minute', async t => {
  const log = makeRecordingLog()
  const keeper = new TrustKeeper({ stateDir: await makeStateDir(t), caFingerprint: fingerprintOf(a.certificate), log })
  t.true(keeper.offer(writeTrust(1000, [a])))
  for (let sequence = 1; sequence < 200; sequence++) keeper.offer(writeTrust(sequence, [a]))
  t.is(log.lines.filter(({ level }) => level === 'error').length, 60)
})
