import type { X509Certificate } from 'node:crypto'
import { TrustError } from '../contract.ts'
import { type SignedTrust, fingerprintOf, isSignedByOneOf } from '../trust-document.ts'

/** The trust that a reader has from earlier documents. */
export interface RememberedTrust {
  /** The configured fingerprint from which it started. */
  readonly anchor: string
  readonly text: string
  readonly sequence: number
  readonly authorities: readonly X509Certificate[]
}

/**
 * Throws a TrustError (`trust`) where the document is not to be trusted. Known authorities alone are trusted: a fingerprint
 * that has been in a configuration since before a rollover must not bring the old authority back. A changed fingerprint is
 * an operator's decision, and a new start.
 */
export function checkTrust(signed: SignedTrust, known: RememberedTrust | undefined, fingerprint: string): void {
  const isBeginning = known === undefined || isNewAnchor(known, fingerprint)
  const trusted = isBeginning ? findAnchor(signed, fingerprint) : known.authorities
  if (!isSignedByOneOf(signed, trusted)) throw makeSignatureError(signed, isBeginning ? undefined : known)
  if (isBeginning || signed.text === known.text || signed.trust.sequence > known.sequence) return
  throw new TrustError(
    'trust',
    `the trust document in etcd has the number ${signed.trust.sequence}, but number ${known.sequence} is known already: an older one was put back; \`forwarder ca serve\` writes it again`,
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

function makeSignatureError({ signatures }: SignedTrust, known: RememberedTrust | undefined): TrustError {
  const by = signatures.map(({ authority }) => `sha256:${authority}`).join(', ') || 'no authority'
  const expected =
    known === undefined
      ? 'the configured authority'
      : known.authorities.map(one => `sha256:${fingerprintOf(one)}`).join(', ')
  return new TrustError(
    'trust',
    `the trust document is signed by ${by}, none of which is trusted here (${expected}): another program wrote it, or this machine missed a whole rollover; then set "caFingerprint" to the output of \`forwarder ca fingerprint\` where the authority is`,
  )
}
