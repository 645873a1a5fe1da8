import type { X509Certificate } from 'node:crypto'
import type { Revocations } from '../../tls/peer-gate.ts'
import { type Expected, hasNames, isNamed, isSignedByAny, renewAtMs } from './identity.ts'

/** `renewal`: the present certificate proves the request. `token`: only a join token can. */
export type Need = 'none' | 'renewal' | 'token'

export interface NeedContext {
  readonly revoked: Revocations
  /** Undefined until a trust document is known. */
  readonly authorities: readonly X509Certificate[] | undefined
  readonly nowMs: number
  /** A sound certificate is not renewed before this time. */
  readonly notBeforeMs: number
}

export function findNeed(certificate: X509Certificate | undefined, expected: Expected, context: NeedContext): Need {
  const { revoked, authorities, nowMs, notBeforeMs } = context
  if (certificate === undefined || !isNamed(certificate, expected)) return 'token'
  if (revoked.has(certificate)) return 'token'
  const isTrusted = authorities === undefined || isSignedByAny(certificate, authorities)
  if (!isTrusted || !hasNames(certificate, expected.names)) return 'renewal'
  return nowMs < Math.max(renewAtMs(certificate), notBeforeMs) ? 'none' : 'renewal'
}
