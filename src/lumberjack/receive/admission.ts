import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { formatAddress } from '../../flow/host-port.ts'
import { networkOf } from '../../flow/network-of.ts'
import { explainClientFailure } from '../../tls/explain-client-failure.ts'
import { type FreshTlsServer, peerNameOf } from '../../tls/server-tls.ts'
import { endsOf } from '../../tls/socket-ends.ts'
import { AdmissionTurns } from './admission-turns.ts'
import { CertifiedClients } from './certified-clients.ts'
import { serveConnection } from './connection.ts'
import { FailedHandshakes } from './failed-handshakes.ts'
import { Places } from './places.ts'
import type { ReceiverContext } from './receiver-context.ts'
import { RefusalLog } from './refusal-log.ts'

/** An open TCP connection. */
interface Visitor {
  readonly transport: Socket
  /** The client's address as `address:port`, and what counts as one address. */
  readonly peer: string
  readonly network: string
  /** The settings with which it began. */
  readonly context: ReceiverContext
  /** Where it occupies a place. */
  places: Places
}

/** Admits connections up to the limits, has them served, and keeps track of the open ones. */
export class Admission {
  /** For connections from now on. */
  #context: ReceiverContext
  #tls: FreshTlsServer | undefined
  readonly #certified: CertifiedClients
  readonly #failed = new FailedHandshakes(() => performance.now())
  readonly #turns = new AdmissionTurns()
  readonly #handshakes = new Places()
  readonly #connections = new Places()
  /** By the client's address and port and ours. */
  readonly #visitors = new Map<string, Visitor>()
  readonly #serving = new Set<Promise<void>>()
  readonly #refusals: RefusalLog

