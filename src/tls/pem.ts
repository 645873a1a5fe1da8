import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { reasonOf } from '../flow/error-reason.ts'
import { titleOf } from './certificate-names.ts'
import { TlsError } from './tls-error.ts'

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g
const ENCRYPTED = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/

export async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new TlsError('files', `${path} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/** All certificates in the text of a PEM file, in their order; `path` is for the message when there is none. */
export function parseCertificates(text: string, path: string): [X509Certificate, ...X509Certificate[]] {
  const [first, ...others] = text.match(CERTIFICATE) ?? []
  if (first !== undefined) return [parseOne(first, path), ...others.map(pem => parseOne(pem, path))]
  const found = text.includes('PRIVATE KEY') ? 'it holds a private key' : describeContent(text)
  throw new TlsError('files', `${path} holds no certificate: expected PEM text with "BEGIN CERTIFICATE", but ${found}`)
}

function parseOne(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new TlsError('files', `${path} holds a certificate that cannot be read: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

export function isEncrypted(text: string): boolean {
  return ENCRYPTED.test(text)
}

export function parseKey(text: string, path: string, passphrase?: string): KeyObject {
  if (ENCRYPTED.test(text) && passphrase !== undefined) return decryptKey(text, path, passphrase)
  if (ENCRYPTED.test(text))
    throw new TlsError(
      'files',
      `${path} is encrypted, and no passphrase can be entered here: write it decrypted with \`openssl pkey -in ${path} -out NEWFILE\`, mode 0600`,
    )
  if (!text.includes('PRIVATE KEY-----')) {
    const found = text.includes('CERTIFICATE-----') ? 'it holds a certificate' : describeContent(text)
    throw new TlsError(
      'files',
      `${path} holds no private key: expected PEM text with "BEGIN PRIVATE KEY", but ${found}`,
    )
  }
  try {
    return createPrivateKey(text)
  } catch (cause) {
    throw new TlsError('files', `${path} holds a private key that cannot be read: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

function decryptKey(key: string, path: string, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key, passphrase })
  } catch (cause) {
    throw new TlsError('files', `${path} cannot be decrypted: is the passphrase right? (${reasonOf(cause)})`, {
      cause,
    })
  }
}

/** Throws when `key` is not the one of the first certificate. */
export function checkPair(
  [certificate, ...others]: readonly [X509Certificate, ...X509Certificate[]],
  key: KeyObject,
  paths: { readonly certificate: string; readonly key: string },
): void {
  if (certificate.checkPrivateKey(key)) return
  const own = others.find(one => one.checkPrivateKey(key))
  const remedy =
    own === undefined
      ? 'set two that were made together'
      : `"${titleOf(own.subject)}" is further down in that file, and has to come first, then its authorities`
  throw new TlsError(
    'files',
    `the key in ${paths.key} does not belong to the certificate in ${paths.certificate} ("${titleOf(certificate.subject)}"): ${remedy}`,
  )
}

/** What OpenSSL keeps behind a certificate to say for what it is trusted: TLS clients and servers (X509_CERT_AUX). */
const TRUSTED_FOR_TLS = Buffer.from('3016301406082b0601050507030206082b06010505070301', 'hex')

/**
 * The certificate as PEM that OpenSSL trusts by itself, whether it is a root or not. Node's servers have no other way to
 * trust an intermediate authority: `allowPartialTrustChain` does nothing there.
 */
export function formatTrusted({ raw }: X509Certificate): string {
  const lines = Buffer.concat([raw, TRUSTED_FOR_TLS])
    .toString('base64')
    .match(/.{1,64}/gu)
  return ['-----BEGIN TRUSTED CERTIFICATE-----', ...(lines ?? []), '-----END TRUSTED CERTIFICATE-----', ''].join('\n')
}

function describeContent(text: string): string {
  return text.trim() === '' ? 'it is empty' : 'it holds something else'
}
