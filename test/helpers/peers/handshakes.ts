import { once } from 'node:events'
import { type Server, connect } from 'node:net'
import { type TLSSocket } from 'node:tls'
import type { ExecutionContext } from 'ava'
import { TlsClient, type ClientTls } from '../../../src/tls/client-tls.ts'
import { type Log, silentLog } from '../../../src/telemetry/log.ts'
import { patience } from '../time/patience.ts'

/** Listens on a free port of 127.0.0.1; the server goes with the test, its sockets too. */
export async function listen(t: ExecutionContext, server: Server): Promise<number> {
  server.on('connection', socket => {
    socket.on('error', () => {}) // refused handshakes are what the tests are about
    t.teardown(() => socket.destroy())
  })
  server.on('secureConnection', (socket: TLSSocket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as { port: number }).port
}

export interface HandshakeOptions {
  readonly port: number
  /** The name that the client connects to. Default: localhost. */
  readonly host?: string
  readonly tls: ClientTls
  readonly log?: Log
  readonly timeoutMs?: number
}

/** One handshake of our client; the socket goes with the test. */
export async function shakeHands(t: ExecutionContext, options: HandshakeOptions): Promise<TLSSocket> {
  const { port, host = 'localhost', tls, log = silentLog, timeoutMs = patience(5000) } = options
  const secure = await new TlsClient(tls, log).prepare()
  const tcp = connect(port, '127.0.0.1')
  await once(tcp, 'connect')
  const socket = await secure(tcp, { host, port }, AbortSignal.timeout(timeoutMs))
  socket.on('error', () => {}) // what a server does later is not the handshake's
  t.teardown(() => socket.destroy())
  return socket
}
