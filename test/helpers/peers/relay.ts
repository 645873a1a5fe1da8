import { type Socket, connect, createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TeardownScope } from '../process/scope.ts'

/** A port of its own that leads to another one, until it is cut. */
export interface Relay {
  readonly port: number
  /** Connections that it has carried. */
  readonly connections: () => number
  /** Stops listening and ends all connections. */
  cut(): void
}

export async function startRelay(scope: TeardownScope, to: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let count = 0
  const server = createServer(near => {
    count++
    const far = connect(to, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {}) // the close reaches the other end of the relay
    }
    near.pipe(far)
    far.pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  scope.teardown(cut)
  return { port: (server.address() as AddressInfo).port, connections: () => count, cut }
}
