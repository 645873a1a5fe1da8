// The trusted authorities and the revoked certificates, at <prefix>/trust:
//   {"body": "<JSON text>", "signatures": [{"authority": "<sha256 of its certificate>", "signature": "<base64>"}]}
// with body = {version: 2, sequence, issuedAt, authorities: [PEM…], revoked: "<see revocation-list.ts>"}. In version 1,
// revoked was [{serial, name, revokedAt, until}]: it is still read.
import { type KeyObject, X509Certificate } from 'node:crypto'
import { TrustError } from './contract.ts'
import { type Fields, asFields, asList, asText, asWhole, parseFields } from './json-fields.ts'
import { RevocationList, decodeRevocations, encodeRevocations } from './revocation-list.ts'
import { isTrustSigned, sha256, signTrust } from './proofs-and-signatures.ts'

/** etcd takes requests of up to 1.5 MiB. */
export const MAX_TRUST_BYTES = 1_400_000
const MAX_AUTHORITIES = 8
const MAX_EARLIER_REVOKED = 20_000
const MAX_SIGNATURES = 16
const SERIAL = /^[0-9A-F]{1,64}$/u

/** A revocation in a document of version 1. */
export interface EarlierRevocation {
  /** Upper-case hex, as node's X509Certificate has it. */
  readonly serial: string
  readonly name: string
  readonly revokedAt: string
}

export interface Trust {
  /** Only grows: a reader rejects anything older than what it knows. */
  readonly sequence: number
  readonly issuedAtMs: number
  readonly authorities: readonly X509Certificate[]
  readonly revoked: RevocationList
  /** In a document of version 1: what `revoked` was made of. */
  readonly earlierRevoked?: readonly EarlierRevocation[]
}

export interface TrustSigner {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

interface Signature {
  readonly authority: string
  readonly signature: string
}

export interface SignedTrust {
  /** The exact text that is signed. */
  readonly text: string
  readonly trust: Trust
  readonly signatures: readonly Signature[]
}

export function fingerprintOf(certificate: X509Certificate): string {
  return sha256(certificate.raw)
}

/** `leftOut`: revocations for which there was no room. */
export function formatTrust(
  trust: Trust,
  signers: readonly TrustSigner[],
): { readonly text: string; readonly leftOut: number } {
  const revocations = encodeRevocations(trust.revoked)
  const body = JSON.stringify({
    version: 2,
    sequence: trust.sequence,
    issuedAt: new Date(trust.issuedAtMs).toISOString(),
    authorities: trust.authorities.map(one => one.toString()),
    revoked: revocations.text,
  })
  const signatures = signers.map(({ certificate, key }) => ({
    authority: fingerprintOf(certificate),
    signature: signTrust(body, key),
  }))
  return { text: JSON.stringify({ body, signatures }), leftOut: revocations.leftOut }
}

/** Throws a TrustError (`trust`) where the form is wrong. Signatures are not verified yet. */
export function parseTrust(value: Buffer): SignedTrust {
  const fields = value.length > MAX_TRUST_BYTES ? undefined : parseFields(value.toString(), MAX_TRUST_BYTES)
  const text = asText(fields?.['body'], MAX_TRUST_BYTES)
  const signatures = asList(fields?.['signatures'], MAX_SIGNATURES, readSignature)
  if (text === undefined || signatures === undefined)
    throw makeFormError(`${value.length} bytes without a readable "body" and "signatures"`)
  return { text, trust: parseTrustBody(text), signatures }
}

/** Throws a TrustError (`trust`). */
export function parseTrustBody(text: string): Trust {
  const fields = parseFields(text, MAX_TRUST_BYTES)
  if (fields?.['version'] !== 1 && fields?.['version'] !== 2)
    throw makeFormError('its version is unknown here: is the signer newer than this machine?')
  const sequence = asWhole(fields['sequence'])
  const issuedAtMs = asWhole(Date.parse(asText(fields['issuedAt'], 64) ?? ''))
  const authorities = asList(fields['authorities'], MAX_AUTHORITIES, readAuthority)
  const revoked = fields['version'] === 1 ? readEarlierRevoked(fields) : readRevoked(fields)
  if (sequence === undefined || issuedAtMs === undefined) throw makeFormError('"sequence" or "issuedAt" is missing')
  if (authorities === undefined || authorities.length === 0) throw makeFormError('"authorities" cannot be read')
  if (revoked === undefined) throw makeFormError('"revoked" cannot be read')
  return { sequence, issuedAtMs, authorities, ...revoked }
}

export function isSignedByOneOf({ text, signatures }: SignedTrust, trusted: readonly X509Certificate[]): boolean {
  return trusted.some(authority => {
    const fingerprint = fingerprintOf(authority)
    const own = signatures.filter(one => one.authority === fingerprint)
    return own.some(({ signature }) => isTrustSigned(text, signature, authority.publicKey))
  })
}

function readSignature(entry: unknown): Signature | undefined {
  const fields = asFields(entry)
  const authority = asText(fields?.['authority'], 64)
  const signature = asText(fields?.['signature'], 2048)
  return authority === undefined || signature === undefined ? undefined : { authority, signature }
}

function readAuthority(entry: unknown): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(asText(entry, 16_384) ?? '')
    return certificate.ca ? certificate : undefined
  } catch {
    return undefined // not a certificate: the caller decides what that means
  }
}

function readRevoked(fields: Fields): Pick<Trust, 'revoked'> | undefined {
  const revoked = decodeRevocations(asText(fields['revoked'], MAX_TRUST_BYTES) ?? '-')
  return revoked && { revoked }
}

function readEarlierRevoked(fields: Fields): Pick<Trust, 'revoked' | 'earlierRevoked'> | undefined {
  const earlierRevoked = asList(fields['revoked'], MAX_EARLIER_REVOKED, readEarlierRevocation)
  if (earlierRevoked === undefined) return undefined
  const serials = earlierRevoked.map(({ serial }) => serial)
  return { revoked: new RevocationList([], serials), earlierRevoked }
}

function readEarlierRevocation(entry: unknown): EarlierRevocation | undefined {
  const fields: Fields = asFields(entry) ?? {}
  const serial = asText(fields['serial'], 64)
  const name = asText(fields['name'], 256)
  const revokedAt = asText(fields['revokedAt'], 64)
  if (serial === undefined || !SERIAL.test(serial)) return undefined
  if (name === undefined || revokedAt === undefined || Number.isNaN(Date.parse(revokedAt))) return undefined
  return { serial, name, revokedAt }
}

function makeFormError(what: string): TrustError {
  return new TrustError('trust', `the trust document cannot be read: ${what}; \`forwarder ca serve\` writes it again`)
}
