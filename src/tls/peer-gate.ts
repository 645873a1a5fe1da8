import type { X509Certificate } from 'node:crypto'

/** Why a peer may not stay connected. */
export type Refusal = 'revoked' | 'untrusted'

/** Whether a peer whose handshake has succeeded may connect, and for how long it may stay connected. */
export interface PeerGate {
  /** Undefined where the certificate is as good as at the handshake. */
  isRefused(certificate: X509Certificate): Refusal | undefined
  /** Calls `listener` when the answers of `isRefused` may have changed, until the function that it returns is called. */
  onChange(listener: () => void): () => void
  /** The end of the certificate: milliseconds since 1970. */
  endsAtMs(certificate: X509Certificate): number
}
