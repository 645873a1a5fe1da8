import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { MAX_HELLO_BYTES, findOffers } from './client-hello.ts'
import { HandshakePlaces } from './handshake-places.ts'
import { JoinedBytes } from './joined-bytes.ts'

interface Selecting {
  /** It has this protocol, and `server` has none. */
  readonly protocol: string
  readonly server: Server
}

interface HelloOptions {
  readonly selecting: Selecting | undefined
  /** The longest wait for the first message of a client, and then for a place. */
  readonly limitMs: number
}

/**
 * Begins handshakes when the first message of the client has come, and a few at a time. Clients that offer a protocol by ALPN
 * go to the server that has it, and all others to `server`, which reports what happens at both: Node ends the handshake with
 * a client that offers only what a server does not know, unless that server knows no protocol at all.
 */
export function beginAfterHello(server: Server, { selecting, limitMs }: HelloOptions): void {
  const [accept] = server.listeners('connection') as ((socket: Socket) => void)[]
  const places = new HandshakePlaces(limitMs)
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const wait = new WaitForOffers(socket, limitMs, offers => {
      if (offers instanceof Error) {
        server.emit('tlsClientError', offers, socket as TLSSocket)
        return void socket.destroy()
      }
      places.add(socket, () => {
        if (selecting !== undefined && offers.includes(selecting.protocol)) selecting.server.emit('connection', socket)
        else accept?.call(server, socket)
      })
    })
    wait.start()
  })
  server.on('secureConnection', socket => places.end(socket))
  server.on('tlsClientError', (_error, socket) => places.end(socket))
  selecting?.server.on('secureConnection', socket => server.emit('secureConnection', socket))
  selecting?.server.on('tlsClientError', (error, socket) => server.emit('tlsClientError', error, socket))
}

/** Reads what a client offers, and leaves its bytes to be read again. */
class WaitForOffers {
  readonly #socket: Socket
  readonly #found: (offers: readonly string[] | Error) => void
  readonly #bytes = new JoinedBytes()
  readonly #timer: NodeJS.Timeout
  readonly #look = () => this.#read()
  readonly #leave = () => this.#end(makeError(this.#socket, 'ECONNRESET'))
  /** Before so many bytes have come there is nothing to find: it may be one at a time that comes. */
  #wantedBytes = 0
  #hasEnded = false

  constructor(socket: Socket, limitMs: number, found: (offers: readonly string[] | Error) => void) {
    this.#socket = socket
    this.#found = found
    // The timer may be first after a time in which nothing was read: the client is not to blame for that.
    this.#timer = setTimeout(() => setImmediate(() => this.#giveUp()), limitMs)
  }

  start(): void {
    this.#socket.on('readable', this.#look)
    for (const name of ['end', 'close'] as const) this.#socket.once(name, this.#leave)
  }

  #giveUp(): void {
    this.#read()
    this.#end(makeError(this.#socket, 'ERR_TLS_HANDSHAKE_TIMEOUT'))
  }

  #read(): void {
    if (this.#hasEnded) return
    for (let chunk = take(this.#socket); chunk !== null; chunk = take(this.#socket)) this.#bytes.push(chunk)
    const { length } = this.#bytes
    if (length === 0 || length < this.#wantedBytes) return
    const offers = findOffers(this.#bytes.join())
    if ('missingBytes' in offers) this.#wantedBytes = length + offers.missingBytes
    else this.#end(offers)
  }

  #end(offers: readonly string[] | Error): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearTimeout(this.#timer)
    this.#socket.off('readable', this.#look)
    for (const name of ['end', 'close'] as const) this.#socket.off(name, this.#leave)
    if (!(offers instanceof Error)) this.#socket.unshift(this.#bytes.join())
    this.#found(offers)
  }
}

/** Not more than is looked at. */
function take(socket: Socket): Buffer | null {
  const size = Math.min(socket.readableLength, MAX_HELLO_BYTES)
  return socket.read(size === 0 ? undefined : size) as Buffer | null
}

/** As Node reports it. */
function makeError(socket: Socket, code: string): Error {
  return Object.assign(socket.errored ?? new Error('the client did not begin a TLS handshake'), { code })
}
