import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server as TlsServer, TLSSocket } from 'node:tls'
import type { Watched } from '../../flow/watched.ts'
import { explainClientFailure } from '../../tls/explain-client.ts'
import { peerNameOf } from '../../tls/server-tls.ts'
import { type Reception, serveConnection } from './connection.ts'

/** Lets connections in, up to the limit, and knows all that are there. */
export class Door {
  /** For connections from now on. */
  #reception: Reception
  #tls: TlsServer | undefined
  readonly #refusedSerials: Watched<ReadonlySet<string>>
  readonly #ignoreSerials: () => void
  readonly #sockets = new Set<Socket>()
  readonly #serving = new Set<Promise<void>>()
  /** Connections whose client showed a certificate. */
  readonly #certified = new Map<TLSSocket, X509Certificate>()
  #isFull = false

  constructor(reception: Reception, refusedSerials: Watched<ReadonlySet<string>>) {
    this.#reception = reception
    this.#refusedSerials = refusedSerials
    this.#ignoreSerials = refusedSerials.onChange(() => this.#cutOffRefused())
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** From now on, connections are served by these terms, and have to come through `tls` if there is one. */
  change(reception: Reception, tls: TlsServer | undefined): void {
    this.#reception = reception
    if (tls === this.#tls) return
    this.#tls = tls
    tls?.on('secureConnection', socket => this.#admitSecure(socket))
    tls?.on('tlsClientError', (error, socket) => this.#reportHandshake(error, socket))
  }

  admit(socket: Socket): void {
    socket.on('error', () => {}) // whoever serves the connection hears of it too; before that there is nothing to lose
    if (this.#refuses(socket)) return
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    this.#reception.counts.connectionsAccepted++
    if (this.#tls === undefined) this.#serve(socket, undefined)
    else this.#tls.emit('connection', socket)
  }

  /** Those in a handshake are cut off; the others end when what they have in hand has its answer. */
  async close(): Promise<void> {
    this.#ignoreSerials()
    await Promise.all(this.#serving)
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Resolves when nobody is there any more. */
  async empty(): Promise<void> {
    await Promise.all([...this.#sockets].map(socket => closed(socket)))
    await Promise.all(this.#serving)
  }

  /** One log line each time the limit is reached, not one a refusal. */
  #refuses(socket: Socket): boolean {
    const { counts, limits, log, signals } = this.#reception
    const wasFull = this.#isFull
    this.#isFull = this.#sockets.size >= limits.connections
    if (!this.#isFull && !signals.stop.aborted && !signals.drain.aborted) return false
    counts.connectionsRefused++
    if (!wasFull && this.#isFull)
      log.warn(
        { peer: addressOf(socket), limit: limits.connections },
        'connections are refused: there are as many as `connections` in `limits` allows',
      )
    socket.destroy()
    return true
  }

  #admitSecure(socket: TLSSocket): void {
    // An optional certificate that was not acceptable.
    if (socket.errored !== null) return this.#reportHandshake(socket.errored, socket)
    const certificate = socket.getPeerX509Certificate()
    if (certificate !== undefined && this.#isRefused(certificate)) {
      this.#reception.counts.handshakeErrors++
      this.#tellRefused(socket, certificate, 'a client is refused: its certificate was revoked')
      socket.destroy()
      return
    }
    if (certificate !== undefined) {
      this.#certified.set(socket, certificate)
      socket.once('close', () => this.#certified.delete(socket))
    }
    this.#serve(socket, peerNameOf(socket))
  }

  #isRefused({ serialNumber }: X509Certificate): boolean {
    return this.#refusedSerials.current.has(serialNumber)
  }

  #cutOffRefused(): void {
    for (const [socket, certificate] of this.#certified) {
      if (!this.#isRefused(certificate)) continue
      this.#certified.delete(socket)
      this.#tellRefused(socket, certificate, 'a client is cut off: its certificate was revoked')
      socket.destroy()
    }
  }

  #tellRefused(socket: TLSSocket, { serialNumber: serial }: X509Certificate, message: string): void {
    this.#reception.log.warn({ peer: addressOf(socket), name: peerNameOf(socket), serial }, message)
  }

  #serve(socket: Socket, name: string | undefined): void {
    const { log } = this.#reception
    const peer = name === undefined ? addressOf(socket) : `${addressOf(socket)} (${name})`
    log.debug({ peer }, 'a client has connected')
    const served = serveConnection(socket, peer, this.#reception)
      .catch((error: unknown) => {
        log.error({ peer, err: error }, 'serving a connection failed')
        socket.destroy()
      })
      .finally(() => this.#serving.delete(served))
    this.#serving.add(served)
  }

  #reportHandshake(error: Error, socket: TLSSocket): void {
    const { counts, log } = this.#reception
    counts.handshakeErrors++
    const peer = addressOf(socket)
    log.warn(
      { peer, reason: explainClientFailure(error, socket) },
      'a TLS handshake failed: the client could not connect',
    )
    socket.destroy()
  }
}

async function closed(socket: Socket): Promise<void> {
  if (socket.closed) return
  await new Promise<void>(resolve => socket.once('close', () => resolve()))
}

function addressOf(socket: Socket): string {
  const { remoteAddress, remotePort } = socket
  if (remoteAddress === undefined) return 'a client that is gone'
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}
