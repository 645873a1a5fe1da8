// Who may have which certificate: everything that can be said without making one. All throw a TrustError (`refused`).
import { X509Certificate } from 'node:crypto'
import type { Database } from '../../sqlite/database.ts'
import { type CertificateRecord, countGoodByName, findBySerial } from './certificates.ts'
import { TrustError } from '../contract.ts'
import { matchesPattern } from '../name-pattern.ts'
import { alternativeNamesFor } from '../machine-names.ts'
import { isProvenByKey, isProvenByToken } from '../proof.ts'
import type { RequestBody, SignedRequest } from '../request.ts'
import { nameRevokedAt } from './revocations.ts'
import { type TokenRecord, findToken, stateOfToken } from './tokens.ts'

/** Whose word the request is. */
export type Claim =
  | { readonly by: 'token'; readonly token: TokenRecord }
  | { readonly by: 'certificate'; readonly current: CertificateRecord }

/** Checks the proof and nothing else: what it proves may have expired. */
export function verifyProof(database: Database, request: SignedRequest): Claim {
  const { tokenId, certificate } = request.body
  if (tokenId !== undefined) return { by: 'token', token: verifyToken(database, request, tokenId) }
  return { by: 'certificate', current: verifyPossession(database, request, certificate ?? '') }
}

function verifyToken(database: Database, { text, proof }: SignedRequest, id: string): TokenRecord {
  const token = findToken(database, id)
  if (token === undefined)
    throw refuse(`the token ${shorten(id)} is unknown here: it is of another authority, or mistyped`)
  if (!isProvenByToken(text, proof, token.secret))
    throw refuse(`the proof does not fit the token ${id}: is its text whole?`)
  const { secret: _, ...record } = token
  return record
}

function verifyPossession(database: Database, { text, proof }: SignedRequest, pem: string): CertificateRecord {
  const certificate = readCertificate(pem)
  const current = findBySerial(database, certificate.serialNumber)
  // The very certificate, not only its number: anyone can make one with a number of ours.
  if (current === undefined || !new X509Certificate(current.certificate).raw.equals(certificate.raw))
    throw refuse('the certificate that is to be renewed is not known here: a new token is needed')
  if (isProvenByKey(text, proof, certificate.publicKey)) return current
  throw refuse('the proof is not signed by the key of the certificate that is to be renewed')
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw refuse("the certificate that is to be renewed can't be read")
  }
}

/** What is asked for, and on whose word. */
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
    throw refuse('a collector needs at least one name or address by which agents reach it')
  const own = alternativeNamesFor('agent', name, []).dnsNames
  if (kind === 'agent' && (ipAddresses.length > 0 || dnsNames.join() !== own.join()))
    throw refuse("an agent's certificate is for its own name alone")
}

/** The list of what is revoked has to fit into the trust document, also after somebody has had a key for a while. */
const MAX_GOOD = 100

/** By kind: a collector may be called anything, and must not use up what an agent may have. */
function checkNumber({ name, kind }: RequestBody, { database, nowMs }: RuleContext): void {
  const count = countGoodByName(database, { name, kind }, nowMs)
  if (count < MAX_GOOD) return
  throw refuse(
    `"${name}" has ${count} certificates that are good: that is no single machine; was its key stolen (\`forwarder ca revoke\`), or do many machines have one name?`,
  )
}

function checkToken(body: RequestBody, token: TokenRecord, { database, nowMs }: RuleContext): void {
  const state = stateOfToken(token, nowMs)
  if (state === 'revoked') throw refuse(`the token ${token.id} has been revoked`)
  if (state === 'expired') throw refuse(`the token ${token.id} expired on ${new Date(token.expiresMs).toISOString()}`)
  if (state === 'used up')
    throw refuse(
      `the token ${token.id} is used up: it was good for ${token.uses === 1 ? 'one certificate' : `${token.uses} certificates`}`,
    )
  if (token.kind !== body.kind)
    throw refuse(`the token ${token.id} is for one kind of machine, ${token.kind}, not for ${body.kind}`)
  checkPatterns(body, token.patterns, `the token ${token.id}`)
  for (const name of [body.name, ...body.dnsNames, ...body.ipAddresses]) {
    const revokedMs = nameRevokedAt(database, name)
    if (revokedMs !== undefined && revokedMs >= token.createdMs)
      throw refuse(
        `"${name}" was revoked on ${new Date(revokedMs).toISOString()}: only a token made after that is good for it`,
      )
  }
}

function checkRenewal(body: RequestBody, current: CertificateRecord, { nowMs, renewExpiredMs }: RuleContext): void {
  if (current.revokedMs !== undefined)
    throw refuse(
      `the certificate ${current.serial} of "${current.name}" was revoked on ${new Date(current.revokedMs).toISOString()}`,
    )
  if (current.notAfterMs + renewExpiredMs <= nowMs)
    throw refuse(
      `the certificate ${current.serial} expired on ${new Date(current.notAfterMs).toISOString()}, too long ago to be renewed`,
    )
  if (current.kind !== body.kind)
    throw refuse(`the certificate is one of kind ${current.kind}, and ${body.kind} is asked for`)
  if (current.name !== body.name)
    throw refuse(`the certificate is of "${current.name}", and "${body.name}" is asked for`)
  checkPatterns(body, current.patterns, 'the token by which it came')
}

/** A collector's patterns are for each name by which it is reached; an agent's for what it is called. */
function checkPatterns(body: RequestBody, patterns: readonly string[], what: string): void {
  if (patterns.length === 0) return
  const names = body.kind === 'agent' ? [body.name] : [...body.dnsNames, ...body.ipAddresses]
  const wrong = names.find(name => !patterns.some(pattern => matchesPattern(name, pattern)))
  if (wrong !== undefined)
    throw refuse(`"${wrong}" is not among the names that ${what} is good for: ${patterns.join(', ')}`)
}

function refuse(reason: string): TrustError {
  return new TrustError('refused', reason)
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 16))
}
