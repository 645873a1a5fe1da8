import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type Socket, connect, isIP } from 'node:net'
import type { TlsClient } from '../../../tls/client-tls.ts'
import { explainFailure } from '../../../tls/explain.ts'
import { TlsError } from '../../../tls/tls-error.ts'
import { LinkError } from './link-error.ts'
import type { ServerAddress } from './server-address.ts'

export interface DialOptions {
  /** Undefined: plain text. */
  readonly tls: TlsClient | undefined
  /** For each of: the name's lookup, the TCP connection, the TLS handshake. */
  readonly timeoutMs: number
  readonly random: () => number
}

/** A connection to write to and read from; `address` is the one behind the name. */
export interface Connection {
  readonly socket: Socket
  readonly address: string
  /** Which reading of the certificate files it was made with; 0 without TLS. */
  readonly credentials: number
}

/**
 * Connects to a server: all addresses of its name are tried, in random order, until one answers as it should. Rejects with
 * a LinkError or a TlsError that says why; when `signal` fires, with whatever was under way.
 */
export async function dial(server: ServerAddress, options: DialOptions, signal: AbortSignal): Promise<Connection> {
  const addresses = await findAddresses(server, options, signal)
  const errors: unknown[] = []
  for (const address of shuffle(addresses, options.random)) {
    if (signal.aborted) break
    try {
      return await connectTo(address, server, { ...options, signal })
    } catch (error) {
      errors.push(error)
    }
  }
  // Where one address refuses and behind another the certificate is wrong, the certificate is the news.
  throw errors.find(error => error instanceof TlsError) ?? errors.at(-1) ?? new LinkError('connect', 'given up')
}

async function findAddresses(
  server: ServerAddress,
  options: DialOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (server.address !== undefined) return [server.address]
  if (isIP(server.host) !== 0) return [server.host]
  const limit = limitOf(options.timeoutMs, signal)
  try {
    const found = await Promise.race([lookup(server.host, { all: true }), rejection(limit)])
    return found.map(({ address }) => address)
  } catch (cause) {
    throw connectError(cause, server)
  }
}

async function connectTo(
  address: string,
  server: ServerAddress,
  { tls, timeoutMs, signal }: DialOptions & { readonly signal: AbortSignal },
): Promise<Connection> {
  const secure = await tls?.prepare()
  const credentials = secure?.generation ?? 0
  const limit = limitOf(timeoutMs, signal)
  const socket = connect({ host: address, port: server.port, noDelay: true, keepAlive: true })
  socket.on('error', ignore)
  try {
    await once(socket, 'connect', { signal: limit })
  } catch (cause) {
    socket.destroy()
    throw connectError(limit.aborted ? limit.reason : cause, server, address)
  }
  if (secure === undefined) return { socket, address, credentials }
  const secured = await secure(socket, { ...server, address }, limitOf(timeoutMs, signal))
  secured.on('error', ignore)
  return { socket: secured, address, credentials }
}

/** A socket's errors reach us through what waits for it; the event alone, unheard, would end the process. */
function ignore(): void {}

function connectError(cause: unknown, server: ServerAddress, address?: string): LinkError {
  const where = address === undefined ? server : { ...server, address }
  return new LinkError('connect', explainFailure(cause, { ...where, tls: undefined, step: 'connect' }), { cause })
}

function limitOf(timeoutMs: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
}

async function rejection(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted()
  await once(signal, 'abort')
  throw signal.reason
}

function shuffle(addresses: readonly string[], random: () => number): string[] {
  const keyed = addresses.map(address => ({ address, key: random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ address }) => address)
}
