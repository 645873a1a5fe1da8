import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto'
import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { alternativeNamesOf, titleOf } from '../../tls/certificate-names.ts'
import { parseCertificates, parseKey } from '../../tls/pem.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { type Kind, TrustError } from '../contract.ts'
import { foldName, isNewName, machineNameOf } from '../machine-names.ts'
import { sha256 } from '../proofs-and-signatures.ts'

const PURPOSES: Readonly<Record<Kind, string>> = { agent: '1.3.6.1.5.5.7.3.2', collector: '1.3.6.1.5.5.7.3.1' }
/** Machines that joined together renew spread over this share of a certificate's life, before two thirds of it are over. */
const SPREAD = 0.1

/** A machine's certificate and its key. */
export interface Identity {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/** The content that makes a certificate ours. */
export interface Expected {
  readonly kind: Kind
  readonly name: string
  readonly names: readonly string[]
}

/** Undefined where there is none. Throws a TlsError where the file cannot be used. */
export function readIdentity(path: string): Identity | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const [certificate] = parseCertificates(text, path)
  const key = parseKey(text, path)
  if (certificate.checkPrivateKey(key)) return { certificate, key }
  throw new TlsError('files', `the key and the certificate in ${path} do not belong together`)
}

/** Writes both to one file, so that they always fit. */
export function writeIdentity(path: string, certificate: string, key: string): Identity {
  writeWholeFileSync(path, certificate + key)
  return { certificate: new X509Certificate(certificate), key: createPrivateKey(key) }
}

/** Milliseconds since 1970: between 57 and 67 % of its life, always the same for the same certificate. */
export function renewAtMs(certificate: X509Certificate): number {
  const from = certificate.validFromDate.getTime()
  const life = certificate.validToDate.getTime() - from
  const draw = Number.parseInt(sha256(certificate.serialNumber).slice(0, 8), 16) / 0xff_ff_ff_ff
  return Math.round(from + life * (2 / 3 - SPREAD * draw))
}

export function isExpired(certificate: X509Certificate, nowMs: number): boolean {
  return certificate.validToDate.getTime() <= nowMs
}

export function isSignedByAny(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some(authority => certificate.checkIssued(authority) && certificate.verify(authority.publicKey))
}

export function isNamed(certificate: X509Certificate, { kind, name }: Expected): boolean {
  const isOwn = foldName(machineNameOf(certificate) ?? '') === foldName(name)
  return isOwn && (certificate.keyUsage?.includes(PURPOSES[kind]) ?? false)
}

/** A machine that joined under a name of an earlier edition keeps it. Throws a TrustError (`setup`). */
export function checkName(expected: Expected, present: X509Certificate | undefined): void {
  const { name } = expected
  if (isNewName(name) || (present !== undefined && isNamed(present, expected))) return
  throw new TrustError(
    'setup',
    `"${name}" is not a name with which a machine can join: expected 1 to 64 letters, digits and . _ - : @ +`,
  )
}

export function hasNames(certificate: X509Certificate, names: readonly string[]): boolean {
  return alternativeNamesOf(certificate).sort().join() === names.toSorted().join()
}

/** Throws a TrustError (`trust`) for anything but the requested certificate from a trusted authority. */
export function checkAnswered(
  pem: string,
  expected: Expected & { readonly key: KeyObject; readonly nowMs: number },
  authorities: readonly X509Certificate[],
): X509Certificate {
  const certificate = readAnswered(pem)
  if (!certificate.checkPrivateKey(expected.key)) throw makeAnswerError('it is for another key')
  if (!isSignedByAny(certificate, authorities))
    throw makeAnswerError(`it is signed by "${titleOf(certificate.issuer)}", which is not trusted here (yet)`)
  if (!isNamed(certificate, expected))
    throw makeAnswerError(`it is not that of the ${expected.kind} "${expected.name}"`)
  if (!hasNames(certificate, expected.names))
    throw makeAnswerError(`it is not for exactly ${expected.names.join(', ')}`)
  const { validFromDate, validToDate } = certificate
  if (isExpired(certificate, expected.nowMs) || validFromDate.getTime() > expected.nowMs)
    throw makeAnswerError(
      `it is valid from ${validFromDate.toISOString()} to ${validToDate.toISOString()}, and here it is ${new Date(expected.nowMs).toISOString()}: is the clock right?`,
    )
  return certificate
}

function readAnswered(pem: string): X509Certificate {
  try {
    return parseCertificates(pem, 'the answer')[0]
  } catch (cause) {
    throw new TrustError('trust', `the certificate in the answer cannot be read: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

function makeAnswerError(what: string): TrustError {
  return new TrustError('trust', `the certificate in the answer is rejected: ${what}`)
}
