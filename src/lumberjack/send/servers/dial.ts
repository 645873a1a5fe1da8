import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type Socket, connect, isIP } from 'node:net'
import type { TlsClient } from '../../../tls/client-tls.ts'
import { explainFailure } from '../../../tls/explain-failed-connection.ts'
import { TlsError } from '../../../tls/tls-error.ts'
import { unlessAborted } from '../../../flow/abort-signals.ts'
import { formatAddress } from '../../../flow/host-port.ts'
import { OWN_WIRE_FORM } from '../../wire/frames.ts'
import { LinkError } from './link-error.ts'
import type { ServerAddress } from './server-address.ts'
import type { WireForm, WireFormOffers } from './wire-form-offers.ts'

export interface DialOptions {
  /** Undefined: plain text. */
  readonly tls: TlsClient | undefined
  /** For the name's lookup, the TCP connection and the TLS handshake each. */
  readonly timeoutMs: number
  readonly random: () => number
  /** Offers our own wire form over TLS. Default: it is not offered. */
  readonly offers?: WireFormOffers | undefined
  /** The server has acked before. */
  readonly isKnown?: boolean
}

/** A socket that is connected, TLS included; `address` is the one behind the name. */
export interface DialledSocket {
  readonly socket: Socket
  readonly address: string
  /** Which reading of the certificate files it was made with; 0 without TLS. */
  readonly credentials: number
  /** The form in which the server takes events. */
  readonly form: WireForm
}

interface Attempt extends DialOptions {
  readonly signal: AbortSignal
}

/**
 * Connects to a server: all addresses of its name are tried, in random order, until one answers as it should. Rejects with
 * a LinkError or a TlsError that gives the reason; when `signal` fires, with that of the attempt under way.
 */
export async function dial(server: ServerAddress, options: DialOptions, signal: AbortSignal): Promise<DialledSocket> {
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
  // Where one address refuses and another one has a wrong certificate, the certificate is worth reporting.
  throw errors.find(error => error instanceof TlsError) ?? errors.at(-1) ?? new LinkError('connect', 'given up')
}

async function findAddresses(
  server: ServerAddress,
  options: DialOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (server.address !== undefined) return [server.address]
  if (isIP(server.host) !== 0) return [server.host]
  const limit = makeLimit(options.timeoutMs, signal)
  try {
    const found = await unlessAborted(lookup(server.host, { all: true }), limit)
    return found.map(({ address }) => address)
  } catch (cause) {
    throw makeConnectError(cause, server)
  }
}

/** With the offer of our own wire form, and again without it where that may be the reason for which the server refused. */
async function connectTo(address: string, server: ServerAddress, attempt: Attempt): Promise<DialledSocket> {
  const { offers, signal, tls } = attempt
  const plainAttempt = { ...attempt, offers: undefined }
  const name = address === server.host ? formatAddress(server) : `${formatAddress(server)} (${address})`
  if (tls === undefined || offers?.isMadeTo(name) !== true) return connectOnce(address, server, plainAttempt)
  try {
    return await connectOnce(address, server, attempt)
  } catch (failure) {
    if (signal.aborted || !offers.mayBeRefused(name, failure)) throw failure
    return await connectWithout(name, failure, {
      offers,
      connectPlainly: () => connectOnce(address, server, plainAttempt),
    })
  }
}

interface SecondTry {
  readonly offers: WireFormOffers
  readonly connectPlainly: () => Promise<DialledSocket>
}

async function connectWithout(name: string, failure: unknown, second: SecondTry): Promise<DialledSocket> {
  const { offers, connectPlainly } = second
  try {
    const dialled = await connectPlainly()
    offers.noteRefused(name, failure)
    return dialled
  } catch (error) {
    offers.noteInnocent(name)
    throw error
  }
}

async function connectOnce(
  address: string,
  server: ServerAddress,
  { tls, timeoutMs, signal, offers, isKnown = false }: Attempt,
): Promise<DialledSocket> {
  const secure = await tls?.prepare()
  const credentials = secure?.generation ?? 0
  const limit = makeLimit(timeoutMs, signal)
  const socket = connect({ host: address, port: server.port, noDelay: true, keepAlive: true })
  socket.on('error', ignore)
  try {
    await once(socket, 'connect', { signal: limit })
  } catch (cause) {
    socket.destroy()
    throw makeConnectError(limit.aborted ? limit.reason : cause, server, address)
  }
  if (secure === undefined) return { socket, address, credentials, form: 'lumberjack' }
  const offer = offers === undefined ? {} : { offer: OWN_WIRE_FORM }
  const secured = await secure(socket, { ...server, address, isKnown, ...offer }, makeLimit(timeoutMs, signal))
  secured.on('error', ignore)
  const form = secured.alpnProtocol === OWN_WIRE_FORM ? OWN_WIRE_FORM : 'lumberjack'
  return { socket: secured, address, credentials, form }
}

/** Each wait on a socket reports its errors; the event alone, without a listener, would end the process. */
function ignore(): void {}

function makeConnectError(cause: unknown, server: ServerAddress, address?: string): LinkError {
  const where = address === undefined ? server : { ...server, address }
  return new LinkError('connect', explainFailure(cause, { ...where, tls: undefined, step: 'connect' }), { cause })
}

function makeLimit(timeoutMs: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
}

function shuffle(addresses: readonly string[], random: () => number): string[] {
  const keyed = addresses.map(address => ({ address, key: random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ address }) => address)
}
