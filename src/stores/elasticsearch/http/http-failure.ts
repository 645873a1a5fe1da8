import { reasonOf } from '../../../flow/error-reason.ts'

/**
 * - `unsent`: the request cannot have arrived: there was no connection.
 * - `untrusted`: no connection either, because one side does not accept the other's certificate; an operator must act.
 * - `unanswered`: it may have arrived and been carried out.
 */
export interface HttpFailure {
  readonly kind: 'unsent' | 'untrusted' | 'unanswered'
  readonly reason: string
  /** The other side closed the connection before it answered. */
  readonly isClosed?: boolean
}

const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

const UNTRUSTED = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|EPROTO$|HOSTNAME_MISMATCH)/

export function explainFailure(error: unknown): HttpFailure {
  const { code, message } = describe(error)
  const reason = message.startsWith(code) || code === '' ? message : `${code}: ${message}`
  if (UNSENT.has(code)) return { kind: 'unsent', reason }
  if (UNTRUSTED.test(code)) return { kind: 'untrusted', reason: reason.slice(0, 500) }
  return { kind: 'unanswered', reason: reason.slice(0, 500), isClosed: CLOSED.has(code) }
}

/** A name with several addresses fails with an AggregateError; its first error has the reason. */
function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0 && error.message === '')
    return describe(error.errors[0])
  const message = reasonOf(error)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code, message: message === '' ? code : message }
}
