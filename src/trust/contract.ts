// The interfaces of trust for the roles: an enrolment keeps a machine's certificate, the signer issues certificates.
import type { Etcd } from '../etcd/contract.ts'
import type { Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { IdentityFiles } from '../tls/identity-files.ts'
import type { Revocations } from '../tls/peer-gate.ts'

/** What a certificate is for. */
export type Kind = 'agent' | 'collector'

export interface EnrolmentOptions {
  readonly etcd: Etcd
  /** Such as `/forwarder`: all keys lie beneath it. */
  readonly prefix: string
  readonly role: Kind
  /** The machine's name: 1 to 64 bytes. */
  readonly name: string
  /** DNS names and IP addresses by which a collector is reached; none for an agent. */
  readonly names: readonly string[]
  /** Called whenever a token is needed; resolves with undefined where there is none. */
  readToken(): Promise<string | undefined>
  /** SHA-256 of the authority's certificate: 64 hex digits, lower case. */
  readonly caFingerprint: string
  /** Its files lie in `identity` beneath it. */
  readonly stateDir: string
  readonly log: Log
  /** Milliseconds since 1970; for tests and for rehearsing a renewal. */
  readonly now?: () => number
}

/**
 * - `enrolling`: there is no certificate yet.
 * - `enrolled`: there is one that is valid.
 * - `expired`: the last one has expired; renewal is still tried.
 * - `refused`: the signer refused it, and only a person can change that; it is asked again from time to time.
 */
export type EnrolmentState = 'enrolling' | 'enrolled' | 'expired' | 'refused' | 'revoked'

export interface EnrolmentStatus {
  readonly state: EnrolmentState
  readonly name: string
  readonly notAfterMs?: number
  readonly renewAtMs?: number
  /** The number of trusted ones. */
  readonly authorities: number
  /** Since the signer last confirmed its list of revoked certificates. */
  readonly trustAgeMs?: number
  readonly lastError?: string
}

export interface Enrolment {
  readonly files: IdentityFiles
  /** Resolves when the files can be used: at once where an earlier run enrolled. Rejects only after `close`. */
  readonly ready: Promise<void>
  /** Certificates of other machines, or of this one, that are refused. */
  readonly revoked: Watched<Revocations>
  /** Of the certificate in use. */
  readonly serial: Watched<string | undefined>
  status(): EnrolmentStatus
  renewNow(): void
  close(): Promise<void>
}

export interface SignerOptions {
  /** Where `ca.pem`, `ca.key` and `ca.db` are. */
  readonly dir: string
  /** Of an encrypted `ca.key`. */
  readonly passphrase?: string
  readonly etcd: Etcd
  readonly prefix: string
  /** The lifetime of the certificates that it issues. */
  readonly lifetimeMs: number
  /** How long after its end a certificate may still be renewed. */
  readonly renewExpiredMs: number
  readonly log: Log
  readonly now?: () => number
}

export interface SignerStatus {
  /** False while another signer answers. */
  readonly isActive: boolean
  readonly issued: number
  readonly renewed: number
  /** Renewals of a certificate that was renewed with another key before: it may have been copied. */
  readonly forked: number
  readonly refused: number
  /** Values among the requests that were none, or not the one that their key names: deleted without an answer. */
  readonly discarded: number
  /** Requests seen and not answered yet. */
  readonly pending: number
  /** Revocations in the trust document. */
  readonly revoked: number
  readonly authorities: number
  readonly trustIssuedAtMs?: number
  readonly lastError?: string
}

export interface Signer {
  /** SHA-256 of the authority that signs now: 64 hex digits, lower case. */
  readonly fingerprint: string
  status(): SignerStatus
  close(): Promise<void>
}

/**
 * - `refused`: the signer refuses; `message` has its words.
 * - `trust`: a trust document, an answer or a certificate cannot be trusted.
 * - `setup`: the authority's directory cannot be used as it is, or a command asks for something against its rules.
 * - `closed`: the enrolment was closed first.
 */
export type TrustErrorCode = 'refused' | 'trust' | 'setup' | 'closed'

/** The message is for an operator: what was expected, what happened, what to do. */
export class TrustError extends Error {
  override readonly name = 'TrustError'
  readonly code: TrustErrorCode

  constructor(code: TrustErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
