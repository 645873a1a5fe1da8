import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import type { ListenAddress } from './receiver-contract.ts'

export interface Listening {
  readonly addresses: readonly ListenAddress[]
  /** Takes no more connections; those that are there are ended by whoever serves them. */
  stop(): void
}

/** Listens on all the addresses or on none. Sockets come paused; a half-closed one can still be written to. */
export async function listenOn(
  listen: readonly ListenAddress[],
  onSocket: (socket: Socket) => void,
): Promise<Listening> {
  const servers: Server[] = []
  const stop = () => servers.forEach(server => server.close())
  try {
    for (const address of listen) servers.push(await listenAt(address, onSocket))
  } catch (error) {
    stop()
    throw error
  }
  return { addresses: servers.map(server => addressOf(server)), stop }
}

async function listenAt({ host, port }: ListenAddress, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })
  server.on('connection', onSocket)
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(`can't listen on ${host} port ${port}: ${reasonOf(cause as NodeJS.ErrnoException)}`, { cause })
  }
  return server
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'something listens there already; stop it, or change `listen`'
  if (error.code === 'EACCES') return 'this user may not use that port; take one from 1024 on in `listen`'
  if (error.code === 'EADDRNOTAVAIL') return 'this machine has no such address; change `listen`'
  return error.message
}

function addressOf(server: Server): ListenAddress {
  const { address, port } = server.address() as AddressInfo
  return { host: address, port }
}
