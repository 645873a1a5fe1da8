import { once } from 'node:events'
import { type Server, type Socket, createServer } from 'node:net'
import { type TlsOptions, createServer as createTlsServer } from 'node:tls'
import type { ExecutionContext } from 'ava'
import { ByteSource, type SeenWindow, readWindow } from '../lumberjack/seen-windows.ts'

/** The far end of one connection, controlled by the test. */
export interface ScriptedConnection {
  readonly socket: Socket
  /** The next window; undefined when the client has gone. */
  window(): Promise<SeenWindow | undefined>
  ack(sequence: number, version?: 1 | 2): void
  /** Resets the TCP connection, below TLS where there is TLS. */
  reset(): void
}

export interface ScriptedServer {
  readonly host: string
  readonly port: number
  /** Connections so far, as they came. */
  readonly connectionCount: number
  readonly windows: readonly SeenWindow[]
  close(): Promise<void>
}

/** A server that runs the script on each connection (the first is 0); it goes with the test. */
export async function startScriptedServer(
  t: ExecutionContext,
  script: (connection: ScriptedConnection, index: number) => Promise<void> | void,
  options: { readonly tls?: TlsOptions; readonly port?: number } = {},
): Promise<ScriptedServer> {
  const windows: SeenWindow[] = []
  const sockets = new Set<Socket>()
  let connectionCount = 0
  const transports = new Map<number | undefined, Socket>()
  const accept = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // the client went: its test knows
    socket.on('close', () => sockets.delete(socket))
    const transport = transports.get(socket.remotePort)
    const connection = { ...speak(socket, windows), reset: () => void transport?.resetAndDestroy() }
    void (async () => script(connection, connectionCount++))().catch(t.log)
  }
  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept)
  server.prependListener('connection', socket => transports.set(socket.remotePort, socket))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise(resolve => void server.close(resolve))
  }
  t.teardown(close)
  const address = server.address() as { port: number }
  return {
    host: '127.0.0.1',
    port: address.port,
    windows,
    close,
    get connectionCount() {
      return connectionCount
    },
  }
}

/** A frame's header and number. */
export function ackFrame(sequence: number, version: 1 | 2 = 2): Buffer {
  const frame = Buffer.from(`${version}A....`)
  frame.writeUInt32BE(sequence, 2)
  return frame
}

function speak(socket: Socket, seen: SeenWindow[]): Omit<ScriptedConnection, 'reset'> {
  const bytes = new ByteSource(socket)
  return {
    socket,
    async window() {
      const window = await readWindow(bytes)
      if (window !== undefined) seen.push(window)
      return window
    },
    ack: (sequence, version = 2) => void socket.write(ackFrame(sequence, version)),
  }
}

/** A script: acks every window whole, for as long as the client stays. */
export async function ackAll(connection: ScriptedConnection): Promise<void> {
  for (let window = await connection.window(); window !== undefined; window = await connection.window())
    connection.ack(window.count, window.version)
}
