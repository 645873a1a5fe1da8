import type { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { type Socket, isIP } from 'node:net'
import { type TLSSocket, connect } from 'node:tls'
import type { Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import { CredentialFiles, type Credentials } from './credential-files.ts'
import { namesOf } from './certificate-names.ts'
import { showServer } from './describe-certificate.ts'
import { explainCertificate } from './explain-refused-certificate.ts'
import { explainFailure } from './explain-failed-connection.ts'
import type { Revocations } from './peer-gate.ts'
import { TlsError } from './tls-error.ts'

/** A client's own certificate, and the servers that it trusts. All but `revoked` are paths of PEM files. */
export interface ClientTls {
  /** Certificate (chain) shown to the server; used together with `key`. */
  readonly certificate?: string
  /** Private key of `certificate`, not encrypted. */
  readonly key?: string
  /** Certificates of the authorities that may sign a server's, any number in one file. Default: the system's. */
  readonly ca?: string
  /** Servers' certificates that are refused. */
  readonly revoked?: Watched<Revocations>
}

/** The server that is meant. `host` is the configured name or address: the certificate must be for it. */
export interface TlsTarget {
  readonly host: string
  readonly port: number
  /** The address to which the name was resolved, for messages. */
  readonly address?: string
  /** A name of ALPN that the server may select; `alpnProtocol` of the socket has the answer. Default: no offer. */
  readonly offer?: string
  /** It has taken what we send before, for messages. */
  readonly isKnown?: boolean
}

/**
 * Shakes hands over a newly connected socket (TLS 1.2 or later, SNI unless the host is an address) and resolves with the
 * secured one, whose certificate is valid. Rejects with a TlsError that explains; then, and when `signal` fires, the socket
 * is destroyed. The caller closes the connection.
 */
export interface Secure {
  (tcp: Socket, target: TlsTarget, signal: AbortSignal): Promise<TLSSocket>
  /** The generation of the files in use; see `TlsClient.generation`. */
  readonly generation: number
}

interface Handshake {
  readonly target: TlsTarget
  readonly credentials: Credentials
  readonly signal: AbortSignal
}

/** Secures connections with the files as they are at that moment. */
export class TlsClient {
  readonly #tls: ClientTls
  readonly #log: Log
  readonly #files: CredentialFiles
  readonly #pinned = new Set<string>()
  readonly #listeners = new Set<() => void>()
  readonly #refreshMs: number
  #generation = 0
  #timer: NodeJS.Timeout | undefined

  /** `refreshMs`: how often the files are read while there is a listener. */
  constructor(tls: ClientTls, log: Log, { refreshMs = 5000 }: { readonly refreshMs?: number } = {}) {
    this.#refreshMs = refreshMs
    this.#tls = tls
    this.#log = log
    this.#files = new CredentialFiles(tls, log)
  }

  /**
   * Reads the files, and resolves with a function that secures one connection. Rejects with a TlsError (`files`) where there
   * never were usable ones. To be called before the connection is made: TLS must be ready for the server's first byte.
   */
  async prepare(): Promise<Secure> {
    const credentials = await this.#read()
    const secure = (tcp: Socket, target: TlsTarget, signal: AbortSignal) =>
      this.#secure(tcp, { target, credentials, signal })
    return Object.assign(secure, { generation: credentials.generation })
  }

  /** Of the newest usable files; 0 before the first. A connection with an older one is to be renewed. */
  get generation(): number {
    return this.#generation
  }

  /** Calls `listener` after each change to usable files, until the function that it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => void this.#refresh(), this.#refreshMs).unref()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  async #refresh(): Promise<void> {
    await this.#read().catch(() => {}) // there never were usable files: each connect reports why
  }

  async #read(): Promise<Credentials> {
    const credentials = await this.#files.read()
    const isChange = this.#generation > 0 && credentials.generation > this.#generation
    this.#generation = Math.max(this.#generation, credentials.generation)
    if (isChange) for (const listener of this.#listeners) listener()
    return credentials
  }

  async #secure(tcp: Socket, { target, credentials, signal }: Handshake): Promise<TLSSocket> {
    const socket = connect({
      socket: tcp,
      secureContext: credentials.context,
      servername: isIP(target.host) === 0 ? target.host : '',
      ...(target.offer !== undefined && { ALPNProtocols: [target.offer] }),
      // The verdict is read below, before a byte is sent: Node would discard the certificate with the error.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    })
    try {
      await once(socket, 'secureConnect', { signal })
    } catch (cause) {
      socket.destroy()
      const message = explainFailure(signal.aborted ? signal.reason : cause, {
        ...target,
        tls: this.#tls,
        step: 'handshake',
        received: tcp.bytesRead,
      })
      throw new TlsError('handshake', message, { cause })
    }
    this.#checkServer(socket, target, credentials)
    return socket
  }

  #checkServer(socket: TLSSocket, target: TlsTarget, { authorities }: Credentials): void {
    const certificate = socket.getPeerX509Certificate()
    if (certificate === undefined) {
      socket.destroy()
      throw new TlsError(
        'handshake',
        `${showServer(target.host, target.port)} shows no certificate, so it could be anyone`,
      )
    }
    this.#refuseRevoked(socket, certificate, target)
    const fault = findFault(socket, certificate, target.host)
    if (fault === undefined) return
    if (fault === 'NAME_MISMATCH' && authorities.some(known => known.raw.equals(certificate.raw)))
      return this.#warnOfPin(certificate, target)
    socket.destroy()
    const refused = { ...target, fault, certificate, ca: this.#tls.ca, authorities }
    throw new TlsError('handshake', explainCertificate(refused))
  }

  /** Refuses it now, and closes the connection when the certificate is revoked later. */
  #refuseRevoked(socket: TLSSocket, certificate: X509Certificate, { host, port }: TlsTarget): void {
    const { revoked } = this.#tls
    const { serialNumber } = certificate
    if (revoked === undefined) return
    if (revoked.current.has(certificate)) {
      socket.destroy()
      throw new TlsError(
        'handshake',
        `${showServer(host, port)} shows the certificate ${serialNumber}, which was revoked: that server has to join again, or it is an impostor`,
      )
    }
    const stopListening = revoked.onChange(() => {
      if (!revoked.current.has(certificate)) return
      this.#log.warn(
        { server: host, serial: serialNumber },
        "closing a connection: the server's certificate was revoked",
      )
      socket.destroy()
    })
    socket.once('close', stopListening)
  }

  /** A certificate without the right name that is in `ca` itself: no other server can have its key. */
  #warnOfPin(certificate: X509Certificate, target: TlsTarget): void {
    if (this.#pinned.has(certificate.fingerprint256)) return
    this.#pinned.add(certificate.fingerprint256)
    const fields = { server: target.host, ca: this.#tls.ca, names: namesOf(certificate), until: certificate.validTo }
    this.#log.warn(
      fields,
      'the server certificate is not for this name; trusting it because it is in the CA file itself',
    )
  }
}

/** Undefined where the chain of trust is complete and the certificate is for `host`: alternative names only (RFC 9525). */
function findFault(socket: TLSSocket, certificate: X509Certificate, host: string): string | undefined {
  if (!socket.authorized) return String(socket.authorizationError)
  const match = isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host)
  return match === undefined ? 'NAME_MISMATCH' : undefined
}
