import type { X509Certificate } from 'node:crypto'
import { TrustError } from '../contract.ts'
import { type SignedTrust, fingerprintOf, isSignedByOneOf } from '../trust-document.ts'

/** What a reader knows from before. */
export interface RememberedTrust {
  /** The configured fingerprint with which it began. */
  readonly anchor: string
  readonly text: string
  readonly sequence: number
  readonly authorities: readonly X509Certificate[]
}

/**
 * Throws a TrustError (`trust`) where the document is not to be believed. Who knows authorities believes them alone: a
 * fingerprint in a configuration that nobody has looked at since a rollover must not bring the old one back. A fingerprint
 * that was changed is an operator's word, and a beginning.
 */
export function checkTrust(signed: SignedTrust, known: RememberedTrust | undefined, fingerprint: string): void {
  const isBeginning = known === undefined || isNewAnchor(known, fingerprint)
  const trusted = isBeginning ? findAnchor(signed, fingerprint) : known.authorities
  if (!isSignedByOneOf(signed, trusted)) throw notSigned(signed, isBeginning ? undefined : known)
  if (isBeginning || signed.text === known.text || signed.trust.sequence > known.sequence) return
  throw new TrustError(
    'trust',
    `the trust document in etcd has the number ${signed.trust.sequence}, but number ${known.sequence} is known already: someone put an older one back; \`forwarder ca serve\` writes it anew`,
  )
}

export function isNewAnchor(known: RememberedTrust, fingerprint: string): boolean {
  return known.anchor !== fingerprint && !known.authorities.some(one => fingerprintOf(one) === fingerprint)
}

function findAnchor({ trust }: SignedTrust, fingerprint: string): X509Certificate[] {
  const anchor = trust.authorities.filter(one => fingerprintOf(one) === fingerprint)
  if (anchor.length > 0) return anchor
  throw new TrustError(
    'trust',
    `none of the authorities in the trust document has the fingerprint sha256:${fingerprint} of "caFingerprint": it was rolled over, or is another one; run \`forwarder ca fingerprint --dir DIR\` where the authority is, and compare`,
  )
}

function notSigned({ signatures }: SignedTrust, known: RememberedTrust | undefined): TrustError {
  const by = signatures.map(({ authority }) => `sha256:${authority}`).join(', ') || 'nobody'
  const expected =
    known === undefined
      ? 'the configured authority'
      : known.authorities.map(one => `sha256:${fingerprintOf(one)}`).join(', ')
  return new TrustError(
    'trust',
    `the trust document is signed by ${by}, none of whom is trusted here (${expected}): someone else wrote it, or this machine missed a whole rollover; then set "caFingerprint" to what \`forwarder ca fingerprint\` says where the authority is`,
  )
}
