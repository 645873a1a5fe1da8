// The authorities of a directory: `ca` signs certificates, `next` will, `old-…` did. Each signs the trust document.
import { X509Certificate } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../../sqlite/database.ts'
import { readAuthority } from '../../tls/file-authority.ts'
import type { KeyPair } from '../../tls/certificate-maker.ts'
import { commonNameOf } from '../../tls/certificate-names.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { type TrustSigner, fingerprintOf } from '../trust-document.ts'

/** - `old`: trusted, signs no more certificates. - `retired`: no longer trusted; still signs the trust document. */
export type AuthorityState = 'signing' | 'next' | 'old' | 'retired'

export interface AuthorityEntry {
  readonly state: AuthorityState
  /** Without `.pem` or `.key`. */
  readonly fileName: string
  readonly certificate: X509Certificate
  readonly fingerprint: string
  readonly name: string
}

export interface Authorities {
  /** The authority that signs certificates. */
  readonly issuer: KeyPair
  readonly issuerEntry: AuthorityEntry
  /** The authority that signs them after the rollover that has begun. */
  readonly nextEntry: AuthorityEntry | undefined
  readonly trusted: readonly X509Certificate[]
  readonly signers: readonly TrustSigner[]
  /** Why the next authority cannot be used, which does not keep the present one from its work. */
  readonly fault: Error | undefined
}

const OLD = /^(old-[0-9a-f]{12})\.pem$/u

export function oldFileName(fingerprint: string): string {
  return `old-${fingerprint.slice(0, 12)}`
}

/** Reads certificates only: no passphrase is needed. The signing one comes first. Throws an Error for an unreadable one. */
export function listAuthorities(dir: string, database: Database, withoutNext = false): AuthorityEntry[] {
  const retired = new Set(
    database
      .prepare('SELECT fingerprint FROM retired')
      .all()
      .map(row => String(row['fingerprint'])),
  )
  const old = readdirSync(dir).flatMap(name => OLD.exec(name)?.[1] ?? [])
  const next = !withoutNext && existsSync(join(dir, 'next.pem')) ? [readEntry(dir, 'next', 'next')] : []
  const before = old.sort().map(fileName => readEntry(dir, fileName, 'old'))
  // After an interrupted switch the directory has the signing one twice.
  const signing = readEntry(dir, 'ca', 'signing')
  return [
    signing,
    ...next,
    ...before
      .filter(({ fingerprint }) => fingerprint !== signing.fingerprint)
      .map(entry => (retired.has(entry.fingerprint) ? { ...entry, state: 'retired' as const } : entry)),
  ]
}

/** Throws a TlsError where a key cannot be used: missing, of another certificate, or with another passphrase. */
export async function loadAuthorities(dir: string, database: Database, passphrase?: string): Promise<Authorities> {
  const fault = await findNextFault(dir, passphrase)
  const entries = listAuthorities(dir, database, fault !== undefined)
  const [issuerEntry] = entries
  if (issuerEntry === undefined) throw new Error('the signing authority is always in the list')
  const issuer = await readAuthority(dir, passphrase)
  const signers: TrustSigner[] = []
  for (const { fileName, certificate } of entries) {
    if (!existsSync(join(dir, `${fileName}.key`))) continue // an operator may have destroyed an old key
    const { key } = await readAuthority(dir, passphrase, fileName)
    signers.push({ certificate, key: createPrivateKey(key) })
  }
  const trusted = entries.filter(({ state }) => state !== 'retired').map(({ certificate }) => certificate)
  const nextEntry = entries.find(({ state }) => state === 'next')
  return { issuer, issuerEntry, nextEntry, trusted, signers, fault }
}

async function findNextFault(dir: string, passphrase: string | undefined): Promise<Error | undefined> {
  // After an interrupted switch its key is that of `ca`.
  if (!existsSync(join(dir, 'next.pem')) || !existsSync(join(dir, 'next.key'))) return undefined
  try {
    await readAuthority(dir, passphrase, 'next')
    return undefined
  } catch (error) {
    if (error instanceof TlsError) return error
    throw error
  }
}

function readEntry(dir: string, fileName: string, state: AuthorityState): AuthorityEntry {
  const certificate = new X509Certificate(readFileSync(join(dir, `${fileName}.pem`)))
  const name = commonNameOf(certificate.subject) ?? certificate.subject
  return { state, fileName, certificate, fingerprint: fingerprintOf(certificate), name }
}
