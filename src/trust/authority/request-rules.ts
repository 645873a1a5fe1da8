// Which machine may have which certificate: all checks before one is made. Each throws a TrustError (`refused`).
import { X509Certificate } from 'node:crypto'
import { domainToUnicode } from 'node:url'
import type { Database } from '../../sqlite/database.ts'
import { type CertificateRecord, countGoodByName, findBySerial } from './issued-certificates.ts'
import { TrustError } from '../contract.ts'
import { matchesPattern } from '../name-pattern.ts'
import { alternativeNamesFor, isNewName } from '../machine-names.ts'
import { isProvenByKey, isProvenByToken } from '../proofs-and-signatures.ts'
import type { RequestBody, SignedRequest } from '../request-and-answer.ts'
import { isRevoked, revokedAtMs } from './revocations.ts'
import { type TokenRecord, findToken, stateOfToken } from './tokens.ts'

/** What proves the request. */
export type Claim =
  | { readonly by: 'token'; readonly token: TokenRecord }
  | { readonly by: 'certificate'; readonly current: CertificateRecord }

/** Checks the proof alone: the token or certificate behind it may have expired. */
export function verifyProof(database: Database, request: SignedRequest): Claim {
  const { tokenId, certificate } = request.body
  if (tokenId !== undefined) return { by: 'token', token: verifyToken(database, request, tokenId) }
  return { by: 'certificate', current: verifyPossession(database, request, certificate ?? '') }
}

function verifyToken(database: Database, { text, proof }: SignedRequest, id: string): TokenRecord {
  const token = findToken(database, id)
  if (token === undefined)
    throw makeRefusal(`the token ${shorten(id)} is unknown here: it belongs to another authority, or is mistyped`)
  if (!isProvenByToken(text, proof, token.secret))
    throw makeRefusal(`the proof does not fit the token ${id}: is its text complete?`)
  const { secret: _, ...record } = token
  return record
}

function verifyPossession(database: Database, { text, proof }: SignedRequest, pem: string): CertificateRecord {
  const certificate = readCertificate(pem)
  const current = findBySerial(database, certificate.serialNumber)
  // The whole certificate is compared: anyone can make one with a serial number of ours.
  if (current === undefined || !new X509Certificate(current.certificate).raw.equals(certificate.raw))
    throw makeRefusal('the certificate that is to be renewed is not known here: a new token is needed')
  if (isProvenByKey(text, proof, certificate.publicKey)) return current
  throw makeRefusal('the proof is not signed by the key of the certificate that is to be renewed')
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw makeRefusal('the certificate that is to be renewed cannot be read')
  }
}

/** What is requested, and what proves it. */
export interface Asked {
  readonly body: RequestBody
  readonly claim: Claim
}

export interface RuleContext {
  readonly database: Database
  readonly nowMs: number
  readonly renewExpiredMs: number
}

export function checkRules({ body, claim }: Asked, context: RuleContext): void {
  checkNames(body)
  checkNumber(body, context)
  if (claim.by === 'token') checkToken(body, claim.token, context)
  else checkRenewal(body, claim.current, context)
}

function checkNames({ kind, dnsNames, ipAddresses, name }: RequestBody): void {
  if (kind === 'collector' && dnsNames.length + ipAddresses.length === 0)
    throw makeRefusal('a collector needs at least one name or address by which agents reach it')
  const own = alternativeNamesFor('agent', name, []).dnsNames
  if (kind === 'agent' && (ipAddresses.length > 0 || dnsNames.join() !== own.join()))
    throw makeRefusal("an agent's certificate is for its own name alone")
}

/** A stolen key must not fill the disk. */
const MAX_VALID_CERTIFICATES = 100

/** Counts by kind: a collector may have any name, and must not use up an agent's number. */
function checkNumber({ name, kind }: RequestBody, { database, nowMs }: RuleContext): void {
  const count = countGoodByName(database, { name, kind }, nowMs)
  if (count < MAX_VALID_CERTIFICATES) return
  throw makeRefusal(
    `"${name}" has ${count} valid certificates, which one machine does not need: was its key stolen (\`forwarder ca revoke\`), or do many machines have this name?`,
  )
}

function checkToken(body: RequestBody, token: TokenRecord, { database, nowMs }: RuleContext): void {
  const state = stateOfToken(token, nowMs)
  if (state === 'revoked') throw makeRefusal(`the token ${token.id} has been revoked`)
  if (state === 'expired')
    throw makeRefusal(`the token ${token.id} expired on ${new Date(token.expiresMs).toISOString()}`)
  if (state === 'used up')
    throw makeRefusal(
      `the token ${token.id} is used up: it was valid for ${token.uses === 1 ? 'one certificate' : `${token.uses} certificates`}`,
    )
  if (token.kind !== body.kind)
    throw makeRefusal(`the token ${token.id} is for one kind of machine, ${token.kind}, not for ${body.kind}`)
  if (!isNewName(body.name))
    throw makeRefusal(
      `"${body.name}" is not a name for a new machine: expected lower-case letters, digits and . _ - : @ + (a newer forwarder on that machine asks in lower case)`,
    )
  checkPatterns(body, token.patterns, `the token ${token.id}`)
  for (const name of [body.name, ...body.dnsNames, ...body.ipAddresses]) {
    const revokedMs = revokedAtMs(database, name)
    if (revokedMs !== undefined && revokedMs >= token.createdMs)
      throw makeRefusal(
        `"${name}" was revoked on ${new Date(revokedMs).toISOString()}: only a token made after that is valid for it`,
      )
  }
}

function checkRenewal(body: RequestBody, current: CertificateRecord, context: RuleContext): void {
  const { database, nowMs, renewExpiredMs } = context
  if (isRevoked(database, current))
    throw makeRefusal(
      `the certificate ${current.serial} of "${current.name}" was revoked${current.revokedMs === undefined ? '' : ` on ${new Date(current.revokedMs).toISOString()}`}`,
    )
  if (current.notAfterMs + renewExpiredMs <= nowMs)
    throw makeRefusal(
      `the certificate ${current.serial} expired on ${new Date(current.notAfterMs).toISOString()}, too long ago to be renewed`,
    )
  if (current.kind !== body.kind)
    throw makeRefusal(`the certificate is of kind ${current.kind}, but ${body.kind} is requested`)
  if (current.name !== body.name)
    throw makeRefusal(`the certificate is of "${current.name}", but "${body.name}" is requested`)
  checkPatterns(body, current.patterns, 'its join token')
}

/** Patterns apply to each name and address in the certificate, and for an agent to its own name as well. */
function checkPatterns(body: RequestBody, patterns: readonly string[], what: string): void {
  if (patterns.length === 0) return
  const hosts = [...body.dnsNames, ...body.ipAddresses]
  const names = body.kind === 'agent' ? [body.name, ...hosts] : hosts
  const wrong = names.find(name => !isAmong(name, patterns) && !isAmong(domainToUnicode(name), patterns))
  if (wrong !== undefined)
    throw makeRefusal(`"${wrong}" is not among the names for which ${what} is valid: ${patterns.join(', ')}`)
}

function isAmong(name: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => matchesPattern(name, pattern))
}

function makeRefusal(reason: string): TrustError {
  return new TrustError('refused', reason)
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 16))
}
