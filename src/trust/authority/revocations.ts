import { DAY_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { readTrustedTime } from './trusted-clock.ts'
import { type CertificateRecord, findByName, findBySerial, findGoodByName } from './issued-certificates.ts'
import { TrustError } from '../contract.ts'
import type { RevokedCertificate } from '../trust-document.ts'

/** A machine that would still accept a revoked certificate after its end has a clock that is behind by less. */
const GRACE_MS = DAY_MS

/**
 * Revokes all certificates of a name that have not expired, and returns them. Earlier tokens are no longer valid for that
 * name, nor for a host or address of its certificates: otherwise another name would bring them back. Throws a TrustError
 * (`setup`) where the name never had a certificate.
 */
export function revokeName(database: Database, name: string, nowMs: number): CertificateRecord[] {
  return transact(database, () => {
    const all = findByName(database, name)
    if (all.length === 0)
      throw new TrustError('setup', `no certificate of "${name}" is known: \`forwarder ca list\` shows them`)
    const records = findGoodByName(database, name, nowMs)
    noteNames(database, [name, ...all.flatMap(({ names }) => names)], nowMs)
    database.prepare('UPDATE certificates SET revoked_ms = ? WHERE name = ? AND revoked_ms IS NULL').run(nowMs, name)
    return records
  })
}

export function nameRevokedAtMs(database: Database, name: string): number | undefined {
  const statement = database.prepare('SELECT revoked_ms FROM revoked_names WHERE name = ?')
  const value = statement.get(name.toLowerCase())?.['revoked_ms']
  return typeof value === 'number' ? value : undefined
}

/** The list for the trust document, by serial number. */
export function listRevoked(database: Database): RevokedCertificate[] {
  return database
    .prepare(STILL_LISTED)
    .all({ ended: readTrustedTime(database) - GRACE_MS })
    .map(row => ({
      serial: String(row['serial']),
      name: String(row['name']),
      revokedAt: new Date(Number(row['revoked_ms'])).toISOString(),
      until: new Date(Number(row['not_after_ms'])).toISOString(),
    }))
}

const STILL_LISTED = `
  SELECT serial, name, revoked_ms, not_after_ms FROM certificates WHERE revoked_ms IS NOT NULL AND not_after_ms > :ended
  UNION ALL SELECT serial, name, revoked_ms, not_after_ms FROM learned_revocations WHERE not_after_ms > :ended
  ORDER BY serial`

/**
 * Adopts the revocations of a trust document of ours; returns those that were not known here. A name is revoked as a
 * whole, so its earlier certificates in this database are revoked too. To be called in a transaction.
 */
export function learnRevocations(
  database: Database,
  revoked: readonly RevokedCertificate[],
): readonly RevokedCertificate[] {
  const update = database.prepare(
    'UPDATE certificates SET revoked_ms = :at WHERE (serial = :serial OR (name = :name AND issued_ms <= :at)) AND revoked_ms IS NULL',
  )
  const insert = database.prepare('INSERT OR IGNORE INTO learned_revocations VALUES (?, ?, ?, ?)')
  const learned = database.prepare('SELECT 1 FROM learned_revocations WHERE serial = ?')
  const isNews = ({ serial }: RevokedCertificate) =>
    findBySerial(database, serial)?.revokedMs === undefined && learned.get(serial) === undefined
  const news = revoked.filter(isNews)
  for (const { serial, name, revokedAt, until } of revoked) {
    const at = Date.parse(revokedAt)
    update.run({ at, serial, name })
    noteNames(database, [name, ...findByName(database, name).flatMap(({ names }) => names)], at)
    if (findBySerial(database, serial) === undefined) insert.run(serial, name, at, Date.parse(until))
  }
  return news
}

/** Deletes revocations of another copy, a while after the certificates have expired. */
export function removeExpiredRevocations(database: Database, trustedMs: number): void {
  database.prepare('DELETE FROM learned_revocations WHERE not_after_ms < ?').run(trustedMs - GRACE_MS)
}

function noteNames(database: Database, names: readonly string[], revokedMs: number): void {
  const statement = database.prepare(
    'INSERT INTO revoked_names VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET revoked_ms = max(revoked_ms, excluded.revoked_ms)',
  )
  for (const name of new Set(names)) statement.run(name.toLowerCase(), revokedMs)
}
