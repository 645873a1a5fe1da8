import { readFileSync } from 'node:fs'
import type { X509Certificate } from 'node:crypto'
import { commonNameOf } from './certificate-names.ts'
import { describeCertificate, showServer } from './describe-certificate.ts'
import { isIdentityFile } from './identity-files.ts'
import { parseCertificates } from './pem.ts'
import { issueClientCommand, issueServerCommand, tokenCommand } from './remedy-commands.ts'

/** Where a connection failed. `address` is the one behind the name that was tried. */
export interface FailedConnection {
  readonly host: string
  readonly port: number
  readonly address?: string
  /** Undefined where the connection is in plain text. */
  readonly tls: { readonly certificate?: string; readonly key?: string; readonly ca?: string } | undefined
  readonly step: 'connect' | 'handshake' | 'answer'
  /** Bytes that had come by then. */
  readonly received?: number
  /** Version of Lumberjack, where the server may support another one. */
  readonly protocol?: 1 | 2
  /** It has taken what we send before: it speaks what we speak, and accepts our certificate. */
  readonly isKnown?: boolean
}

/** One sentence: what was tried, what happened, what to do. `error` is what Node reported. */
export function explainFailure(error: unknown, failed: FailedConnection): string {
  const fault = error instanceof Error ? error : new Error(String(error))
  const code = codeOf(fault)
  const alert = /SSL alert number (\d+)/.exec(fault.message)?.[1]
  if (alert !== undefined) return explainAlert(Number(alert), failed)
  if (code.startsWith('ERR_SSL_') && failed.step === 'answer') return explainBrokenTls(fault, failed)
  if (TLS_FAULTS[code] !== undefined) return `${server(failed)} ${TLS_FAULTS[code]}`
  if (isHangUp(code)) return explainHangUp(failed)
  if (code === 'ETIMEDOUT' && failed.step === 'handshake') return explainUnanswered(failed)
  const known = NETWORK_FAULTS[code]
  if (known !== undefined) return `${server(failed)} ${known}`
  return `${server(failed)} cannot be reached: ${fault.message.trim()}`
}

const PLAIN =
  'answers in plain text where TLS was expected: switch TLS on there, or write `"tls": false` into network here'
const KNOWN =
  'it has acked before, so it may be starting, stopping or stuck, or be a proxy without a server behind it; its log has the reason'
const OLD =
  'offers no version of TLS that we accept (1.2 or later is needed): allow TLS 1.2 there; older ones are not safe any more'

const TLS_FAULTS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAIN,
  ERR_SSL_HTTP_REQUEST: PLAIN,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD,
  ERR_SSL_DH_KEY_TOO_SMALL: 'uses a key exchange that is too weak to be accepted: renew its TLS settings',
  ERR_SSL_EE_KEY_TOO_SMALL: 'has a certificate with a key that is too weak to be accepted: issue it again',
}

const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'refuses connections: nothing listens on that port, or a firewall rejects it; is the collector running there?',
  ENOTFOUND: 'has a name that does not exist: check its spelling and the DNS',
  EAI_AGAIN: 'has a name that the DNS cannot look up just now: is the resolver reachable?',
  ENODATA: 'has a name without an address: check the DNS',
  EHOSTUNREACH: 'cannot be reached: there is no route to that host',
  ENETUNREACH: 'cannot be reached: there is no route to that network',
  EADDRNOTAVAIL: 'cannot be reached from any address of this machine',
  EACCES: 'cannot be reached: a rule of this machine forbids it',
  EPERM: 'cannot be reached: a rule of this machine forbids it',
  EMFILE: 'cannot be reached: this process has too many files open (raise its limit, LimitNOFILE in systemd)',
  ETIMEDOUT: 'did not answer in time: a firewall that drops packets, a wrong address, or a host that is down',
}

/** TLS alerts (RFC 8446 §6) that a server sends, by number. */
function explainAlert(alert: number, failed: FailedConnection): string {
  const own = failed.tls?.certificate
  switch (alert) {
    case 116: // certificate_required
      return noCertificate(failed)
    case 40: // handshake_failure: with TLS 1.2 also for a missing certificate
      return own === undefined
        ? `${server(failed)} ended the handshake: it may demand a client certificate (${clientCommand(own)}), or have no cipher in common with us`
        : `${server(failed)} ended the handshake: it may have no cipher in common with us, or refuse ${ownCertificate(own)}`
    case 42: // bad_certificate: Go sends it for a missing certificate (TLS 1.2) and for one that it refuses
    case 43:
    case 46:
    case 48: // unknown_ca
    case 49:
    case 51:
      return own === undefined ? noCertificate(failed) : refusedCertificate(failed, own)
    case 44:
      return `${server(failed)} refuses ${ownCertificate(own)} as revoked: ${another(own)}`
    case 45:
      return `${server(failed)} refuses ${ownCertificate(own)} as expired: ${another(own)}${isIdentityFile(own) ? '' : ' --overwrite'}`
    case 70:
    case 86:
      return `${server(failed)} ${OLD}`
    case 112:
      return `${server(failed)} has no certificate for the name "${failed.host}": connect by a name it knows, or issue one: ${issueServerCommand([failed.host])}`
    default:
      return `${server(failed)} ended the connection with TLS alert ${alert}: its log has the reason`
  }
}

