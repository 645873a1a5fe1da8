import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readPublicKey, sign, verifySignature } from '../../../packaging/release/signature.ts'
import { runPage } from '../../helpers/process/doc-commands.ts'
import { flipByte, makeSigningKey } from '../../helpers/packages/stand-in-release.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { sumDirectory, writeSums } from '../../../packaging/release/sums.ts'

test('a key with a password signs with the file that has it, and not with another file', async t => {
  const dir = await makeTempDir(t)
  const file = join(dir, 'file')
  const passwordFile = join(dir, 'password')
  await writeFile(file, 'text')
  await writeFile(passwordFile, 'secret\n')
  const { path, publicPath } = await makeSigningKey(t, 'secret')
  await sign(file, { path, passwordFile }, 'mine')
  t.is(await verifySignature(file, await readPublicKey(publicPath)), 'mine')
  await writeFile(passwordFile, 'wrong\n')
  await t.throwsAsync(sign(file, { path, passwordFile }, 'mine'), {
    code: 'RELEASE',
    message: /cannot sign with \S+: Wrong password/u,
  })
})

test('a file that is not a public key is refused with the command that makes one', async t => {
  const dir = await makeTempDir(t)
  const { path } = await makeSigningKey(t)
  await t.throwsAsync(readPublicKey(path), { code: 'RELEASE', message: /is not a public key/u })
  await t.throwsAsync(readPublicKey(join(dir, 'none.pub')), { code: 'RELEASE', message: /minisign -R/u })
})

test('the commands of the documentation verify a release, and refuse a changed one', async t => {
  const dir = await makeTempDir(t)
  const { path, publicPath } = await makeSigningKey(t)
  await writeFile(join(dir, 'forwarder'), 'program')
  await writeSums(dir, await sumDirectory(dir))
  await sign(join(dir, 'SHA256SUMS'), { path }, 'forwarder 1.2.3 commit abc')
  await writeFile(join(dir, 'minisign.pub'), `untrusted comment: ours\n${await readPublicKey(publicPath)}\n`)
  const { outputs } = await runPage('releasing.md', dir, 60_000)
  t.is(outputs.length, 2)
  t.regex(outputs[0] ?? '', /Trusted comment: forwarder 1\.2\.3 commit abc[^]*forwarder: OK/u)
  t.is(outputs[1]?.match(/Signature Verified Successfully/gu)?.length, 2)
  await flipByte(join(dir, 'forwarder'), 0)
  await t.throwsAsync(runPage('releasing.md', dir, 60_000))
})
