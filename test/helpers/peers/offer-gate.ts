import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import type { TeardownScope } from '../process/scope.ts'

export interface OfferGate {
  readonly port: number
  /** Connections that came so far. */
  readonly connectionCount: number
}

/** A way to a port of 127.0.0.1 with something on it that ends each connection whose first bytes have `offer`. */
export async function startOfferGate(
  scope: TeardownScope,
  targetPort: number,
  { offer, end }: { readonly offer: string; readonly end: (socket: Socket) => void },
): Promise<OfferGate> {
  let connectionCount = 0
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // the other half ends with it
  }
  const server = createServer(client => {
    connectionCount++
    keep(client)
    client.once('data', (hello: Buffer) => {
      if (hello.includes(offer)) return end(client)
      const target = connect(targetPort, '127.0.0.1')
      keep(target)
      target.write(hello)
      client.pipe(target).pipe(client)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return connectionCount
    },
  }
}
