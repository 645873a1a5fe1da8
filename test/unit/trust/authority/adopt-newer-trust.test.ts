import { X509Certificate } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../../src/sqlite/database.ts'
import { type Authorities, listAuthorities, loadAuthorities } from '../../../../src/trust/authority/authorities.ts'
import { openAuthorityDatabase } from '../../../../src/trust/authority/authority-database.ts'
import { readMeta, writeMeta } from '../../../../src/trust/authority/meta.ts'
import { adoptNewerTrust } from '../../../../src/trust/authority/adopt-newer-trust.ts'
import { beginRollover, finishRollover, switchAuthority } from '../../../../src/trust/authority/rollover.ts'
import { listRevoked, revokeName } from '../../../../src/trust/authority/revocations.ts'
import { formatTrust } from '../../../../src/trust/trust-document.ts'
import { type LogLine, makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { type SigningDesk, makeSigningDesk } from '../../../helpers/trust/signing-desk.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** What was copied of an authority's directory while its signer stood still, and brought back later. */
interface Copy extends SigningDesk {
  readonly lines: LogLine[]
  learn(document: Buffer): Promise<boolean>
}

async function copyDesk(t: ExecutionContext, desk: SigningDesk): Promise<Copy> {
  const dir = join(await makeTempDir(t), 'ca')
  await mkdir(dir)
  desk.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  await cp(desk.dir, dir, { recursive: true, filter: name => !/-(?:wal|shm)$/.test(name) })
  const database = openAuthorityDatabase(dir)
  t.teardown(() => database.close())
  const log = makeRecordingLog()
  const answering = await makeSigningDesk(t, { of: { dir, database } })
  answering.nowMs = desk.nowMs
  return Object.assign(answering, {
    lines: log.lines,
    learn: async (document: Buffer) =>
      adoptNewerTrust(document, await loadAuthorities(dir, database), { database, log, key: '/forwarder/trust' }),
  })
}

/** As the signer of this directory publishes it. */
async function publish(
  { dir, database, nowMs }: SigningDesk,
  sequence: number,
  change: Partial<Authorities> = {},
): Promise<Buffer> {
  const { trusted, signers } = { ...(await loadAuthorities(dir, database)), ...change }
  writeMeta(database, 'sequence', String(sequence))
  const trust = { sequence, issuedAtMs: nowMs, authorities: trusted, revoked: listRevoked(database) }
  return Buffer.from(formatTrust(trust, signers).text)
}

const hashes = (database: Database) => listRevoked(database).revocations.map(({ hash }) => hash)

test('a certificate that was revoked after a copy was made is revoked in the copy, whether known there or not', async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ uses: 0 })
  const known = await desk.join(token)
  await publish(desk, 100)
  const copy = await copyDesk(t, desk)
  await desk.join(token, { name: 'web2' })
  const renewed = await desk.answer(await desk.renewal(known))
  for (const name of ['web1', 'web2']) revokeName(desk.database, name, desk.nowMs)
  const document = await publish(desk, 101)

  t.deepEqual(hashes(copy.database), [])
  t.false(await copy.learn(document), 'its authorities are the same')
  t.is(hashes(copy.database).length, 2)
  t.true(listRevoked(copy.database).has(new X509Certificate(renewed.record.certificate)), 'unknown in the copy')
  t.true(listRevoked(copy.database).isSame(listRevoked(desk.database)))
  await t.throwsAsync(async () => copy.answer(await copy.renewal(known)), { message: /was revoked on/ })
  for (const name of ['web1', 'web2'])
    await t.throwsAsync(copy.join(token, { name }), { message: /only a token made after that/ })
  t.like(copy.lines[0], { level: 'warn', fields: { sequence: 101, known: 100, revoked: 2, names: ['web1'] } })
  await copy.learn(document)
  t.is(copy.lines.length, 1, 'the second time it is not logged')
})

test('a copy revokes its own certificates of a revoked name, although the list has only later ones', async t => {
  const desk = await makeSigningDesk(t)
  const early = await desk.join(desk.token())
  const copy = await copyDesk(t, desk)
  desk.nowMs += 5 * DAY_MS
  await desk.answer(await desk.renewal(early))
  revokeName(desk.database, 'web1', desk.nowMs)
  desk.nowMs += 4 * DAY_MS // the first has ended
  await desk.join(desk.token(), { name: 'clock' })
  const document = await publish(desk, 101)
  t.is(hashes(desk.database).length, 1)
  copy.nowMs = desk.nowMs
  await copy.learn(document)
  await t.throwsAsync(async () => copy.answer(await copy.renewal(early)), { message: /was revoked on/ })
})

