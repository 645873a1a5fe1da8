import type { X509Certificate } from 'node:crypto'
import type { Watched } from '../flow/watched-value.ts'

/** Certificates that are refused although they are valid otherwise. */
export interface Revocations {
  has(certificate: X509Certificate): boolean
}

/** Why a peer may not stay connected. */
export type Refusal = 'revoked' | 'untrusted'

/** Whether a peer whose handshake has succeeded may connect, and for how long it may stay connected. */
export interface PeerGate {
  /** Undefined where the certificate is as good as at the handshake, at which it is to be asked first. */
  isRefused(certificate: X509Certificate): Refusal | undefined
  /** Calls `listener` when the answers of `isRefused` may have changed, until the function that it returns is called. */
  onChange(listener: () => void): () => void
  /** The end of the certificate: milliseconds since 1970. */
  endsAtMs(certificate: X509Certificate): number
}

/** `authorities`: those that may sign, or be, a peer's certificate; where there are none, no certificate is demanded. */
export function makePeerGate(
  authorities: Watched<readonly X509Certificate[]>,
  revoked: Watched<Revocations> | undefined,
): PeerGate {
  /** By which the handshake has verified a certificate. A resumed session no longer shows the authorities in between. */
  const verifiedBy = new WeakMap<X509Certificate, readonly X509Certificate[]>()
  return {
    isRefused(certificate) {
      if (revoked?.current.has(certificate) === true) return 'revoked'
      if (!verifiedBy.has(certificate)) verifiedBy.set(certificate, authorities.current)
      const isSame = verifiedBy.get(certificate) === authorities.current
      return isSame || isTrusted(certificate, authorities.current) ? undefined : 'untrusted'
    },
    onChange(listener) {
      const stops = [authorities.onChange(listener), revoked?.onChange(listener)]
      return () => {
        for (const stop of stops) stop?.()
      }
    },
    endsAtMs: ({ validToDate }) => validToDate.getTime(),
  }
}

const MAX_DEPTH = 8

/** True for a complete chain to one of the authorities, which may be an intermediate one, or the certificate itself. */
function isTrusted(certificate: X509Certificate, authorities: readonly X509Certificate[], depth = 0): boolean {
  if (authorities.length === 0 || authorities.some(one => one.raw.equals(certificate.raw))) return true
  if (authorities.some(one => certificate.checkIssued(one) && certificate.verify(one.publicKey))) return true
  // As the peer sent it, and OpenSSL checked it at the handshake.
  const issuer = certificate.issuerCertificate
  if (issuer === undefined || issuer.raw.equals(certificate.raw) || depth === MAX_DEPTH) return false
  return issuer.ca && certificate.verify(issuer.publicKey) && isTrusted(issuer, authorities, depth + 1)
}
