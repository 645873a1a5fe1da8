import { type KeyObject, X509Certificate } from 'node:crypto'
import { reasonOf } from '../../flow/error-reason.ts'
import { HOUR_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import type { Log } from '../../telemetry/log.ts'
import { certifyKey, readSigningRequest } from '../../tls/certificate-maker.ts'
import { advanceTrustedTime } from './trusted-clock.ts'
import type { Authorities } from './authorities.ts'
import {
  type CertificateRecord,
  addCertificate,
  findByRequest,
  findBySerial,
  findGoodByName,
  findRenewals,
} from './issued-certificates.ts'
import { TrustError } from '../contract.ts'
import { sha256 } from '../proofs-and-signatures.ts'
import { hostSubject, nameSubject } from '../revocation-list.ts'
import { MAX_REQUEST_AGE_MS, type RequestBody, type SignedRequest, parseRequest } from '../request-and-answer.ts'
import { type Asked, type Claim, checkRules, verifyProof } from './request-rules.ts'
import { isRevoked, latestBeganBy } from './revocations.ts'
import { type TokenRecord, countUse, findToken } from './tokens.ts'

/** Clocks of machines differ: a new certificate must be valid for one that is behind. */
const MAX_SKEW_MS = HOUR_MS
const SKEW_SHARE = 24
const NOTABLE_SKEW_MS = 300_000

export interface AnswerContext {
  readonly database: Database
  readonly authorities: Authorities
  readonly lifetimeMs: number
  readonly renewExpiredMs: number
  readonly nowMs: number
  readonly log: Log
}

export interface Issued {
  readonly record: CertificateRecord
  /** False where the same request had been answered before. */
  readonly isNew: boolean
  /** The certificate that was renewed may have been copied: it was renewed with another key before. */
  readonly isFork: boolean
}

/**
 * Checks a request and makes the certificate, which is durable when this resolves. The same text always gets the same
 * certificate. Rejects with a TrustError (`refused`) whose message is the answer; any other error is ours.
 */
export async function answerRequest(value: Buffer, context: AnswerContext): Promise<Issued> {
  const request = parseRequest(value)
  const claim = verifyProof(context.database, request)
  const known = findByRequest(context.database, sha256(request.text))
  if (known !== undefined) return { record: checkAgain(known, context), isNew: false, isFork: false }
  const asked = { body: request.body, claim }
  checkRules(asked, context)
  const key = await readKey(request.body)
  const isFork = warnOf(asked, { ...context, keyHash: hashOf(key) })
  const record = await certify(request, { claim, key }, context)
  store(record, asked, context)
  return { record, isNew: true, isFork }
}

/** Refuses where the earlier answer is of no use any more: a request with a new text helps. */
function checkAgain(known: CertificateRecord, { database, nowMs }: AnswerContext): CertificateRecord {
  if (isRevoked(database, known)) throw makeRefusal(`the certificate of this request has been revoked`)
  if (known.notAfterMs <= nowMs) throw makeRefusal('the certificate of this request has expired: ask for a new one')
  if (known.issuedMs > nowMs + MAX_SKEW_MS)
    throw makeRefusal("the certificate of this request was made when the signer's clock was ahead: ask for a new one")
  return known
}

async function readKey({ csr }: RequestBody): Promise<KeyObject> {
  try {
    return await readSigningRequest(csr)
  } catch (cause) {
    throw new TrustError('refused', `the signing request cannot be used: ${reasonOf(cause)}`, { cause })
  }
}

async function certify(
  { body, text }: SignedRequest,
  { claim, key }: { readonly claim: Claim; readonly key: KeyObject },
  { database, authorities, lifetimeMs, nowMs }: AnswerContext,
): Promise<CertificateRecord> {
  const { issuer, issuerEntry } = authorities
  const lastMs = issuerEntry.certificate.validToDate.getTime()
  if (lastMs <= nowMs)
    throw new TrustError(
      'setup',
      `the authority "${issuerEntry.name}" ended on ${issuerEntry.certificate.validTo} and can no longer sign: \`forwarder ca rollover begin\` and \`switch\` give another`,
    )
  const notAfter = new Date(Math.min(nowMs + lifetimeMs, lastMs))
  const { name: commonName, dnsNames, ipAddresses, kind } = body
  const subjects = [nameSubject(commonName), ...[...dnsNames, ...ipAddresses].map(hostSubject)]
  // The first second that an earlier revocation of these does not refuse.
  const firstMs = ((latestBeganBy(database, subjects) ?? -1) + 1) * 1000
  const notBefore = new Date(Math.max(firstMs, nowMs - Math.min(MAX_SKEW_MS, lifetimeMs / SKEW_SHARE)))
  const purpose = kind === 'agent' ? 'client' : 'server'
  const certificate = await certifyKey({ commonName, purpose, dnsNames, ipAddresses, notBefore, notAfter }, key, issuer)
  const parsed = new X509Certificate(certificate)
  return {
    serial: parsed.serialNumber,
    name: body.name,
    kind,
    names: [...dnsNames, ...ipAddresses],
    ...originOf(claim),
    authority: issuerEntry.fingerprint,
    certificate,
    keyHash: hashOf(key),
    requestHash: sha256(text),
    issuedMs: nowMs,
    notAfterMs: parsed.validToDate.getTime(),
    revokedMs: undefined,
  }
}

function originOf(claim: Claim): Pick<CertificateRecord, 'patterns' | 'tokenId' | 'renewedFrom'> {
  if (claim.by === 'token') return { patterns: claim.token.patterns, tokenId: claim.token.id, renewedFrom: undefined }
  const { patterns, tokenId, serial } = claim.current
  return { patterns, tokenId, renewedFrom: serial }
}

/** In one transaction, with the claim as it is now: a command may have revoked its token or certificate meanwhile. */
function store(record: CertificateRecord, { body, claim }: Asked, context: AnswerContext): void {
  const { database, nowMs } = context
  transact(database, () => {
    checkRules({ body, claim: lookAgain(database, claim) }, context)
    if (claim.by === 'token') countUse(database, claim.token.id)
    addCertificate(database, record)
    advanceTrustedTime(database, body.createdAtMs, nowMs)
  })
}

function lookAgain(database: Database, claim: Claim): Claim {
  if (claim.by === 'token') {
    const token = findToken(database, claim.token.id)
    if (token === undefined) throw makeRefusal(`the token ${claim.token.id} is gone`)
    return { by: 'token', token }
  }
  const current = findBySerial(database, claim.current.serial)
  if (current === undefined) throw makeRefusal(`the certificate ${claim.current.serial} is gone`)
  return { by: 'certificate', current }
}

/** Logs what is allowed but worth a look. True for a renewal that may be that of a copy. */
function warnOf({ body, claim }: Asked, context: AnswerContext & { readonly keyHash: string }): boolean {
  const { log, nowMs } = context
  const { name, kind, createdAtMs } = body
  const behindMs = nowMs - createdAtMs
  if (behindMs < -NOTABLE_SKEW_MS) log.warn({ name, kind, aheadMs: -behindMs }, "a machine's clock is ahead")
  if (behindMs > MAX_REQUEST_AGE_MS + MAX_SKEW_MS)
    log.warn({ name, kind, behindMs }, "a machine's clock is far behind, or the signer's clock is far ahead")
  if (claim.by === 'certificate') return warnOfCopy(body, claim.current, context)
  warnOfHolder(body, claim.token, context)
  return false
}

function warnOfCopy(
  { name, kind }: RequestBody,
  { serial }: CertificateRecord,
  { database, log, keyHash }: AnswerContext & { readonly keyHash: string },
): boolean {
  const others = findRenewals(database, serial).filter(other => other.keyHash !== keyHash)
  const fields = { name, kind, serial, others: others.map(other => other.serial) }
  if (others.length > 0)
    log.warn(fields, 'a certificate is renewed a second time with another key; it may have been copied')
  return others.length > 0
}

function warnOfHolder({ name, kind }: RequestBody, { id }: TokenRecord, { database, log, nowMs }: AnswerContext): void {
  const holders = findGoodByName(database, name, nowMs)
  const fields = { name, kind, tokenId: id, others: holders.map(({ serial }) => serial) }
  if (holders.length > 0)
    log.warn(
      fields,
      'a name that has a valid certificate joins again with a token: a reinstalled machine, or another one',
    )
}

function hashOf(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'der' }))
}

function makeRefusal(reason: string): TrustError {
  return new TrustError('refused', reason)
}
