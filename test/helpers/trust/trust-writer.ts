import { X509Certificate, createPrivateKey } from 'node:crypto'
import { DAY_MS } from '../../../src/flow/time-units.ts'
import { makeCertificate } from '../../../src/tls/certificate-maker.ts'
import { RevocationList } from '../../../src/trust/revocation-list.ts'
import { type Trust, type TrustSigner, formatTrust } from '../../../src/trust/trust-document.ts'

export async function makeTrustSigner(commonName: string): Promise<TrustSigner> {
  const dates = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) }
  const pair = await makeCertificate({ commonName, purpose: 'authority', dnsNames: [], ipAddresses: [], ...dates })
  return { certificate: new X509Certificate(pair.certificate), key: createPrivateKey(pair.key) }
}

export interface TrustChange extends Partial<Pick<Trust, 'revoked'>> {
  /** Without it the authorities themselves sign. */
  readonly signers?: readonly TrustSigner[]
}

/** A trust document as etcd has it. */
export function writeTrust(sequence: number, authorities: readonly TrustSigner[], change: TrustChange = {}): Buffer {
  const { signers = authorities, revoked = new RevocationList() } = change
  const certificates = authorities.map(one => one.certificate)
  return Buffer.from(formatTrust({ sequence, issuedAtMs: 1e12, authorities: certificates, revoked }, signers).text)
}
