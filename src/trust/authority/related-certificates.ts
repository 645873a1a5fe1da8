import type { Database } from '../../sqlite/database.ts'
import { foldName } from '../machine-names.ts'
import { type CertificateRecord, findByHost, findByToken } from './issued-certificates.ts'
import { readRenewExpired } from './publication.ts'

/**
 * Certificates of other names that an intruder on a machine may have as well: for the same host or address, or by the same
 * join token. Only those that are valid, or can be renewed.
 */
export function findRelated(
  database: Database,
  certificates: readonly CertificateRecord[],
  nowMs: number,
): CertificateRecord[] {
  const own = new Set(certificates.map(({ name }) => foldName(name)))
  const byHost = hostsOf(certificates).flatMap(host => findByHost(database, host))
  const byToken = [...new Set(certificates.map(({ tokenId }) => tokenId))].flatMap(id => findByToken(database, id))
  const earliestEnd = nowMs - readRenewExpired(database)
  const isOther = ({ name, revokedMs, notAfterMs }: CertificateRecord) =>
    !own.has(foldName(name)) && revokedMs === undefined && notAfterMs > earliestEnd
  const bySerial = new Map([...byHost, ...byToken].filter(isOther).map(one => [one.serial, one]))
  return [...bySerial.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** What collectors are reached by; an agent's host is its name. */
export function hostsOf(certificates: readonly CertificateRecord[]): string[] {
  return [...new Set(certificates.filter(({ kind }) => kind === 'collector').flatMap(({ names }) => names))]
}
