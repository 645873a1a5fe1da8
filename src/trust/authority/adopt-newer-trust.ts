import type { X509Certificate } from 'node:crypto'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import type { Log } from '../../telemetry/log.ts'
import { commonNameOf } from '../../tls/certificate-names.ts'
import type { Authorities } from './authorities.ts'
import { readMeta, writeMeta } from './meta.ts'
import { TrustError } from '../contract.ts'
import { learnRevocations } from './revocations.ts'
import { type Revocation, hashSubject, nameSubject } from '../revocation-list.ts'
import { type SignedTrust, type Trust, fingerprintOf, isSignedByOneOf, parseTrust } from '../trust-document.ts'

export interface NewerTrustOptions {
  readonly database: Database
  readonly log: Log
  /** The document's key in etcd. */
  readonly key: string
}

const MAX_NAMES_LOGGED = 20

/**
 * Adopts from the trust document in etcd what this database does not have: it may have been restored from a copy, or
 * another signer was active meanwhile. True where authorities have to be read again. Only a document with a number above
 * this database's has news, and only if a trusted authority signed it. Throws a TrustError (`setup`) where the whole
 * directory is too old to be used.
 */
export function adoptNewerTrust(value: Buffer, authorities: Authorities, options: NewerTrustOptions): boolean {
  const { database, log, key } = options
  const signed = readOwn(value, authorities)
  if (signed === undefined) {
    log.warn({ key }, 'the trust document in etcd is not one of this authority; ignoring it')
    return false
  }
  const { sequence } = signed.trust
  const known = readSequence(database)
  if (sequence <= known) return false
  checkDirectory(signed, authorities, key)
  const retired = findRetired(signed, authorities)
  const learned = transact(database, () => {
    writeMeta(database, 'sequence', String(sequence))
    const statement = database.prepare('INSERT OR IGNORE INTO retired VALUES (?, ?)')
    for (const one of retired) statement.run(fingerprintOf(one), signed.trust.issuedAtMs)
    return learnRevocations(database, revocationsIn(signed.trust))
  })
  const names = learned.names.toSorted().slice(0, MAX_NAMES_LOGGED)
  const fields = { sequence, known, revoked: learned.count, names, retired: retired.map(titleOf) }
  log.warn(
    fields,
    'the trust document in etcd is newer than ca.db, which was restored from a copy or is that of a standby; taking over its revocations (certificates and tokens since that copy are unknown here)',
  )
  return retired.length > 0
}

/** Version 1 listed each certificate: its name was revoked as a whole. */
function revocationsIn({ revoked, earlierRevoked = [] }: Trust): Revocation[] {
  const earlier = earlierRevoked.map(({ name, revokedAt }) => ({
    hash: hashSubject(nameSubject(name)),
    beganBy: Math.floor(Date.parse(revokedAt) / 1000),
  }))
  return [...revoked.revocations, ...earlier]
}

export function readSequence(database: Database): number {
  return Number(readMeta(database, 'sequence') ?? 0)
}

/** Undefined where it cannot be read, or no trusted authority signed it: the key of a retired one may be stolen. */
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
    `the trust document in etcd (number ${trust.sequence}) names the authority ${titleOf(missing)}, which this directory does not have: it is a copy from before a rollover, and nothing is signed with it. Restore the newest copy of the directory; if there is none, delete ${key} in etcd, and let the machines of that authority join again`,
  )
}

/** Former signers that the newer document no longer names. */
function findRetired({ trust }: SignedTrust, { issuerEntry, trusted, nextEntry }: Authorities): X509Certificate[] {
  const named = new Set(trust.authorities.map(fingerprintOf))
  const others = new Set([issuerEntry.fingerprint, nextEntry?.fingerprint])
  return trusted.filter(one => !named.has(fingerprintOf(one)) && !others.has(fingerprintOf(one)))
}

function titleOf(certificate: X509Certificate): string {
  return `"${commonNameOf(certificate.subject) ?? certificate.subject}" (sha256:${fingerprintOf(certificate).slice(0, 16)}…)`
}
