// What OpenSSL refuses at its security level 2, Node's default: RSA keys below 2048 bits, curves below 224, and
// signatures with SHA-1 or MD5. Its own verdict has no name in Node (`UNSPECIFIED`).
import type { X509Certificate } from 'node:crypto'

const MIN_RSA_BITS = 2048
const WEAK_CURVES = /^(?:prime192|secp(?:112|128|160|192)|sect(?:113|131|163|193)|wap-|brainpoolP(?:160|192))/u
const WEAK_DIGEST = /^(?:ecdsa-with-)?(md4|md5|sha1)(?:With|$)/iu
const MAX_DEPTH = 8

/**
 * Such as `signed with SHA-1` or `with an RSA key of 1024 bits`; undefined for a certificate that is strong enough. The
 * signature of a root, or of any trusted certificate, is not looked at.
 */
export function describeWeakness(
  certificate: X509Certificate,
  isAnchor = isSelfSigned(certificate),
): string | undefined {
  return describeWeakKey(certificate) ?? (isAnchor ? undefined : describeWeakSignature(certificate))
}

/** The first weakness in a peer's chain, with the certificate that has it. */
export function describeWeakChain(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): string | undefined {
  const own = describeWeakness(
    certificate,
    authorities.some(one => one.raw.equals(certificate.raw)),
  )
  if (own !== undefined) return own
  for (let [one, depth] = [certificate, 0]; depth < MAX_DEPTH; depth++) {
    const known = authorities.find(authority => one.checkIssued(authority))
    const above = known ?? one.issuerCertificate
    if (above === undefined || above.raw.equals(one.raw)) return undefined
    const weakness = describeWeakness(above, known !== undefined)
    if (weakness !== undefined) return `whose authority is ${weakness}`
    one = above
  }
  return undefined
}

function describeWeakKey({ publicKey }: X509Certificate): string | undefined {
  const { modulusLength = MIN_RSA_BITS, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {}
  if (publicKey.asymmetricKeyType?.startsWith('rsa') === true && modulusLength < MIN_RSA_BITS)
    return `with an RSA key of ${modulusLength} bits (${MIN_RSA_BITS} are needed)`
  return WEAK_CURVES.test(namedCurve) ? `with a key on the curve ${namedCurve}` : undefined
}

function describeWeakSignature({ signatureAlgorithm = '' }: X509Certificate): string | undefined {
  const [, digest] = WEAK_DIGEST.exec(signatureAlgorithm) ?? []
  return digest && `signed with ${digest.toUpperCase().replace('SHA1', 'SHA-1')}`
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate)
}