  constructor(context: ReceiverContext) {
    this.#context = context
    this.#refusals = new RefusalLog(context.log, () => performance.now())
    this.#certified = new CertifiedClients({
      now: context.now,
      onCutOff: (socket, certificate, fault) => {
        this.#logRefused(socket, certificate, `client is cut off: ${fault}`)
        socket.destroy()
      },
    })
  }

  /** Open ones, those in a handshake included. */
  get connections(): number {
    return this.#visitors.size
  }

  /** From now on, connections are served with this context, and have to come through `tls` if there is one. */
  change(context: ReceiverContext, tls: FreshTlsServer | undefined): void {
    this.#context = context
    if (tls === this.#tls) return
    this.#tls = tls
    tls?.on('secureConnection', socket => void this.#admitSecure(socket))
    tls?.on('tlsClientError', (error, socket) => this.#reportHandshake(error, socket))
    this.#certified.use(tls?.gate)
  }

  admit(socket: Socket): void {
    socket.on('error', () => {}) // serveConnection notices the error too; before that there is nothing to lose
    const { signals, counts } = this.#context
    const network = networkOf(socket.remoteAddress ?? '')
    const places = this.#tls === undefined ? this.#connections : this.#handshakes
    const visitor: Visitor = { transport: socket, peer: addressOf(socket), network, context: this.#context, places }
    // Before a handshake, which is expensive, there has to be a place for what comes after it.
    const isFull = this.#isFull(this.#connections, visitor) || this.#isFull(places, visitor)
    if (isFull || signals.stop.aborted || signals.drain.aborted) return this.#refuse(socket)
    const ends = endsOf(socket)
    places.take(network)
    this.#visitors.set(ends, visitor)
    socket.once('close', () => {
      this.#visitors.delete(ends)
      visitor.places.free(network)
    })
    counts.connectionsAccepted++
    if (this.#tls === undefined) void this.#admitPlain(visitor)
    else void this.#shakeHands(visitor)
  }

  /** Waits for the served connections, which end on the signals of the context, and cuts off those in a handshake. */
  async close(): Promise<void> {
    this.#certified.close()
    await Promise.all(this.#serving)
    for (const { transport } of this.#visitors.values()) transport.destroy()
    this.#context.clientLog.close()
  }

  async waitForEnd(): Promise<void> {
    await Promise.all([...this.#visitors.values()].map(({ transport }) => waitForClose(transport)))
    await Promise.all(this.#serving)
  }

  async #admitPlain(visitor: Visitor): Promise<void> {
    const { transport, network } = visitor
    await this.#turns.waitForTurn(network)
    if (this.#context.signals.stop.aborted) transport.destroy()
    if (!transport.destroyed) this.#serve(transport, visitor)
  }

  /** An address whose last handshake has failed waits, unless it has a connection that works. */
  async #shakeHands({ transport, network }: Visitor): Promise<void> {
    const waitMs = this.#connections.isTakenBy(network) ? 0 : this.#failed.waitMs(network)
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false }) // `close` ends those that wait
    await this.#turns.waitForTurn(network)
    if (transport.destroyed) return
    if (this.#tls === undefined || this.#context.signals.stop.aborted) return void transport.destroy()
    this.#tls.emit('connection', transport)
  }

  #isFull(places: Places, visitor: Visitor): boolean {
    const { connections, connectionsPerAddress, handshakes } = this.#context.limits
    const isHandshake = places === this.#handshakes
    const total = isHandshake ? handshakes : connections
    // One address has the same share of handshakes as of connections.
    const each = Math.min(total, Math.ceil((total * connectionsPerAddress) / connections))
    const found = places.findLimit(visitor.network, { total, each })
    if (found === undefined) return false
    const whole = isHandshake ? 'handshakes' : 'connections'
    if (found === 'total') this.#refusals.note(whole, total, visitor)
    else this.#refusals.note(`${whole}OfAddress`, each, visitor)
    return true
  }

  #refuse(socket: Socket): void {
    this.#context.counts.connectionsRefused++
    socket.destroy()
  }

  async #admitSecure(socket: TLSSocket): Promise<void> {
    // An optional certificate that was not acceptable.
    if (socket.errored !== null) return this.#reportHandshake(socket.errored, socket)
    const visitor = this.#visitors.get(endsOf(socket))
    if (visitor === undefined) return void socket.destroy() // it has gone
    socket.on('error', () => {}) // as in `admit`
    await this.#turns.waitForTurn(visitor.network)
    if (this.#context.signals.stop.aborted) socket.destroy()
    if (!socket.destroyed) this.#admitCertified(socket, visitor)
  }

  #admitCertified(socket: TLSSocket, visitor: Visitor): void {
    const certificate = socket.getPeerX509Certificate()
    const fault = certificate && this.#certified.findFault(certificate)
    if (certificate !== undefined && fault !== undefined) {
      this.#context.counts.handshakeErrors++
      this.#logRefused(socket, certificate, `client is refused: ${fault}`)
      socket.destroy()
      return
    }
    if (this.#isFull(this.#connections, visitor)) return this.#refuse(socket)
    this.#failed.forget(visitor.network)
    visitor.places.free(visitor.network)
    visitor.places = this.#connections
    visitor.places.take(visitor.network)
    if (certificate !== undefined) this.#certified.add(socket, certificate)
    this.#serve(socket, visitor)
  }

  #logRefused(socket: TLSSocket, { serialNumber: serial }: X509Certificate, message: string): void {
    const fields = { peer: addressOf(socket), name: peerNameOf(socket), serial }
    this.#context.clientLog.warn(networkOf(socket.remoteAddress ?? ''), fields, message)
  }

  #serve(socket: Socket, { transport, peer: address, network, context }: Visitor): void {
    const { log } = context
    const name = 'encrypted' in socket ? peerNameOf(socket as TLSSocket) : undefined
    const peer = name === undefined ? address : `${address} (${name})`
    log.debug({ peer }, 'client has connected')
    const served = serveConnection({ socket, transport, peer, network, name }, context)
      .catch((error: unknown) => {
        log.error({ peer, error }, 'serving a connection failed')
        socket.destroy()
      })
      .finally(() => this.#serving.delete(served))
    this.#serving.add(served)
  }

  #reportHandshake(error: Error, socket: TLSSocket): void {
    const { counts, clientLog, limits } = this.#context
    counts.handshakeErrors++
    const visitor = this.#visitors.get(endsOf(socket))
    const peer = visitor?.peer ?? addressOf(socket)
    const network = visitor?.network ?? ''
    const reason = explainClientFailure(error, socket)
    const count = this.#failed.note(network, reason, limits.failedHandshakeWaitMs)
    const fields = { peer, reason, ...(count !== undefined && count > 1 && { count }) }
    if (count !== undefined) clientLog.warn(network, fields, 'a TLS handshake failed: the client could not connect')
    socket.destroy()
  }
}

async function waitForClose(socket: Socket): Promise<void> {
  if (socket.closed) return
  await new Promise<void>(resolve => socket.once('close', () => resolve()))
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  if (remoteAddress === undefined) return 'a client that has disconnected'
  return formatAddress({ host: remoteAddress, port: remotePort ?? 0 })
}
