import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '../../disk/private-directory.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { createAuthority, readAuthority } from '../../tls/file-authority.ts'
import { isEncrypted } from '../../tls/pem.ts'
import { type AuthorityEntry, listAuthorities, oldFileName } from './authorities.ts'
import { readMeta, writeMeta } from './meta.ts'
import { countGoodOf } from './issued-certificates.ts'
import { TrustError } from '../contract.ts'

export interface RolloverOptions {
  readonly dir: string
  readonly database: Database
  readonly passphrase?: string
  /** Continues even if machines will be shut out. */
  readonly force?: boolean
  readonly nowMs: number
}

/** Makes the next authority, which the signer adds to the trust document. */
export async function beginRollover({ dir, database, passphrase, nowMs }: RolloverOptions): Promise<AuthorityEntry> {
  if (existsSync(join(dir, 'next.pem')))
    throw new TrustError(
      'setup',
      `${join(dir, 'next.pem')} exists: a rollover has begun; continue with \`forwarder ca rollover switch --dir ${dir}\``,
    )
  // The signer has one passphrase for all keys: if this one is encrypted, the next one must be.
  if (passphrase === undefined && isEncrypted(await readFile(join(dir, 'ca.key'), 'utf8')))
    throw new TrustError(
      'setup',
      `${join(dir, 'ca.key')} is encrypted: give its passphrase with --passphrase-file, and the next key gets the same`,
    )
  if (passphrase !== undefined) await readAuthority(dir, passphrase)
  const day = new Date(nowMs).toISOString().slice(0, 10)
  rmSync(join(dir, 'next.key'), { force: true }) // from an attempt that was interrupted before its certificate was written
  const options = { dir, name: `forwarder CA ${day}`, fileName: 'next', nowMs }
  await createAuthority(passphrase === undefined ? options : { ...options, passphrase })
  notifySigner(database, nowMs)
  return findEntry(dir, database, 'next')
}

/**
 * Makes the next authority the one that signs; returns it. In a transaction, so that of two commands at once the second one
 * does not take the new key for the old one, and put it in the place of that.
 */
export async function switchAuthority(options: RolloverOptions): Promise<AuthorityEntry> {
  const { dir, database, nowMs } = options
  return transact(database, () => {
    switchFiles(options)
    writeChange(database, nowMs)
    return findEntry(dir, database, 'signing')
  })
}

function switchFiles({ dir, database, force }: RolloverOptions): void {
  const path = (name: string) => join(dir, name)
  if (!existsSync(path('next.pem')))
    throw new TrustError('setup', `there is no next authority: \`forwarder ca rollover begin --dir ${dir}\` makes it`)
  if (existsSync(path('next.key'))) {
    const next = findEntry(dir, database, 'next')
    if (force !== true) checkPublished(database, next)
    const oldName = oldFileName(findEntry(dir, database, 'signing').fingerprint)
    for (const ending of ['pem', 'key'])
      writeWholeFileSync(path(`${oldName}.${ending}`), readFileSync(path(`ca.${ending}`), 'utf8'))
    renameSync(path('next.key'), path('ca.key'))
  }
  // After a switch that was interrupted between the two renames, only this one is left to do.
  renameSync(path('next.pem'), path('ca.pem'))
  syncDirectory(dir)
}

/** Retires the old authorities, which are no longer trusted; returns them. */
export async function finishRollover({ dir, database, force, nowMs }: RolloverOptions): Promise<AuthorityEntry[]> {
  const old = listAuthorities(dir, database).filter(({ state }) => state === 'old')
  if (old.length === 0)
    throw new TrustError(
      'setup',
      `there is no old authority that is trusted: \`forwarder ca fingerprint --dir ${dir}\` shows all`,
    )
  const left = old.reduce((sum, { fingerprint }) => sum + countGoodOf(database, fingerprint, nowMs), 0)
  if (left > 0 && force !== true)
    throw new TrustError(
      'setup',
      `${left} certificates of the old authority are still valid and would be refused: wait until they are renewed (\`forwarder ca list\`), or shut those machines out with --force`,
    )
  transact(database, () => {
    const statement = database.prepare('INSERT OR IGNORE INTO retired VALUES (?, ?)')
    for (const { fingerprint } of old) statement.run(fingerprint, nowMs)
  })
  return old
}

/** A machine that does not know the next authority yet would refuse its certificates. */
function checkPublished(database: Database, { fingerprint }: AuthorityEntry): void {
  const published = JSON.parse(readMeta(database, 'published') ?? '[]') as string[]
  if (published.includes(fingerprint)) return
  throw new TrustError(
    'setup',
    'the next authority has not been published yet, so no machine trusts it: start the signer (`forwarder ca serve`) and give machines the time to read it, or continue with --force',
  )
}

function notifySigner(database: Database, nowMs: number): void {
  transact(database, () => writeChange(database, nowMs))
}

/** The signer notices that the database has changed, and reads it again. */
function writeChange(database: Database, nowMs: number): void {
  writeMeta(database, 'changed', String(nowMs))
}

function findEntry(dir: string, database: Database, state: AuthorityEntry['state']): AuthorityEntry {
  const entry = listAuthorities(dir, database).find(one => one.state === state)
  if (entry === undefined) throw new TrustError('setup', `${dir} has no authority that is ${state}`)
  return entry
}
