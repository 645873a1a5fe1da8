/**
 * - `files`: a certificate, key or CA file is missing or can't be used.
 * - `refused`: something asked of the authority goes against its rules.
 * - `handshake`: no connection came about, or it was not with whom we wanted; the message says why and what to do.
 */
export type TlsErrorCode = 'files' | 'refused' | 'handshake'

/** The message is for an operator: what was expected, what came, where, what to do. */
export class TlsError extends Error {
  override readonly name = 'TlsError'
  readonly code: TlsErrorCode

  constructor(code: TlsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
