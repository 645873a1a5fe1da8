import type { Database } from '../../sqlite/database.ts'
import type { Kind } from '../contract.ts'
import { foldName } from '../machine-names.ts'

export interface CertificateRecord {
  readonly serial: string
  readonly name: string
  readonly kind: Kind
  readonly names: readonly string[]
  /** Those of the token with which the machine joined. */
  readonly patterns: readonly string[]
  readonly tokenId: string
  /** Fingerprint of the authority that signed it. */
  readonly authority: string
  /** PEM. */
  readonly certificate: string
  readonly keyHash: string
  readonly requestHash: string
  readonly renewedFrom: string | undefined
  readonly issuedMs: number
  readonly notAfterMs: number
  readonly revokedMs: number | undefined
}

export type CertificateState = 'valid' | 'expired' | 'revoked'

export function stateOfCertificate(record: CertificateRecord, nowMs: number): CertificateState {
  if (record.revokedMs !== undefined) return 'revoked'
  return record.notAfterMs <= nowMs ? 'expired' : 'valid'
}

export function addCertificate(database: Database, record: CertificateRecord): void {
  const { serial, name, kind, authority, certificate, keyHash, requestHash, tokenId } = record
  const lists = [JSON.stringify(record.names), JSON.stringify(record.patterns)]
  const parent = record.renewedFrom ?? null
  const line = [serial, name, kind, ...lists, authority, certificate, keyHash, requestHash, tokenId, parent]
  database
    .prepare('INSERT INTO certificates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)')
    .run(...line, record.issuedMs, record.notAfterMs)
}

export function findBySerial(database: Database, serial: string): CertificateRecord | undefined {
  return findOne(database, 'serial = ?', serial)
}

export function findByRequest(database: Database, requestHash: string): CertificateRecord | undefined {
  return findOne(database, 'request_hash = ?', requestHash)
}

export function findGoodByName(database: Database, name: string, nowMs: number): CertificateRecord[] {
  const where = 'name = ? AND not_after_ms > ? AND revoked_ms IS NULL ORDER BY issued_ms DESC'
  return findAll(database, where, name, nowMs)
}

export function findRenewals(database: Database, serial: string): CertificateRecord[] {
  return findAll(database, 'renewed_from = ?', serial)
}

export function listCertificates(database: Database): CertificateRecord[] {
  return findAll(database, '1 ORDER BY name, issued_ms DESC, serial')
}

export function countGoodOf(database: Database, authority: string, nowMs: number): number {
  return findAll(database, 'authority = ? AND not_after_ms > ? AND revoked_ms IS NULL', authority, nowMs).length
}

export function countGoodByName(
  database: Database,
  { name, kind }: Pick<CertificateRecord, 'name' | 'kind'>,
  nowMs: number,
): number {
  const where = 'name = ? AND kind = ? AND not_after_ms > ? AND revoked_ms IS NULL'
  return Number(database.prepare(`SELECT count(*) AS n FROM certificates WHERE ${where}`).get(name, kind, nowMs)?.['n'])
}

/** In whatever case: names of earlier editions may have upper case. */
export function findByName(database: Database, name: string): CertificateRecord[] {
  const names = database.prepare('SELECT DISTINCT name FROM certificates').all()
  const spellings = names.map(row => String(row['name'])).filter(one => foldName(one) === foldName(name))
  return spellings.flatMap(one => findAll(database, 'name = ?', one))
}

/** `host`: a name or address for which they are valid. */
export function findByHost(database: Database, host: string): CertificateRecord[] {
  return findAll(database, 'EXISTS (SELECT 1 FROM json_each(names) WHERE value = ?)', foldName(host))
}

export function findByToken(database: Database, tokenId: string): CertificateRecord[] {
  return findAll(database, 'token_id = ?', tokenId)
}

export function markRevoked(database: Database, records: readonly CertificateRecord[], revokedMs: number): void {
  const statement = database.prepare('UPDATE certificates SET revoked_ms = ? WHERE serial = ? AND revoked_ms IS NULL')
  for (const { serial } of records) statement.run(revokedMs, serial)
}

function findOne(database: Database, where: string, value: string): CertificateRecord | undefined {
  return findAll(database, where, value)[0]
}

function findAll(database: Database, where: string, ...values: (string | number)[]): CertificateRecord[] {
  return database
    .prepare(`SELECT * FROM certificates WHERE ${where}`)
    .all(...values)
    .map(toRecord)
}

function toRecord(row: Record<string, unknown>): CertificateRecord {
  const text = (name: string) => String(row[name])
  const optional = (name: string) => (row[name] === null ? undefined : row[name])
  return {
    serial: text('serial'),
    name: text('name'),
    kind: row['kind'] as Kind,
    names: JSON.parse(text('names')) as string[],
    patterns: JSON.parse(text('patterns')) as string[],
    tokenId: text('token_id'),
    authority: text('authority'),
    certificate: text('certificate'),
    keyHash: text('key_hash'),
    requestHash: text('request_hash'),
    renewedFrom: optional('renewed_from') as string | undefined,
    issuedMs: Number(row['issued_ms']),
    notAfterMs: Number(row['not_after_ms']),
    revokedMs: optional('revoked_ms') as number | undefined,
  }
}
