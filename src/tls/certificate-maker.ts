// The only importer of @peculiar/x509, which needs this polyfill to be loaded first.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { KeyObject, createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto'

/** The content of a new certificate. */
export interface CertificateRequest {
  /** Common name of the subject: for people only, never checked. */
  readonly commonName: string
  readonly purpose: 'authority' | 'server' | 'client'
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Both as PEM; `key` may be of any kind where it was not made here. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

/** Makes an ECDSA P-256 key and its certificate, signed by `issuer`, or self-signed when there is none. */
export async function makeCertificate(request: CertificateRequest, issuer?: KeyPair): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify'])
  const itself = { subject: commonName(request.commonName), publicKey: keys.publicKey, signingKey: keys.privateKey }
  const signer = issuer === undefined ? { ...itself, algorithm: ECDSA_P256 } : await readIssuer(issuer)
  return { certificate: await sign(request, keys.publicKey, signer), key: exportKey(keys.privateKey) }
}

/** Makes a certificate (PEM) for a key that was made elsewhere: ECDSA, P-256 or P-384. */
export async function certifyKey(request: CertificateRequest, key: KeyObject, issuer: KeyPair): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? '' }
  return await sign(request, key.toCryptoKey(algorithm, true, ['verify']), await readIssuer(issuer))
}

/** Makes an ECDSA P-256 key, and the request (PKCS #10, PEM) to certify it. */
export async function makeSigningRequest(name: string): Promise<{ readonly request: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify'])
  const options = { name: commonName(name), keys, signingAlgorithm: ECDSA_P256 }
  const request = await x509.Pkcs10CertificateRequestGenerator.create(options)
  return { request: `${request.toString('pem')}\n`, key: exportKey(keys.privateKey) }
}

/**
 * The public key in a signing request; nothing else in it is trusted. Throws an Error whose message can end a sentence: not
 * readable, a key of another kind than ECDSA P-256 or P-384, or not signed by that key.
 */
export async function readSigningRequest(pem: string): Promise<KeyObject> {
  const request = new x509.Pkcs10CertificateRequest(pem)
  const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: 'der', type: 'spki' })
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (curve !== 'prime256v1' && curve !== 'secp384r1')
    throw new Error(`its key is of kind ${key.asymmetricKeyType} (${curve ?? 'no curve'}), not ECDSA P-256 or P-384`)
  if (await request.verify()) return key
  throw new Error('it is not signed by the key that is in it')
}

interface Issuer {
  readonly subject: x509.Name
  readonly publicKey: x509.PublicKeyType
  readonly signingKey: webcrypto.CryptoKey
  readonly algorithm: ReturnType<typeof signingAlgorithm>
}

async function sign(request: CertificateRequest, publicKey: webcrypto.CryptoKey, issuer: Issuer): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: commonName(request.commonName),
    issuer: issuer.subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKey,
    signingKey: issuer.signingKey,
    signingAlgorithm: issuer.algorithm,
    extensions: await extensionsFor(request, publicKey, issuer.publicKey),
  })
  return `${certificate.toString('pem')}\n`
}

function exportKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' })
}

async function extensionsFor(
  request: CertificateRequest,
  subjectKey: webcrypto.CryptoKey,
  issuerKey: x509.PublicKeyType,
): Promise<x509.Extension[]> {
  const isAuthority = request.purpose === 'authority'
  const extensions: x509.Extension[] = [
    // Path length 0: the authority signs servers and clients, never another authority.
    new x509.BasicConstraintsExtension(isAuthority, isAuthority ? 0 : undefined, true),
    keyUsages(isAuthority),
    await x509.SubjectKeyIdentifierExtension.create(subjectKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
  ]
  if (isAuthority) return extensions
  const purpose = request.purpose === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth
  extensions.push(new x509.ExtendedKeyUsageExtension([purpose]))
  const names = alternativeNames(request)
  if (names.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(names))
  return extensions
}

function keyUsages(isAuthority: boolean): x509.KeyUsagesExtension {
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags
  const usages = isAuthority ? keyCertSign | cRLSign : digitalSignature
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- flags are made to be combined
  return new x509.KeyUsagesExtension(usages, true)
}

function alternativeNames(request: CertificateRequest): x509.JsonGeneralName[] {
  return [
    ...request.dnsNames.map(value => ({ type: 'dns' as const, value })),
    ...request.ipAddresses.map(value => ({ type: 'ip' as const, value })),
  ]
}

async function readIssuer(issuer: KeyPair): Promise<Issuer> {
  const certificate = new x509.X509Certificate(issuer.certificate)
  const key = createPrivateKey(issuer.key)
  const algorithm = signingAlgorithm(key)
  const signingKey = key.toCryptoKey(algorithm, false, ['sign'])
  return { subject: certificate.subjectName, publicKey: certificate.publicKey, signingKey, algorithm }
}

function signingAlgorithm(key: KeyObject): { name: string; hash: string; namedCurve?: string } {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']
  if (namedCurve !== undefined) return { name: 'ECDSA', namedCurve, hash: 'SHA-256' }
  throw new Error(`a key of kind ${key.asymmetricKeyType} cannot sign certificates here; an RSA or NIST curve key can`)
}

/** A structure instead of a text: a comma in a name stays a part of it. */
function commonName(value: string): x509.Name {
  return new x509.Name([{ CN: [{ utf8String: value }] }])
}

/** 127 random bits: positive and unique (RFC 5280 §4.1.2.2). */
function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.toString('hex')
}
