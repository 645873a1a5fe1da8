import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import type { ListenAddress } from './receiver-contract.ts'

interface Listener {
  /** The address as the settings have it. */
  readonly asked: ListenAddress
  readonly server: Server
}

/** The open listeners. Sockets come paused; a half-closed one can still be written to. */
export class Listeners {
  readonly #onSocket: (socket: Socket) => void
  #open: readonly Listener[] = []

  constructor(onSocket: (socket: Socket) => void) {
    this.#onSocket = onSocket
  }

  get addresses(): readonly ListenAddress[] {
    return this.#open.map(({ server }) => addressOf(server))
  }

  /**
   * Opens the listeners that are missing: all of them, or it rejects and opens none. `commit` closes the listeners
   * that are not in `listen`; `undo` closes the ones that were opened.
   */
  async prepare(listen: readonly ListenAddress[]): Promise<Prepared> {
    const change = compare(this.#open, listen)
    const opened: Listener[] = []
    const makingRoom: Listener[] = []
    const undo = async () => {
      for (const { server } of opened) server.close()
      await this.#reopen(makingRoom)
    }
    try {
      for (const asked of change.missing) opened.push(await this.#openOver(asked, change.surplus, makingRoom))
    } catch (error) {
      await undo()
      throw error
    }
    const commit = () => {
      this.#open = inOrder(listen, [...change.kept, ...opened])
      for (const { server } of change.surplus) server.close()
    }
    return { commit, undo }
  }

  stop(): void {
    for (const { server } of this.#open) server.close()
  }

  /**
   * An address may overlap with a surplus one, as 0.0.0.0 does with 127.0.0.1: then the surplus one is closed first.
   */
  async #openOver(asked: ListenAddress, surplus: readonly Listener[], makingRoom: Listener[]): Promise<Listener> {
    try {
      return { asked, server: await listenAt(asked, this.#onSocket) }
    } catch (error) {
      const inTheWay = surplus.filter(({ server }) => server.listening && addressOf(server).port === asked.port)
      if (inTheWay.length === 0) throw error
      for (const listener of inTheWay) {
        makingRoom.push({ ...listener, asked: { ...listener.asked, port: asked.port } })
        listener.server.close()
      }
      return { asked, server: await listenAt(asked, this.#onSocket) }
    }
  }

  async #reopen(closed: readonly Listener[]): Promise<void> {
    for (const { asked, server } of closed) {
      const again = { asked, server: await listenAt(asked, this.#onSocket) }
      this.#open = this.#open.map(open => (open.server === server ? again : open))
    }
  }
}

export interface Prepared {
  commit(): void
  undo(): Promise<void>
}

function compare(open: readonly Listener[], listen: readonly ListenAddress[]) {
  const surplus = [...open]
  const kept: Listener[] = []
  const missing = listen.filter(address => {
    const index = surplus.findIndex(({ asked }) => isSameAddress(asked, address))
    if (index >= 0) kept.push(...surplus.splice(index, 1))
    return index < 0
  })
  return { surplus, kept, missing }
}

function inOrder(listen: readonly ListenAddress[], listeners: readonly Listener[]): Listener[] {
  const left = [...listeners]
  return listen.flatMap(address => {
    const index = left.findIndex(({ asked }) => isSameAddress(asked, address))
    return left.splice(index, 1)
  })
}

function isSameAddress(a: ListenAddress, b: ListenAddress): boolean {
  return a.host === b.host && a.port === b.port
}

async function listenAt({ host, port }: ListenAddress, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })
  server.on('connection', onSocket)
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(`cannot listen on ${host} port ${port}: ${explainListenError(cause as NodeJS.ErrnoException)}`, {
      cause,
    })
  }
  return server
}

function explainListenError(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'another program listens there already; stop it, or change `listen`'
  if (error.code === 'EACCES') return 'this user may not use that port; set one from 1024 upwards in `listen`'
  if (error.code === 'EADDRNOTAVAIL') return 'this machine has no such address; change `listen`'
  return error.message
}

function addressOf(server: Server): ListenAddress {
  const { address, port } = server.address() as AddressInfo
  return { host: address, port }
}
