import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { formatAddress } from '../../flow/host-port.ts'
import { explainClientFailure } from '../../tls/explain-client-failure.ts'
import type { PeerGate } from '../../tls/peer-gate.ts'
import { type FreshTlsServer, peerNameOf } from '../../tls/server-tls.ts'
import { serveConnection } from './connection.ts'
import type { ReceiverContext } from './receiver-context.ts'

const REFUSED = {
  revoked: 'client is refused: its certificate was revoked',
  untrusted: 'client is refused: its authority is not trusted any more',
}
const CUT_OFF = {
  revoked: 'client is cut off: its certificate was revoked',
  untrusted: 'client is cut off: its authority is not trusted any more',
}

/** Admits connections up to the limit, has them served, and keeps track of the open ones. */
export class Admission {
  /** For connections from now on. */
  #context: ReceiverContext
  #tls: FreshTlsServer | undefined
  #ignoreGate = () => {}
  /** Open connections, by the client's address and port and ours. */
  readonly #sockets = new Map<string, Socket>()
  readonly #serving = new Set<Promise<void>>()
  /** Open connections whose client showed a certificate. */
  readonly #certified = new Map<TLSSocket, X509Certificate>()
  #isFull = false

  constructor(context: ReceiverContext) {
    this.#context = context
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** From now on, connections are served with this context, and have to come through `tls` if there is one. */
  change(context: ReceiverContext, tls: FreshTlsServer | undefined): void {
    this.#context = context
    if (tls === this.#tls) return
    this.#tls = tls
    tls?.on('secureConnection', socket => this.#admitSecure(socket))
    tls?.on('tlsClientError', (error, socket) => this.#reportHandshake(error, socket))
    this.#watch(tls?.gate)
  }

  admit(socket: Socket): void {
    socket.on('error', () => {}) // serveConnection notices the error too; before that there is nothing to lose
    if (this.#refuses(socket)) return
    const ends = endsOf(socket)
    this.#sockets.set(ends, socket)
    socket.once('close', () => this.#sockets.delete(ends))
    this.#context.counts.connectionsAccepted++
    if (this.#tls === undefined) this.#serve(socket, undefined)
    else this.#tls.emit('connection', socket)
  }

  /** Waits for the served connections, which end on the signals of the context, and cuts off those in a handshake. */
  async close(): Promise<void> {
    this.#ignoreGate()
    await Promise.all(this.#serving)
    for (const socket of this.#sockets.values()) socket.destroy()
  }

  async waitForEnd(): Promise<void> {
    await Promise.all([...this.#sockets.values()].map(socket => waitForClose(socket)))
    await Promise.all(this.#serving)
  }

  /** One log line each time the limit is reached, not one a refusal. */
  #refuses(socket: Socket): boolean {
    const { counts, limits, log, signals } = this.#context
    const wasFull = this.#isFull
    this.#isFull = this.#sockets.size >= limits.connections
    if (!this.#isFull && !signals.stop.aborted && !signals.drain.aborted) return false
    counts.connectionsRefused++
    if (!wasFull && this.#isFull)
      log.warn(
        { peer: addressOf(socket), limit: limits.connections },
        'refusing connections: there are as many as `connections` in `limits` allows',
      )
    socket.destroy()
    return true
  }

  #admitSecure(socket: TLSSocket): void {
    // An optional certificate that was not acceptable.
    if (socket.errored !== null) return this.#reportHandshake(socket.errored, socket)
    const certificate = socket.getPeerX509Certificate()
    const refusal = certificate && this.#tls?.gate.isRefused(certificate)
    if (certificate !== undefined && refusal !== undefined) {
      this.#context.counts.handshakeErrors++
      this.#logRefused(socket, certificate, REFUSED[refusal])
      socket.destroy()
      return
    }
    if (certificate !== undefined) {
      this.#certified.set(socket, certificate)
      socket.once('close', () => this.#certified.delete(socket))
    }
    this.#serve(socket, peerNameOf(socket))
  }

  #watch(gate: PeerGate | undefined): void {
    this.#ignoreGate()
    this.#ignoreGate = gate?.onChange(() => this.#cutOffRefused(gate)) ?? (() => {})
    if (gate !== undefined) this.#cutOffRefused(gate)
  }

  #cutOffRefused(gate: PeerGate): void {
    for (const [socket, certificate] of this.#certified) {
      const refusal = gate.isRefused(certificate)
      if (refusal === undefined) continue
      this.#certified.delete(socket)
      this.#logRefused(socket, certificate, CUT_OFF[refusal])
      socket.destroy()
    }
  }

  #logRefused(socket: TLSSocket, { serialNumber: serial }: X509Certificate, message: string): void {
    this.#context.log.warn({ peer: addressOf(socket), name: peerNameOf(socket), serial }, message)
  }

  #serve(socket: Socket, name: string | undefined): void {
    const { log } = this.#context
    const peer = name === undefined ? addressOf(socket) : `${addressOf(socket)} (${name})`
    log.debug({ peer }, 'client has connected')
    const transport = this.#sockets.get(endsOf(socket)) ?? socket
    const served = serveConnection({ socket, transport, peer }, this.#context)
      .catch((error: unknown) => {
        log.error({ peer, error }, 'serving a connection failed')
        socket.destroy()
      })
      .finally(() => this.#serving.delete(served))
    this.#serving.add(served)
  }

  #reportHandshake(error: Error, socket: TLSSocket): void {
    const { counts, log } = this.#context
    counts.handshakeErrors++
    const peer = addressOf(socket)
    log.warn(
      { peer, reason: explainClientFailure(error, socket) },
      'a TLS handshake failed: the client could not connect',
    )
    socket.destroy()
  }
}

async function waitForClose(socket: Socket): Promise<void> {
  if (socket.closed) return
  await new Promise<void>(resolve => socket.once('close', () => resolve()))
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  if (remoteAddress === undefined) return 'a client that has disconnected'
  return formatAddress({ host: remoteAddress, port: remotePort ?? 0 })
}