test("a revoked collector's names are revoked too as far as they are in the copy", async t => {
  const desk = await makeSigningDesk(t)
  const token = desk.token({ kind: 'collector', uses: 0, patterns: ['**'] })
  await desk.join(token, { kind: 'collector', name: 'logs1', dnsNames: ['a.example'] })
  const copy = await copyDesk(t, desk)
  revokeName(desk.database, 'logs1', desk.nowMs)
  await copy.learn(await publish(desk, 101))
  const other = { kind: 'collector', name: 'logs2', dnsNames: ['a.example'] } as const
  await t.throwsAsync(copy.join(token, other), { message: /"a\.example" was revoked on/ })
})

test('the next trust document has a number above that of the adopted one', async t => {
  const desk = await makeSigningDesk(t)
  const copy = await copyDesk(t, desk)
  await copy.learn(await publish(desk, 9_000_000_000))
  t.is(readMeta(copy.database, 'sequence'), '9000000000')
})

test('a trust document with a number of this database is ignored', async t => {
  const desk = await makeSigningDesk(t)
  await desk.join(desk.token())
  const copy = await copyDesk(t, desk)
  revokeName(desk.database, 'web1', desk.nowMs)
  const document = await publish(desk, 101)
  await publish(copy, 101)
  t.false(await copy.learn(document))
  t.deepEqual(hashes(copy.database), [])
})

test('a trust document that is garbage, or signed by a foreign or retired authority, is ignored', async t => {
  const [desk, stranger] = [await makeSigningDesk(t), await makeSigningDesk(t)]
  await stranger.join(stranger.token())
  revokeName(stranger.database, 'web1', stranger.nowMs)
  const options = { ...desk, nowMs: desk.nowMs }
  const before = await loadAuthorities(desk.dir, desk.database)
  await beginRollover(options)
  await switchAuthority({ ...options, force: true })
  await finishRollover({ ...options, force: true })
  const copy = await copyDesk(t, desk)
  await stranger.join(stranger.token(), { name: 'web2' })
  const documents = [
    Buffer.from('no JSON'),
    Buffer.from('{"body": "{}", "signatures": []}'),
    await publish(stranger, 9_000_000_000),
    // Someone has the key that was retired for that.
    Buffer.from(
      formatTrust(
        {
          sequence: 9_000_000_000,
          issuedAtMs: 0,
          authorities: before.trusted,
          revoked: listRevoked(stranger.database),
        },
        before.signers,
      ).text,
    ),
  ]
  for (const document of documents) t.false(await copy.learn(document))
  t.is(copy.lines.filter(({ message }) => /not one of this authority/.test(message)).length, documents.length)
  t.deepEqual(hashes(copy.database), [])
  t.is(readMeta(copy.database, 'sequence'), undefined)
})

test('an authority that was retired after a copy of the database was made stays retired in the copy', async t => {
  const desk = await makeSigningDesk(t)
  const options = { ...desk, nowMs: desk.nowMs }
  await beginRollover(options)
  await switchAuthority({ ...options, force: true })
  const copy = await copyDesk(t, desk)
  await finishRollover({ ...options, force: true })
  const states = () => listAuthorities(copy.dir, copy.database).map(({ state }) => state)
  t.deepEqual(states(), ['signing', 'old'])
  t.true(await copy.learn(await publish(desk, 101)), 'its authorities have changed')
  t.deepEqual(states(), ['signing', 'retired'])
})

test('the next authority is not mistaken for a retired one', async t => {
  const desk = await makeSigningDesk(t)
  const copy = await copyDesk(t, desk)
  await beginRollover({ ...copy, nowMs: copy.nowMs })
  t.false(await copy.learn(await publish(desk, 101)))
  t.deepEqual(
    listAuthorities(copy.dir, copy.database).map(({ state }) => state),
    ['signing', 'next'],
  )
})

test('a directory from before a rollover is refused: machines that trust the next authority would be shut out', async t => {
  const desk = await makeSigningDesk(t)
  const copy = await copyDesk(t, desk)
  await beginRollover({ ...desk, nowMs: desk.nowMs })
  await desk.join(desk.token())
  revokeName(desk.database, 'web1', desk.nowMs)
  const error = await t.throwsAsync(async () => copy.learn(await publish(desk, 101)), { code: 'setup' })
  t.regex(error.message, /names the authority "forwarder CA .* copy from before a rollover.*delete \/forwarder\/trust/)
  t.is(readMeta(copy.database, 'sequence'), undefined)
})
