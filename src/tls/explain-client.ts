import type { TLSSocket } from 'node:tls'

/** One sentence for the server's log: why the handshake with a client failed (`tlsClientError`). */
export function explainClientFailure(error: Error & { code?: unknown }, socket?: TLSSocket): string {
  const code = typeof error.code === 'string' ? error.code : ''
  const verdict = socket?.authorizationError as Error | string | null | undefined
  if (verdict !== undefined && verdict !== null) return explainVerdict(String(verdict))
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1]
  if (alert !== undefined) return explainAlert(Number(alert))
  return FAULTS[code] ?? `the TLS handshake failed: ${error.message.trim()}`
}

const PLAIN =
  'the client speaks plain text where TLS is expected: set `tls` (or the three `ssl …` keys) in its configuration'

const FAULTS: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    'the client shows no certificate, and `clientAuth` demands one: forwarder ca issue client NAME, or `"clientAuth": "optional"`',
  ERR_SSL_HTTP_REQUEST: 'the client sends a plain HTTP request where Lumberjack over TLS is expected',
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAIN,
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the client knows no version of TLS that we accept: 1.2 or later is needed',
  ERR_SSL_NO_SHARED_CIPHER: 'the client has no cipher in common with us',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the client did not finish the TLS handshake in time',
  ECONNRESET: 'the client went away during the TLS handshake: it may not trust our certificate; its log says why',
  EPIPE: 'the client went away during the TLS handshake: it may not trust our certificate; its log says why',
}

/** OpenSSL's names of what is wrong with a client's certificate. */
function explainVerdict(verdict: string): string {
  const reason = VERDICTS[verdict] ?? `is not acceptable (${verdict})`
  return `the client's certificate ${reason}`
}

const UNKNOWN =
  'is signed by nobody in our `ca`: add its authority there, or issue one with ours: forwarder ca issue client NAME'

const VERDICTS: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN,
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself and does not stand in our `ca`',
  CERT_HAS_EXPIRED: 'has expired: forwarder ca issue client NAME',
  CERT_NOT_YET_VALID: 'is not valid yet: is a clock wrong?',
  INVALID_PURPOSE: 'is not made for clients: forwarder ca issue client NAME',
}

function explainAlert(alert: number): string {
  if (alert === 48)
    return "the client does not know the authority that signed our certificate: it must stand in the client's `ca`"
  if (alert === 42 || alert === 46)
    return "the client refuses our certificate, mostly for its name: the client's log says why"
  if (alert === 45) return 'the client refuses our certificate as expired: issue a new one'
  return `the client ended the handshake with TLS alert ${alert}`
}
