import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import type { ListenAddress } from './receiver-contract.ts'

interface Listener {
  /** As it was asked for. */
  readonly asked: ListenAddress
  readonly server: Server
}

/** What is listened on. Sockets come paused; a half-closed one can still be written to. */
export class Listeners {
  readonly #onSocket: (socket: Socket) => void
  #open: readonly Listener[] = []

  constructor(onSocket: (socket: Socket) => void) {
    this.#onSocket = onSocket
  }

  /** Where it listens: real ports. */
  get addresses(): readonly ListenAddress[] {
    return this.#open.map(({ server }) => addressOf(server))
  }

  /**
   * Opens what is missing, on all of these addresses or on none of them: then it rejects. `commit` closes what is not among
   * `listen` and was open before; `undo` closes what was opened.
   */
  async prepare(listen: readonly ListenAddress[]): Promise<{ commit(): void; undo(): void }> {
    const surplus = [...this.#open]
    const next: Listener[] = []
    const fresh: Listener[] = []
    const undo = () => fresh.forEach(({ server }) => server.close())
    try {
      for (const asked of listen) {
        const index = surplus.findIndex(open => open.asked.host === asked.host && open.asked.port === asked.port)
        const [kept] = index === -1 ? [] : surplus.splice(index, 1)
        const listener = kept ?? { asked, server: await listenAt(asked, this.#onSocket) }
        if (kept === undefined) fresh.push(listener)
        next.push(listener)
      }
    } catch (error) {
      undo()
      throw error
    }
    const commit = () => {
      this.#open = next
      for (const { server } of surplus) server.close()
    }
    return { commit, undo }
  }

  /** Takes no more connections; those that are there are ended by whoever serves them. */
  stop(): void {
    for (const { server } of this.#open) server.close()
  }
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
