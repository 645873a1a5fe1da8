import type { Socket } from 'node:net'
import type { Server as TlsServer, TLSSocket } from 'node:tls'
import { ByteBudget } from '../flow/byte-budget.ts'
import { explainClientFailure } from '../tls/explain-client.ts'
import { createTlsServer, peerNameOf } from '../tls/server-tls.ts'
import { type Reception, serveConnection } from './connection.ts'
import { type Listening, listenOn } from './listeners.ts'
import { createReceiptIds } from './receipt-ids.ts'
import type { Receiver, ReceiverOptions } from './receiver-contract.ts'
import { createReceiverCounts } from './receiver-counts.ts'
import { resolveLimits } from './receiver-limits.ts'
import { WindowsInHand } from './windows-in-hand.ts'

export type { Receiver, ReceiverOptions, ReceiverSettings, ReceiverStatus, ListenAddress } from './receiver-contract.ts'

/** Listens for Lumberjack clients and hands what they send to the sink. Rejects when it can't listen or has no certificate. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const stop = new AbortController()
  const giveUp = new AbortController()
  const reception = createReception(options, { stop: stop.signal, giveUp: giveUp.signal })
  const { counts, frameBudget, eventBudget, limits, log } = reception
  const door = new Door(reception)
  const tls =
    options.tls === undefined
      ? undefined
      : await createTlsServer(options.tls, log, { handshakeTimeoutMs: limits.handshakeMs })
  if (tls !== undefined) door.openTls(tls)
  const listening: Listening = await listenOn(options.listen, socket => door.admit(socket)).catch((error: unknown) => {
    tls?.close()
    throw error
  })

  return {
    addresses: listening.addresses,
    status: () => ({
      ...counts,
      connections: door.connections,
      bytesInFlight: frameBudget.heldBytes + eventBudget.heldBytes,
    }),
    async reconfigure() {
      throw new Error('other settings of the receiver take a restart so far')
    },
    async drain() {
      throw new Error('draining is not there yet')
    },
    async close(signal) {
      if (signal?.aborted === true) giveUp.abort()
      signal?.addEventListener('abort', () => giveUp.abort(), { once: true })
      listening.stop()
      stop.abort()
      await door.close()
      tls?.close()
    },
  }
}

function createReception(options: ReceiverOptions, signals: Reception['signals']): Reception {
  const limits = resolveLimits(options.limits)
  const now = options.now ?? Date.now
  const budget = { totalBytes: limits.bytesInFlight / 2, reserveBytes: limits.reserveBytes / 2 }
  return {
    sink: options.sink,
    keepaliveMs: options.keepaliveMs,
    log: options.log,
    limits,
    now,
    signals,
    counts: createReceiverCounts(),
    frameBudget: new ByteBudget(budget),
    eventBudget: new ByteBudget(budget),
    makeId: createReceiptIds(),
    windowsInHand: new WindowsInHand(limits.unwrittenAckMs, now),
  }
}

/** Lets connections in, up to the limit, and knows all that are there. */
class Door {
  readonly #reception: Reception
  readonly #sockets = new Set<Socket>()
  readonly #serving = new Set<Promise<void>>()
  #tls: TlsServer | undefined
  #isFull = false

  constructor(reception: Reception) {
    this.#reception = reception
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** From now on, connections have to come through TLS. */
  openTls(tls: TlsServer): void {
    this.#tls = tls
    tls.on('secureConnection', socket => {
      if (socket.errored === null) this.#serve(socket, peerNameOf(socket))
      else this.#reportHandshake(socket.errored, socket) // an optional certificate that was not acceptable
    })
    tls.on('tlsClientError', (error, socket) => this.#reportHandshake(error, socket))
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
    await Promise.all(this.#serving)
    for (const socket of this.#sockets) socket.destroy()
  }

  /** One log line each time the limit is reached, not one a refusal. */
  #refuses(socket: Socket): boolean {
    const { counts, limits, log, signals } = this.#reception
    const wasFull = this.#isFull
    this.#isFull = this.#sockets.size >= limits.connections
    if (!this.#isFull && !signals.stop.aborted) return false
    counts.connectionsRefused++
    if (!wasFull && this.#isFull)
      log.warn(
        { peer: addressOf(socket), limit: limits.connections },
        'connections are refused: there are as many as `connections` in `limits` allows',
      )
    socket.destroy()
    return true
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

function addressOf(socket: Socket): string {
  const { remoteAddress, remotePort } = socket
  if (remoteAddress === undefined) return 'a client that is gone'
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}
