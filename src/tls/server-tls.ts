import type { X509Certificate } from 'node:crypto'
import { type Server, type TLSSocket, createServer } from 'node:tls'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import { nameOf } from './certificate-names.ts'
import { CredentialFiles, type Credentials } from './credential-files.ts'
import { type ServerHandshake, explainClientFailure, noteHandshake } from './explain-client-failure.ts'
import { type PeerGate, type Revocations, makePeerGate } from './peer-gate.ts'
import { beginAfterHello } from './begin-after-hello.ts'
import { TlsError } from './tls-error.ts'

/** Whether clients have to show a certificate: never asked for, checked where shown, or required. */
export type ClientAuth = 'none' | 'optional' | 'required'

/** A server's own certificate, and the clients that it admits. Paths are of PEM files. */
export interface ServerTls {
  /** Certificate, followed by those of intermediate authorities if there are any. */
  readonly certificate: string
  /** Private key of `certificate`, not encrypted. */
  readonly key: string
  /** Authorities that may sign clients' certificates; needed unless `clientAuth` is `none`. */
  readonly ca?: string
  /** Default: `required` with `ca`, else `none`. */
  readonly clientAuth?: ClientAuth
  /** Clients' certificates that are refused. */
  readonly revoked?: Watched<Revocations>
}

export interface ServerOptions {
  /** A client that has not sent its first message by then is disconnected, or not finished its handshake as long after that: it occupies a place. */
  readonly handshakeTimeoutMs?: number
  /** How often the files are read. */
  readonly refreshMs?: number
  /** What is selected where a client offers it by ALPN. Any other offer is ignored. Default: nothing. */
  readonly protocol?: string | undefined
}

export interface FreshTlsServer extends Server {
  /** Reads the files now. */
  refresh(): Promise<void>
  /** For clients whose handshake has succeeded: the handshake itself does not ask what is revoked. */
  readonly gate: PeerGate
}

/**
 * A TLS server (1.2 or later) that uses renewed files without a restart. Refused clients are reported as `tlsClientError`
 * (see `explainClientFailure`); a socket from `secureConnection` has an acceptable certificate or, where that is allowed,
 * none: `optional` destroys a socket with a bad one, with a TlsError. Rejects with a TlsError when the files cannot be used.
 */
export async function createTlsServer(tls: ServerTls, log: Log, options: ServerOptions = {}): Promise<FreshTlsServer> {
  const clientAuth = tls.clientAuth ?? (tls.ca === undefined ? 'none' : 'required')
  if (clientAuth !== 'none' && tls.ca === undefined)
    throw new TlsError('files', `clientAuth "${clientAuth}" needs \`ca\`: the authorities that may sign clients`)
  const { handshakeTimeoutMs = 10_000, refreshMs = 5000, protocol } = options
  const files = new CredentialFiles(tls, log)
  const current = await files.read()
  const settings = {
    ...current.options,
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
    handshakeTimeout: handshakeTimeoutMs,
  }
  const server = createServer(settings)
  const selecting = protocol === undefined ? undefined : createServer({ ...settings, ALPNProtocols: [protocol] })
  const last = { current, refreshMs }
  const describe = () => ({ ca: tls.ca, authorities: last.current.authorities, own: last.current.own })
  noteHandshakes(server, selecting, describe)
  if (clientAuth === 'optional') server.on('secureConnection', refuseBadCertificate)
  beginAfterHello(server, {
    selecting: selecting && { protocol: protocol ?? '', server: selecting },
    limitMs: handshakeTimeoutMs,
  })
  return keepFresh(server, files, { ...tls, clientAuth, last, selecting })
}

export function peerNameOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  return certificate && nameOf(certificate)
}

interface Refreshing extends ServerTls {
  readonly last: { current: Credentials; readonly refreshMs: number }
  /** It shares the files. */
  readonly selecting: Server | undefined
}

function keepFresh(server: Server, files: CredentialFiles, refreshing: Refreshing): FreshTlsServer {
  const { last, clientAuth, revoked, selecting } = refreshing
  const authorities = new Variable(clientAuth === 'none' ? [] : last.current.authorities)
  const refresh = async (): Promise<void> => {
    const fresh = await files.read()
    if (fresh === last.current) return
    last.current = fresh
    server.setSecureContext(fresh.options)
    selecting?.setSecureContext(fresh.options)
    if (clientAuth !== 'none') authorities.set(fresh.authorities)
  }
  // `read` resolves with the last good files after a failure, so there is nothing to reject.
  const timer = setInterval(() => void refresh(), last.refreshMs)
  timer.unref()
  server.once('close', () => clearInterval(timer))
  return Object.assign(server, { refresh, gate: makePeerGate(authorities, revoked) })
}

/** Keeps what an explanation needs: when a client is refused, Node drops its certificate. */
function noteHandshakes(server: Server, selecting: Server | undefined, describe: () => ServerHandshake): void {
  const shown = new WeakMap<TLSSocket, X509Certificate>()
  const look = (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate()
    if (certificate !== undefined) shown.set(socket, certificate)
  }
  const seen = new WeakSet<TLSSocket>()
  // The only event of a server that has the socket before its certificate is checked; the secrets in it are not used.
  const onSecrets = (_secrets: Buffer, socket: TLSSocket) => {
    if (seen.has(socket)) return
    seen.add(socket)
    socket.prependListener('secure', () => look(socket))
  }
  server.on('keylog', onSecrets)
  selecting?.on('keylog', onSecrets)
  const note = (socket: TLSSocket) => noteHandshake(socket, { ...describe(), client: shown.get(socket) })
  server.on('tlsClientError', (_error, socket) => note(socket))
  server.on('secureConnection', socket => socket.authorizationError && note(socket))
}

function refuseBadCertificate(socket: TLSSocket): void {
  const name = peerNameOf(socket)
  if (socket.authorized || name === undefined) return
  const refusal = new Error(`the certificate "${name}" is refused`)
  socket.destroy(new TlsError('handshake', explainClientFailure(refusal, socket)))
}
