import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import type { TeardownScope } from '../process/scope.ts'

/** A way to a port of 127.0.0.1 that can be closed, or made to swallow all bytes. */
export interface TcpGate {
  readonly port: number
  /** Connections that came so far. */
  readonly connectionCount: number
  /** Ends all connections, and each new one at once. */
  close(): void
  /** Connections stay open and nothing passes: a firewall that drops packets. */
  swallow(): void
  /** Bytes from the server do not pass; bytes to it do. */
  swallowAnswers(): void
  /** Lets bytes pass again, including those that were held back. */
  open(): void
}

export async function startTcpGate(scope: TeardownScope, targetPort: number): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  const targets = new Set<Socket>()
  let state: 'open' | 'closed' | 'swallowing' = 'open'
  let connectionCount = 0
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {}) // the other half ends with it
    socket.on('close', () => sockets.delete(socket))
    if (state === 'swallowing') socket.pause()
  }
  const server = createServer(client => {
    connectionCount++
    if (state === 'closed') return void client.destroy()
    const target = connect(targetPort, '127.0.0.1')
    join(client, target)
    join(target, client)
    keep(client)
    keep(target)
    targets.add(target)
    target.on('close', () => targets.delete(target))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endAll = () => sockets.forEach(socket => socket.destroy())
  scope.teardown(() => {
    endAll()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return connectionCount
    },
    close() {
      state = 'closed'
      endAll()
    },
    swallow() {
      state = 'swallowing'
      sockets.forEach(socket => socket.pause())
    },
    swallowAnswers: () => targets.forEach(socket => socket.pause()),
    open() {
      state = 'open'
      sockets.forEach(socket => socket.resume())
    },
  }
}

function join(from: Socket, to: Socket): void {
  from.on('data', bytes => void to.write(bytes))
  from.on('close', () => to.destroy())
}
