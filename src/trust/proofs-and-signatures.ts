import { type KeyObject, createHash, createHmac, sign, timingSafeEqual, verify } from 'node:crypto'

/** Signed together with each text, so that a signature for one purpose is never valid for another. */
const REQUEST = 'forwarder certificate request 1\n'
const TRUST = 'forwarder trust document 1\n'

export function proveByToken(body: string, secret: Buffer): string {
  return createHmac('sha256', secret)
    .update(REQUEST + body)
    .digest('base64')
}

export function isProvenByToken(body: string, proof: string, secret: Buffer): boolean {
  const expected = Buffer.from(proveByToken(body, secret))
  const actual = Buffer.from(proof)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

export function proveByKey(body: string, key: KeyObject): string {
  return signText(REQUEST + body, key)
}

export function isProvenByKey(body: string, proof: string, key: KeyObject): boolean {
  return isSigned(REQUEST + body, proof, key)
}

export function signTrust(body: string, key: KeyObject): string {
  return signText(TRUST + body, key)
}

export function isTrustSigned(body: string, signature: string, key: KeyObject): boolean {
  return isSigned(TRUST + body, signature, key)
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function signText(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), key).toString('base64')
}

function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'))
}