function noCertificate(failed: FailedConnection): string {
  return `${server(failed)} demands a client certificate and none is set: issue one with an authority that it trusts (${clientCommand(undefined)}) and set \`certificate\` and \`key\``
}

function refusedCertificate(failed: FailedConnection, certificate: string): string {
  return `${server(failed)} refuses ${ownCertificate(certificate)}: its authority must be in the server's \`ca\`; ${another(certificate)}`
}

/** After the handshake: it cannot be plain text any more, nor another version. */
function explainBrokenTls({ message }: Error, failed: FailedConnection): string {
  return `${server(failed)} broke the TLS connection after the handshake (${message.trim()}): its log, or that of a proxy before it, has the reason`
}

function explainUnanswered(failed: FailedConnection): string {
  if (failed.received !== undefined && failed.received > 0)
    return `${server(failed)} accepted the TCP connection and began the TLS handshake, but did not finish it in time: is it overloaded, or does the network lose packets?`
  const seen = `${server(failed)} accepted the TCP connection, but did not answer in time to the TLS handshake`
  if (failed.isKnown === true) return `${seen}: ${KNOWN}`
  return `${seen}: it may be stuck, be a proxy without a server behind it, or speak plain text (switch TLS on there, or write \`"tls": false\` into network here)`
}

function explainHangUp(failed: FailedConnection): string {
  if (failed.tls === undefined)
    return `${server(failed)} closed the connection without an answer: it may expect TLS where we speak plain text, or not be a Lumberjack server${otherProtocol(failed)}`
  if (failed.step === 'handshake' && failed.isKnown === true)
    return `${server(failed)} closed the connection during the TLS handshake: ${KNOWN}`
  if (failed.step === 'handshake' && failed.received === 0)
    return `${server(failed)} closed the connection during the TLS handshake without a byte of TLS: it may speak plain text (switch TLS on there, or write \`"tls": false\` into network here), or be a proxy without a server behind it`
  if (failed.step === 'handshake')
    return `${server(failed)} closed the connection during the TLS handshake: it may refuse ${clientPart(failed)}; its log has the reason`
  return `${server(failed)} closed the connection without an answer: it may refuse ${clientPart(failed)}, or not be a Lumberjack server${otherProtocol(failed)}; its log has the reason`
}

function otherProtocol({ protocol }: FailedConnection): string {
  if (protocol === undefined) return ''
  return ` that supports protocol ${protocol}: \`forwarder check --connect\` tries whether "protocol": ${protocol === 1 ? 2 : 1} in network helps`
}

function clientPart({ tls }: FailedConnection): string {
  const own = tls?.certificate
  if (own === undefined) return `clients without a certificate (${clientCommand(own)})`
  const question = isIdentityFile(own)
    ? 'was it revoked? `forwarder ca list --dir DIR` where the authority is'
    : `is its authority in the server's \`ca\`? If not: ${clientCommand(own)}`
  return `${ownCertificate(own)} (${question})`
}

/** The path and public content of the client's certificate file. */
function ownCertificate(path: string | undefined): string {
  const certificate = path === undefined ? undefined : readCertificate(path)
  const what = certificate === undefined ? '' : ` (${describeCertificate(certificate)})`
  return `the client certificate ${path}${what}`
}

function another(path: string | undefined): string {
  return isIdentityFile(path)
    ? `this machine has to join again: ${clientCommand(path)}, where the authority is`
    : `issue one with that authority: ${clientCommand(path)}`
}

function clientCommand(path: string | undefined): string {
  const certificate = path === undefined ? undefined : readCertificate(path)
  const name = commonNameOf(certificate?.subject)
  return isIdentityFile(path) ? tokenCommand('agent', name === undefined ? [] : [name]) : issueClientCommand(name)
}

function readCertificate(path: string): X509Certificate | undefined {
  try {
    return parseCertificates(readFileSync(path, 'utf8'), path)[0]
  } catch {
    return undefined // deleted or changed since it was shown: the sentence omits it
  }
}

function isHangUp(code: string): boolean {
  return (
    code === 'closed' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ECONNABORTED' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE'
  )
}

function codeOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === 'string') return error.code
  return error.name === 'TimeoutError' ? 'ETIMEDOUT' : ''
}

function server({ host, port, address }: FailedConnection): string {
  const place = showServer(host, port)
  return address === undefined || address === host ? place : `${place} (${address})`
}
