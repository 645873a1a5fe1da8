import test from 'ava'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CredentialFiles } from '../../../src/tls/credential-files.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('unchanged files yield the same credentials', async t => {
  const { ca } = await makeCertificates(await makeTempDir(t))
  const files = new CredentialFiles({ ca }, silentLog)
  t.is(await files.read(), await files.read())
})

test('a renewed pair is used once it is complete; until then the last good one is used', async t => {
  const dir = await makeTempDir(t)
  const [first, second] = await Promise.all(['a', 'b'].map(name => makeCertificates(join(dir, name))))
  const paths = { certificate: join(dir, 'live.pem'), key: join(dir, 'live.key') }
  await copyFile(first!.client.certificate, paths.certificate)
  await copyFile(first!.client.key, paths.key)
  const log = makeRecordingLog()
  const files = new CredentialFiles(paths, log)
  const before = await files.read()
  await copyFile(second!.client.certificate, paths.certificate)
  t.is(await files.read(), before)
  t.is(await files.read(), before)
  t.deepEqual(
    log.lines.map(({ level }) => level),
    ['error'],
    'said once',
  )
  await copyFile(second!.client.key, paths.key)
  t.not(await files.read(), before)
  t.is(log.lines.at(-1)?.message, 'loaded changed certificate files')
})

test('the last good credentials stay in use when their files are deleted', async t => {
  const { ca } = await makeCertificates(await makeTempDir(t))
  const files = new CredentialFiles({ ca }, silentLog)
  const before = await files.read()
  await rm(ca)
  t.is(await files.read(), before)
})

test('files that never were usable are an error at each read', async t => {
  const files = new CredentialFiles({ ca: '/nonexistent/ca.pem' }, silentLog)
  await t.throwsAsync(files.read(), { code: 'files' })
  await t.throwsAsync(files.read(), { code: 'files' })
})

test("without a CA file the system's authorities are trusted", async t => {
  const { authorities } = await new CredentialFiles({}, silentLog).read()
  t.deepEqual(authorities, [])
})

test('one file may hold a certificate and its key', async t => {
  const dir = await makeTempDir(t)
  const { client } = await makeCertificates(dir)
  const both = join(dir, 'both.pem')
  await writeFile(both, (await readFile(client.certificate, 'utf8')) + (await readFile(client.key, 'utf8')))
  const { options } = await new CredentialFiles({ certificate: both, key: both }, silentLog).read()
  t.truthy(options.cert)
  t.truthy(options.key)
})
