/**
 * Why a connection was not established or ended; always worth another try, here or at another server.
 * - `connect`: no TCP connection.
 * - `closed`: the server ended it while answers were due, or at once.
 * - `network`: the network ended it while answers were due.
 * - `timeout`: no ack, not even a keep-alive, within the time limit.
 * - `stalled`: keep-alives, but no progress for too long.
 * - `protocol`: an answer that breaks the protocol.
 */
export type LinkErrorCode = 'connect' | 'closed' | 'network' | 'timeout' | 'stalled' | 'protocol'

export class LinkError extends Error {
  override readonly name = 'LinkError'
  readonly code: LinkErrorCode

  constructor(code: LinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
