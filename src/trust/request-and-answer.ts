// A machine's request, at <prefix>/requests/<id>:
//   {"body": "<JSON text>", "proof": "<base64>"}
// with body = {version, kind, name, dnsNames, ipAddresses, csr, tokenId | certificate, createdAt}. The text itself is proven,
// so no canonical form of JSON is needed. The answer, at <prefix>/answers/<id>:
//   {"certificate": "<PEM>"} or {"refused": "<sentence>"}
import { isIP } from 'node:net'
import { DAY_MS } from '../flow/time-units.ts'
import { type Kind, TrustError } from './contract.ts'
import { asList, asText, asWhole, parseFields } from './json-fields.ts'
import { type AlternativeNames, isCanonicalHost, isGoodName } from './machine-names.ts'
import { sha256 } from './proofs-and-signatures.ts'

/** An older request is not sent again: its answer may be a certificate that has expired since. */
export const MAX_REQUEST_AGE_MS = DAY_MS

/** These limits keep a writer to etcd from using up the signer's time and memory. */
const MAX_REQUEST_BYTES = 32_768
const MAX_BODY_BYTES = 16_384
const MAX_PEM_BYTES = 8192
const MAX_PROOF_BYTES = 1024
const MAX_NAMES = 32
const MAX_ANSWER_BYTES = 65_536
const ID = /^[0-9a-f]{32}$/u

export interface RequestBody extends AlternativeNames {
  readonly kind: Kind
  readonly name: string
  /** Signing request in PEM; only its key is used. */
  readonly csr: string
  /** The token whose secret proves the request; otherwise `certificate` (PEM), the current one, whose key proves it. */
  readonly tokenId?: string
  readonly certificate?: string
  readonly createdAtMs: number
}

export interface SignedRequest {
  /** The exact text that is proven. */
  readonly text: string
  readonly body: RequestBody
  readonly proof: string
}

export type Answer = { readonly certificate: string } | { readonly refused: string }

export function formatBody({ createdAtMs, ...body }: RequestBody): string {
  return JSON.stringify({ version: 1, ...body, createdAt: new Date(createdAtMs).toISOString() })
}

/** Where the request is put: the same text has the same place. */
export function requestIdOf(bodyText: string): string {
  return sha256(bodyText).slice(0, 32)
}

export function isRequestId(id: string): boolean {
  return ID.test(id)
}

/** Throws a TrustError (`refused`) for anything that is not a request. */
export function parseRequest(value: Buffer): SignedRequest {
  if (value.length > MAX_REQUEST_BYTES)
    throw makeRefusal(`it has ${value.length} bytes, ${MAX_REQUEST_BYTES} are allowed`)
  const fields = parseFields(value.toString(), MAX_REQUEST_BYTES)
  const text = asText(fields?.['body'], MAX_BODY_BYTES)
  const proof = asText(fields?.['proof'], MAX_PROOF_BYTES)
  if (text === undefined || proof === undefined) throw makeRefusal('it has no "body" and "proof"')
  return { text, proof, body: parseBody(text) }
}

/** Throws a TrustError (`refused`). */
export function parseBody(text: string): RequestBody {
  const fields = parseFields(text, MAX_BODY_BYTES)
  if (fields === undefined) throw makeRefusal('its body is not a JSON object')
  if (fields['version'] !== 1) throw makeRefusal('its version is unknown here: is the signer older than the machine?')
  const csr = asText(fields['csr'], MAX_PEM_BYTES)
  const createdAtMs = asWhole(Date.parse(asText(fields['createdAt'], 64) ?? ''))
  if (csr === undefined) throw makeRefusal('it has no "csr"')
  if (createdAtMs === undefined) throw makeRefusal('it has no "createdAt"')
  const kind = readKind(fields['kind'])
  return { kind, name: readName(fields['name']), ...readNames(fields), csr, createdAtMs, ...readReason(fields) }
}

function readKind(value: unknown): Kind {
  if (value === 'agent' || value === 'collector') return value
  throw makeRefusal('its kind is neither "agent" nor "collector"')
}

function readName(value: unknown): string {
  if (typeof value === 'string' && isGoodName(value)) return value
  throw makeRefusal('its name is not 1 to 64 bytes without control characters')
}

function readNames(fields: Readonly<Record<string, unknown>>): AlternativeNames {
  const dnsNames = asList(fields['dnsNames'], MAX_NAMES, readDnsName)
  const ipAddresses = asList(fields['ipAddresses'], MAX_NAMES, readAddress)
  if (dnsNames === undefined || ipAddresses === undefined)
    throw makeRefusal(`its names are not at most ${MAX_NAMES} host names and addresses, without wildcards`)
  return { dnsNames, ipAddresses }
}

function readDnsName(entry: unknown): string | undefined {
  return typeof entry === 'string' && isIP(entry) === 0 && isCanonicalHost(entry) ? entry : undefined
}

function readAddress(entry: unknown): string | undefined {
  return typeof entry === 'string' && isIP(entry) !== 0 && isCanonicalHost(entry) ? entry : undefined
}

function readReason(fields: Readonly<Record<string, unknown>>): { tokenId: string } | { certificate: string } {
  const tokenId = asText(fields['tokenId'], 64)
  const certificate = asText(fields['certificate'], MAX_PEM_BYTES)
  if (tokenId !== undefined && certificate === undefined) return { tokenId }
  if (certificate !== undefined && tokenId === undefined) return { certificate }
  throw makeRefusal('it must name either a token or a certificate')
}

function makeRefusal(reason: string): TrustError {
  return new TrustError('refused', `the request cannot be read: ${reason}`)
}

/** Undefined for anything that is not an answer. */
export function parseAnswer(value: Buffer): Answer | undefined {
  const fields = parseFields(value.toString(), MAX_ANSWER_BYTES)
  const certificate = asText(fields?.['certificate'], MAX_PEM_BYTES)
  if (certificate !== undefined) return { certificate }
  const refused = asText(fields?.['refused'], 2048)
  return refused === undefined ? undefined : { refused }
}
