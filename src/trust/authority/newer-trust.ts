import type { X509Certificate } from 'node:crypto'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import type { Log } from '../../telemetry/log.ts'
import { commonNameOf } from '../../tls/certificate-names.ts'
import type { Authorities } from './authorities.ts'
import { readMeta, writeMeta } from './authority-database.ts'
import { TrustError } from '../contract.ts'
import { learnRevocations } from './revocations.ts'
import { type SignedTrust, fingerprintOf, isSignedByOneOf, parseTrust } from '../trust-document.ts'

export interface NewerTrustOptions {
  readonly database: Database
  readonly log: Log
  /** Where the document stands in etcd. */
  readonly key: string
}

const MAX_NAMES_TOLD = 20

/**
 * Learns from a trust document that stands in etcd what this database does not know: it may have been restored from a copy,
 * or another signer has answered meanwhile. True where authorities have to be read again. Only a document with a number that this
 * database has not given out yet has news, and only one that an authority has signed which is trusted here. Throws a TrustError
 * (`setup`) where the whole directory is too old to go on with.
 */
export function adoptNewerTrust(value: Buffer, authorities: Authorities, options: NewerTrustOptions): boolean {
  const { database, log, key } = options
  const signed = readOwn(value, authorities)
  if (signed === undefined) {
    log.warn({ key }, 'what stands in etcd is no trust document of this authority: nothing is learned from it')
    return false
  }
  const { sequence, revoked } = signed.trust
  const known = readSequence(database)
  if (sequence <= known) return false
  checkDirectory(signed, authorities, key)
  const retired = findRetired(signed, authorities)
  const learned = transact(database, () => {
    writeMeta(database, 'sequence', String(sequence))
    const statement = database.prepare('INSERT OR IGNORE INTO retired VALUES (?, ?)')
    for (const one of retired) statement.run(fingerprintOf(one), signed.trust.issuedAtMs)
    return learnRevocations(database, revoked)
  })
  const names = [...new Set(learned.map(({ name }) => name))].toSorted().slice(0, MAX_NAMES_TOLD)
  const fields = { sequence, known, revoked: learned.length, names, retired: retired.map(titleOf) }
  log.warn(
    fields,
    'the trust document in etcd is newer than ca.db, which was restored from a copy or is that of a standby: what was revoked since is taken over; certificates and tokens of that time are not known here',
  )
  return retired.length > 0
}

/** The last number that this database has given to a document. */
export function readSequence(database: Database): number {
  return Number(readMeta(database, 'sequence') ?? 0)
}

/** Undefined where it can't be read, or is somebody else's. An authority that was retired has no say: its key may be stolen. */
function readOwn(value: Buffer, { trusted }: Authorities): SignedTrust | undefined {
  try {
    const signed = parseTrust(value)
    return isSignedByOneOf(signed, trusted) ? signed : undefined
  } catch (error) {
    if (error instanceof TrustError) return undefined
    throw error
  }
}

function checkDirectory({ trust }: SignedTrust, authorities: Authorities, key: string): void {
  const own = new Set(authorities.trusted.map(fingerprintOf))
  const missing = trust.authorities.find(one => !own.has(fingerprintOf(one)))
  if (missing === undefined) return
  throw new TrustError(
    'setup',
    `the trust document in etcd (number ${trust.sequence}) names the authority ${titleOf(missing)}, and this directory does not have it: it is a copy of before a rollover, and nothing is signed with it. Bring back the newest copy of the directory; where there is none, delete ${key} in etcd, and machines that came by that authority join again`,
  )
}

/** One that signed before and that a later document does not name any more. */
function findRetired({ trust }: SignedTrust, { issuerEntry, trusted, nextEntry }: Authorities): X509Certificate[] {
  const named = new Set(trust.authorities.map(fingerprintOf))
  const others = new Set([issuerEntry.fingerprint, nextEntry?.fingerprint])
  return trusted.filter(one => !named.has(fingerprintOf(one)) && !others.has(fingerprintOf(one)))
}

function titleOf(certificate: X509Certificate): string {
  return `"${commonNameOf(certificate.subject) ?? certificate.subject}" (sha256:${fingerprintOf(certificate).slice(0, 16)}…)`
}
