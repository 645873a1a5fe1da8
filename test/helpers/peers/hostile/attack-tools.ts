import { type Socket, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls'

/** Where an attack is directed, and until when. */
export interface Target {
  readonly port: number
  readonly untilMs: number
  /** Where the certificates of the fleet are, for those who have got one. */
  readonly tlsDir?: string | undefined
}

/** Resolves when the time is over. */
export type Attack = (target: Target) => Promise<void>

export const MiB = 1024 * 1024
const ADDRESS = '127.0.0.2'
export const AGENT_ADDRESS = '127.0.0.1'

function open(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true, allowHalfOpen: true })
  socket.on('error', () => {}) // refused, or ended: what the attack is about
  return socket
}

/** Runs `act` again and again over `count` connections at a time, each until the collector ends it or `act` does. */
export async function repeat(
  target: Target & { readonly address?: string },
  count: number,
  act: (socket: Socket) => Promise<void>,
): Promise<void> {
  const one = async () => {
    while (Date.now() < target.untilMs) {
      const socket = open(target.port, target.address ?? ADDRESS)
      await act(socket).catch(() => {})
      socket.destroy()
      await sleep(2)
    }
  }
  await Promise.all(Array.from({ length: count }, one))
}

/** Writes at the pace at which it is read; false once the connection is over. */
export async function write(socket: Socket, bytes: Uint8Array, untilMs: number): Promise<boolean> {
  if (socket.destroyed) return false
  if (socket.write(bytes)) {
    await sleep(0)
    return !socket.destroyed
  }
  const drained = new Promise<void>(resolve => {
    for (const name of ['drain', 'close'] as const) socket.once(name, () => resolve())
  })
  await Promise.race([drained, sleep(Math.max(0, untilMs - Date.now()))])
  return !socket.destroyed && Date.now() < untilMs
}

/** Clients that send the same bytes, read what comes, and begin again when they have sent all. */
export function flood(count: number, makeBytes: () => Uint8Array, { isRead = true } = {}): Attack {
  return async target => {
    const bytes = makeBytes()
    await repeat(target, count, async socket => {
      if (isRead) socket.resume()
      while (await write(socket, bytes, target.untilMs));
    })
  }
}

/** The same over TLS, with these offers of ALPN. */
export function floodOverTls(count: number, offers: string[], makeBytes: () => Uint8Array): Attack {
  return async target => {
    const bytes = makeBytes()
    await repeat(target, count, async raw => {
      const socket = await secure(raw, { ALPNProtocols: offers })
      socket.resume()
      while (await write(socket, bytes, target.untilMs));
      socket.destroy()
    })
  }
}

/** Resolves once the handshake is over, in any way. */
export async function secure(raw: Duplex, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls({ socket: raw, rejectUnauthorized: false, ...options })
  socket.on('error', () => {})
  await new Promise<void>(resolve => {
    for (const name of ['secureConnect', 'close'] as const) socket.once(name, () => resolve())
  })
  return socket
}
