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

/** Throws when `key` is not the one in `certificate`. */
export function checkPair(
  certificate: X509Certificate,
  key: KeyObject,
  paths: { readonly certificate: string; readonly key: string },
): void {
  if (certificate.checkPrivateKey(key)) return
  throw new TlsError(
    'files',
    `the key in ${paths.key} does not belong to the certificate in ${paths.certificate} ("${titleOf(certificate.subject)}"): set two that were made together`,
  )
}

function describeContent(text: string): string {
  return text.trim() === '' ? 'it is empty' : 'it holds something else'
}
