/** A peer's mistake. The first three are bytes that are not Lumberjack at all. */
export type ProtocolErrorCode =
  | 'tls_hello'
  | 'http_request'
  | 'bad_version'
  | 'bad_type'
  | 'window_too_large'
  | 'frame_too_large'
  | 'event_too_large'
  | 'inflated_too_large'
  | 'bad_compression'
  | 'bad_runs'
  | 'nested_frame'
  | 'event_without_window'
  | 'surplus_events'
  | 'window_unfinished'
  | 'cut_short'
  | 'empty_frames'
  | 'silent'
  | 'too_slow'
  | 'acks_unread'
  | 'unreadable'

/** The peer broke the protocol or a limit: its connection must end. The message is a sentence for the log. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolErrorCode

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const methods = ['GET ', 'POST ', 'PUT ', 'HEAD ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT ', 'TRACE ', 'PRI * HTTP']

/** The error for a connection whose first bytes are not a frame: it names what they look like and what to do. */
export function makeStrangerError(bytes: Uint8Array): ProtocolError {
  if (bytes[0] === 0x16 && (bytes.length < 2 || bytes[1] === 0x03))
    return new ProtocolError(
      'tls_hello',
      'the client speaks TLS to a listener without it: give the collector a certificate in `tls`, or switch TLS off at the client',
    )
  const text = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  if (methods.some(method => text.startsWith(method) || (text.length >= 3 && method.startsWith(text))))
    return new ProtocolError(
      'http_request',
      'the client sent an HTTP request to a listener for the Lumberjack protocol: point it at another port (`/metrics` and `/health` have their own)',
    )
  return new ProtocolError(
    'bad_version',
    `a frame of Lumberjack version 1 or 2 was expected first, not the bytes ${formatFirstBytes(bytes)}: the client speaks another protocol`,
  )
}

export function formatFirstBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ')
}
