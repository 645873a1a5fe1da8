import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { commonNameOf, titleOf } from './certificate-names.ts'
import {
  describeCertificate,
  describeDateFault,
  describeLife,
  describeNames,
  describeSigner,
  quoteNames,
} from './describe-certificate.ts'
import { isIdentityFile } from './identity-files.ts'
import { describeWeakChain } from './weak-certificates.ts'
import { issueClientCommand, tokenCommand } from './remedy-commands.ts'

/** What the server's side knows of a handshake. */
export interface ServerHandshake {
  /** Path of the CA file for clients, and what it holds. */
  readonly ca: string | undefined
  readonly authorities: readonly X509Certificate[]
  /** The certificate that the server shows. */
  readonly own: X509Certificate | undefined
  /** The certificate that the client has shown. */
  readonly client?: X509Certificate | undefined
}

const handshakes = new WeakMap<TLSSocket, ServerHandshake>()

/** To be called before a failed handshake is explained: Node forgets the client's certificate with the connection. */
export function noteHandshake(socket: TLSSocket, handshake: ServerHandshake): void {
  handshakes.set(socket, handshake)
}

/** One sentence for the server's log: why the handshake with a client failed (`tlsClientError`). */
export function explainClientFailure(error: Error & { code?: unknown }, socket?: TLSSocket): string {
  const code = typeof error.code === 'string' ? error.code : ''
  const known = socket === undefined ? undefined : handshakes.get(socket)
  const verdict = socket?.authorizationError as Error | string | null | undefined
  if (verdict !== undefined && verdict !== null) return explainVerdict(String(verdict), known)
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1]
  if (alert !== undefined) return explainAlert(Number(alert), known)
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return `the client went away during the TLS handshake: it may not trust ${ownCertificate(known)}; its log has the reason`
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE')
    return `the client shows no certificate, and \`clientAuth\` demands one of ${trusted(known)}: ${command(known)}, or \`"clientAuth": "optional"\``
  return FAULTS[code] ?? `the TLS handshake failed: ${error.message.trim()}`
}

const PLAIN =
  'the client speaks plain text where TLS is expected: set `tls` (or the three `ssl …` keys) in its configuration'

const FAULTS: Readonly<Record<string, string>> = {
  ERR_SSL_HTTP_REQUEST: 'the client sends a plain HTTP request where Lumberjack over TLS is expected',
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAIN,
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the client supports no version of TLS that we accept: 1.2 or later is needed',
  ERR_SSL_NO_SHARED_CIPHER: 'the client has no cipher in common with us',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the client did not finish the TLS handshake in time',
}

/** OpenSSL's names of what is wrong with a client's certificate. */
function explainVerdict(verdict: string, known: ServerHandshake | undefined): string {
  const { client } = known ?? {}
  const whose =
    client === undefined ? "the client's certificate" : `the client's certificate ${describeCertificate(client)},`
  switch (verdict) {
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'CERT_SIGNATURE_FAILURE':
      return `${whose} is not signed by an authority in ${trusted(known)}${namesake(known)}: add its authority there, or issue one with ours: ${command(known)}`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `${whose} is not in ${trusted(known)}: add that certificate there, or issue one with our authority: ${command(known)}`
    case 'CERT_HAS_EXPIRED':
      return `${whose} ${dateFault(client) ?? 'has expired'}: issue another: ${renewal(known)}`
    case 'CERT_NOT_YET_VALID':
      return `${whose} ${dateFault(client) ?? 'is not valid yet'}: set the clock that is wrong, or issue another: ${command(known)}`
    case 'INVALID_PURPOSE':
      return `${whose} is not made for clients: ${command(known)}`
    default:
      return `${whose} is not acceptable (${describeFault(verdict, known)}): issue another: ${command(known)}`
  }
}

/** OpenSSL's verdict on a weak certificate has no name of its own. */
function describeFault(verdict: string, known: ServerHandshake | undefined): string {
  if (known?.client === undefined) return verdict
  return describeWeakChain(known.client, known.authorities) ?? verdict
}

function explainAlert(alert: number, known: ServerHandshake | undefined): string {
  if (alert === 48)
    return `the client does not know the authority of ${ownCertificate(known)}: it must be in the client's \`ca\``
  if (alert === 42 || alert === 46)
    return `the client refuses ${ownCertificate(known)}, mostly for its name: the client's log has the reason`
  if (alert === 45)
    return `the client refuses ${ownCertificate(known)} as expired: issue a new one, or set the clock that is wrong`
  return `the client ended the handshake with TLS alert ${alert}`
}

function ownCertificate(known: ServerHandshake | undefined): string {
  if (known?.own === undefined) return 'our certificate'
  const { own } = known
  return `our certificate, which is ${describeNames(own)}, ${describeSigner(own)}, ${describeLife(own)}`
}

function trusted(known: ServerHandshake | undefined): string {
  if (known?.ca === undefined) return 'our `ca`'
  const names = known.authorities.map(({ subject }) => titleOf(subject))
  return `our \`ca\` ${known.ca} (${quoteNames(names)})`
}

function namesake(known: ServerHandshake | undefined): string {
  const isThere = known?.authorities.some(({ subject }) => subject === known.client?.issuer) === true
  return isThere ? ', where another authority has the same name' : ''
}

function dateFault(certificate: X509Certificate | undefined): string | undefined {
  return certificate && describeDateFault(certificate, Date.now())
}

function renewal(known: ServerHandshake | undefined): string {
  return isIdentityFile(known?.ca) ? command(known) : `${command(known)} --overwrite`
}

function command(known: ServerHandshake | undefined): string {
  const name = commonNameOf(known?.client?.subject)
  return isIdentityFile(known?.ca) ? tokenCommand('agent', name === undefined ? [] : [name]) : issueClientCommand(name)
}
