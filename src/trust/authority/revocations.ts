// What is revoked, by name or host: certificates that began before a time are refused, and so are tokens that were made
// before it. The list for the trust document needs only hashes, so another copy of this database can learn from it.
import { X509Certificate } from 'node:crypto'
import { DAY_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { TrustError } from '../contract.ts'
import { foldName } from '../machine-names.ts'
import {
  type Revocation,
  RevocationList,
  type Subject,
  beganAt,
  hashSubject,
  hostSubject,
  nameSubject,
} from '../revocation-list.ts'
import { type CertificateRecord, findByHost, findByName, listCertificates, markRevoked } from './issued-certificates.ts'
import { readMeta, writeMeta } from './meta.ts'
import { readTrustedTime } from './trusted-clock.ts'

/** A machine that would still accept a revoked certificate after its end has a clock that is behind by less. */
const GRACE_MS = DAY_MS
const DEFAULT_LIFETIME_MS = 7 * DAY_MS

/**
 * Revokes all certificates of a name in whatever case, known here or not, and returns those that were valid until now.
 * Earlier tokens are no longer valid for that name, nor for a host or address of its certificates: otherwise another name
 * would bring them back.
 */
export function revokeName(database: Database, name: string, nowMs: number): CertificateRecord[] {
  const all = findByName(database, name)
  return revoke(database, { subject: nameSubject(name), all, names: [name, ...all.flatMap(one => one.names)] }, nowMs)
}

/** Revokes all certificates for a host or address, whatever their name, and returns those that were valid until now. */
export function revokeHost(database: Database, host: string, nowMs: number): CertificateRecord[] {
  return revoke(database, { subject: hostSubject(host), all: findByHost(database, host), names: [host] }, nowMs)
}

interface Revoking {
  readonly subject: Subject
  /** All certificates of the subject. */
  readonly all: readonly CertificateRecord[]
  /** For which earlier tokens are no longer valid. */
  readonly names: readonly string[]
}

function revoke(database: Database, { subject, all, names }: Revoking, nowMs: number): CertificateRecord[] {
  return transact(database, () => {
    const valid = all.filter(one => one.revokedMs === undefined && one.notAfterMs > nowMs)
    // A certificate that was made while the clock was ahead began after now.
    const beganBy = Math.max(Math.floor(nowMs / 1000), ...all.map(beganOf))
    const end = Math.max(...all.map(({ notAfterMs }) => notAfterMs), beganBy * 1000 + readLifetime(database))
    note(database, { hash: hashSubject(subject), beganBy }, end)
    noteNames(database, names, nowMs)
    markRevoked(database, all, nowMs)
    countChange(database)
    return valid
  })
}

/** When the name or host was last revoked, in milliseconds since 1970; as late as it may have been. */
export function revokedAtMs(database: Database, name: string): number | undefined {
  const row = database.prepare('SELECT revoked_ms FROM revoked_names WHERE name = ?').get(foldName(name))
  const noted = row && Number(row['revoked_ms'])
  // Of a revocation that was learned, only the second is known.
  const beganBy = latestBeganBy(database, [nameSubject(name), hostSubject(name)]) ?? -1
  return beganBy > Math.floor((noted ?? -1000) / 1000) ? beganBy * 1000 + 999 : noted
}

/** A certificate for these subjects is refused if it began then or before, in seconds since 1970. */
export function latestBeganBy(database: Database, subjects: readonly Subject[]): number | undefined {
  const statement = database.prepare('SELECT began_by FROM revocations WHERE hash = ?')
  const found = subjects.flatMap(subject => statement.get(hashSubject(subject))?.['began_by'] ?? [])
  return found.length === 0 ? undefined : Math.max(...found.map(Number))
}

export function isRevoked(database: Database, record: CertificateRecord): boolean {
  const beganBy = latestBeganBy(database, subjectsOfRecord(record))
  return record.revokedMs !== undefined || (beganBy !== undefined && beganBy >= beganOf(record))
}

/** The list for the trust document: the others have ended. */
export function listRevoked(database: Database): RevocationList {
  const rows = database.prepare('SELECT hash, began_by FROM revocations WHERE listed_until_ms > ?')
  const listed = rows.all(readTrustedTime(database))
  return new RevocationList(listed.map(row => ({ hash: String(row['hash']), beganBy: Number(row['began_by']) })))
}

/** Changes with the list. */
export function revocationsVersion(database: Database): string {
  const statement = database.prepare('SELECT count(*) AS n FROM revocations WHERE listed_until_ms > ?')
  return `${readChangeCount(database)}/${String(statement.get(readTrustedTime(database))?.['n'])}`
}

/** Each change of what is revoked has the next number. */
export function readChangeCount(database: Database): number {
  return Number(readMeta(database, 'revocations') ?? 0)
}

/**
 * Adopts the revocations of a trust document of ours: its earlier certificates in this database are revoked too. Returns
 * the number of those that were not known here, and the names of the certificates. To be called in a transaction.
 */
export function learnRevocations(
  database: Database,
  revocations: readonly Revocation[],
): { readonly count: number; readonly names: readonly string[] } {
  const news = revocations.filter(({ hash, beganBy }) => (readBeganBy(database, hash) ?? -1) < beganBy)
  if (news.length === 0) return { count: 0, names: [] }
  for (const one of news) note(database, one, one.beganBy * 1000 + readLifetime(database))
  const touched = listCertificates(database).filter(one => one.revokedMs === undefined && isRevoked(database, one))
  for (const { name, names } of touched)
    noteNames(database, [name, ...names], (latestBeganBy(database, [nameSubject(name)]) ?? 0) * 1000 + 999)
  markRevoked(database, touched, Math.max(...news.map(({ beganBy }) => beganBy * 1000)))
  countChange(database)
  return { count: news.length, names: [...new Set(touched.map(({ name }) => name))] }
}

/** Certificates that are not known here may be valid this long. */
export function noteLifetime(database: Database, lifetimeMs: number): void {
  if (lifetimeMs > readLifetime(database)) writeMeta(database, 'lifetime', String(lifetimeMs))
}

function readLifetime(database: Database): number {
  return Number(readMeta(database, 'lifetime') ?? DEFAULT_LIFETIME_MS)
}

/** Revocations were listed by the serial number of each certificate once. To be called before the database is used. */
export function convertEarlierRevocations(database: Database): void {
  if (readMeta(database, 'revocations') !== undefined) return
  transact(database, () => {
    if (readMeta(database, 'revocations') !== undefined) return // another process was quicker
    for (const one of listCertificates(database)) {
      if (one.revokedMs === undefined) continue
      note(database, { hash: hashSubject(nameSubject(one.name)), beganBy: beganOf(one) }, one.notAfterMs)
    }
    for (const row of database.prepare('SELECT * FROM learned_revocations').all()) {
      const [beganBy, endMs] = [Math.floor(Number(row['revoked_ms']) / 1000), Number(row['not_after_ms'])]
      note(database, { hash: hashSubject(nameSubject(String(row['name']))), beganBy }, endMs)
    }
    database.exec('DELETE FROM learned_revocations')
    countChange(database)
  })
}

/** Throws a TrustError (`setup`) for a name of which no certificate is known: it may be mistyped. */
export function checkKnown(database: Database, name: string): void {
  if (findByName(database, name).length > 0) return
  throw new TrustError(
    'setup',
    `no certificate of "${name}" is known: \`forwarder ca list --all\` shows them; --unknown revokes it all the same, for a copy of the directory that lacks them`,
  )
}

function note(database: Database, { hash, beganBy }: Revocation, endMs: number): void {
  database
    .prepare(
      `INSERT INTO revocations VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET
         began_by = max(began_by, excluded.began_by), listed_until_ms = max(listed_until_ms, excluded.listed_until_ms)`,
    )
    .run(hash, beganBy, endMs + GRACE_MS)
}

function readBeganBy(database: Database, hash: string): number | undefined {
  const row = database.prepare('SELECT began_by FROM revocations WHERE hash = ?').get(hash)
  return row && Number(row['began_by'])
}

function countChange(database: Database): void {
  writeMeta(database, 'revocations', String(readChangeCount(database) + 1))
}

function subjectsOfRecord({ name, names }: CertificateRecord): Subject[] {
  return [nameSubject(name), ...names.map(hostSubject)]
}

function beganOf({ certificate }: CertificateRecord): number {
  return beganAt(new X509Certificate(certificate))
}

function noteNames(database: Database, names: readonly string[], revokedMs: number): void {
  const statement = database.prepare(
    'INSERT INTO revoked_names VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET revoked_ms = max(revoked_ms, excluded.revoked_ms)',
  )
  for (const name of new Set(names)) statement.run(foldName(name), revokedMs)
}
