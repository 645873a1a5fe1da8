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
  /** Fingerprints of authorities that were trusted once. */
  readonly retired: readonly string[]
}

/**
 * Throws a TrustError (`trust`) where the document is not to be trusted. Known authorities alone are trusted: a fingerprint
 * that has been in a configuration since before a rollover, or comes back with an old configuration, must not bring the
 * old authority back. A fingerprint that was never trusted is an operator's decision, and a new start.
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
  const isKnown = known.authorities.some(one => fingerprintOf(one) === fingerprint)
  return known.anchor !== fingerprint && !isKnown && !known.retired.includes(fingerprint)
}

/** Those that were trusted once and are not any more, once this document is accepted. */
export function listRetired(known: RememberedTrust | undefined, { trust }: SignedTrust): readonly string[] {
  if (known === undefined) return []
  const before = [...known.retired, ...known.authorities.map(fingerprintOf)]
  const named = new Set(trust.authorities.map(fingerprintOf))
  return [...new Set(before)].filter(one => !named.has(one))
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
