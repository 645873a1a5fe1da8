import test from 'ava'
import { X509Certificate } from 'node:crypto'
import { chown, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAuthorityDatabase } from '../../../../src/trust/authority/authority-database.ts'
import { listAuthorities, loadAuthorities } from '../../../../src/trust/authority/authorities.ts'
import { beginRollover, finishRollover, switchAuthority } from '../../../../src/trust/authority/rollover.ts'
import { makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'

test('a rollover begins, switches and finishes: each step changes the signer and the trusted authorities', async t => {
  const { dir, database, nowMs } = await makeSigningDesk(t)
  const options = { dir, database, nowMs, force: true }
  const counts = async () => {
    const { trusted, signers } = await loadAuthorities(dir, database)
    return [trusted.length, signers.length]
  }
  t.deepEqual(await counts(), [1, 1])
  const next = await beginRollover(options)
  t.deepEqual(await counts(), [2, 2])
  t.not((await loadAuthorities(dir, database)).issuerEntry.fingerprint, next.fingerprint)
  await switchAuthority(options)
  t.deepEqual(await counts(), [2, 2])
  t.is((await loadAuthorities(dir, database)).issuerEntry.fingerprint, next.fingerprint)
  await finishRollover(options)
  t.deepEqual(await counts(), [1, 2])
  await t.throwsAsync(finishRollover(options), { code: 'setup', message: /no old authority that is trusted/ })
  await beginRollover({ ...options, nowMs: nowMs + 86_400_000 })
  await switchAuthority(options)
  await finishRollover(options)
  t.deepEqual(await counts(), [1, 3], 'and all over again')
})

test('an interrupted switch is completed by the next one', async t => {
  const { dir, database, nowMs } = await makeSigningDesk(t)
  const options = { dir, database, nowMs, force: true }
  const [{ fingerprint: old } = { fingerprint: '' }] = listAuthorities(dir, database)
  const next = await beginRollover(options)
  // As it is after the copies and the first of two renames.
  for (const ending of ['pem', 'key'])
    await writeFile(join(dir, `old-${old.slice(0, 12)}.${ending}`), await readFile(join(dir, `ca.${ending}`)))
  await rename(join(dir, 'next.key'), join(dir, 'ca.key'))
  await t.throwsAsync(loadAuthorities(dir, database), { message: /does not belong to the certificate/ })
  t.is((await switchAuthority(options)).fingerprint, next.fingerprint)
  const { issuerEntry, trusted } = await loadAuthorities(dir, database)
  t.is(issuerEntry.fingerprint, next.fingerprint)
  t.is(trusted.length, 2)
})

test('a switch changes no file while another command changes the authority', async t => {
  const { dir, database, nowMs } = await makeSigningDesk(t)
  const options = { dir, database, nowMs, force: true }
  const oldKey = await readFile(join(dir, 'ca.key'), 'utf8')
  await beginRollover(options)
  const list = async () => (await readdir(dir)).filter(name => /\.(?:pem|key)$/.test(name)).toSorted()
  const before = await list()
  const other = openAuthorityDatabase(dir)
  t.teardown(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  database.exec('PRAGMA busy_timeout = 50')
  await t.throwsAsync(switchAuthority(options), { message: /locked/ })
  t.deepEqual(await list(), before)
  other.exec('ROLLBACK')
  await switchAuthority(options)
  await t.throwsAsync(switchAuthority({ ...options, database: other }), { code: 'setup', message: /rollover begin/ })
  const old = (await list()).find(name => /^old-\w+\.key$/.test(name)) ?? ''
  t.is(await readFile(join(dir, old), 'utf8'), oldKey)
})

test('each file that a rollover makes or moves belongs to the owner of the directory, also if root runs the command', async t => {
  const { dir, database, nowMs } = await makeSigningDesk(t)
  const owner = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? 0)
  for (const path of [dir, ...(await readdir(dir)).map(name => join(dir, name))]) await chown(path, owner, owner)
  const options = { dir, database, nowMs, force: true }
  await beginRollover(options)
  await switchAuthority(options)
  await finishRollover(options)
  await beginRollover({ ...options, nowMs: nowMs + 86_400_000 })
  const names = await readdir(dir)
  t.deepEqual(names.filter(name => /^(?:ca|next|old-\w+)\.(?:pem|key)$/.test(name)).length, 6)
  for (const name of names) t.is((await stat(join(dir, name))).uid, owner, name)
})

for (const [title, spoil] of [
  ['garbage', (path: string) => writeFile(path, 'x')],
  [
    'a directory, which cannot be read either',
    async (path: string) => {
      await rm(path)
      await mkdir(path)
    },
  ],
] as const)
  test(`a next authority that is ${title} does not stop the present one, and is reported`, async t => {
    for (const ending of ['pem', 'key']) {
      const desk = await makeSigningDesk(t)
      await beginRollover({ dir: desk.dir, database: desk.database, nowMs: desk.nowMs })
      await spoil(join(desk.dir, `next.${ending}`))
      const { trusted, signers, nextEntry, fault } = await loadAuthorities(desk.dir, desk.database)
      t.deepEqual([trusted.length, signers.length, nextEntry], [1, 1, undefined])
      t.true(fault?.message.includes(join(desk.dir, `next.${ending}`)), fault?.message)
      await desk.join(desk.token())
    }
  })

test('the next authority of a rollover has a name of its own', async t => {
  const { dir, database } = await makeSigningDesk(t)
  const { certificate } = await beginRollover({ dir, database, nowMs: Date.UTC(2030, 0, 2) })
  t.is(new X509Certificate(certificate.raw).subject, 'CN=forwarder CA 2030-01-02')
})
