/**
 * - `files`: a certificate, key or CA file is missing or cannot be used.
 * - `refused`: a request to the authority is against its rules.
 * - `handshake`: not connected, or not to the expected server; the message has the reason and the remedy.
 */
export type TlsErrorCode = 'files' | 'refused' | 'handshake'

/** The message is for an operator: what was expected, what happened, where, what to do. */
export class TlsError extends Error {
  override readonly name = 'TlsError'
  readonly code: TlsErrorCode

  constructor(code: TlsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
