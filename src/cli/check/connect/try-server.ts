import { once } from 'node:events'
import { type Socket, isIP } from 'node:net'
import { performance } from 'node:perf_hooks'
import { TLSSocket, connect as connectTls } from 'node:tls'
import { within } from '../../../flow/backoff.ts'
import { formatAddress } from '../../../flow/host-port.ts'
import type { DirectoryServer } from '../../../discovery/directory-contract.ts'
import { systemDns } from '../../../discovery/dns.ts'
import { dial } from '../../../lumberjack/send/servers/dial.ts'
import { LinkError } from '../../../lumberjack/send/servers/link-error.ts'
import { type WireForm, WireFormOffers } from '../../../lumberjack/send/servers/wire-form-offers.ts'
import { type Log, type LogFields, silentLog } from '../../../telemetry/log.ts'
import { describeNames, describeSigner } from '../../../tls/describe-certificate.ts'
import { type ClientTls, TlsClient } from '../../../tls/client-tls.ts'
import { explainFailure } from '../../../tls/explain-failed-connection.ts'
import { TlsError } from '../../../tls/tls-error.ts'
import { type Answer, askServer } from './probe-protocol.ts'
import { type Attempt, STEP_LIMIT_MS, describeShown } from './attempt.ts'

export interface ServerTrial {
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  readonly protocol: 1 | 2
  readonly wireForm: 'auto' | 'lumberjack'
}

/** Connects to each address of a server as the agent would, and asks for an answer. Nothing is delivered. */
export async function tryServer(server: DirectoryServer, trial: ServerTrial): Promise<readonly Attempt[]> {
  const addresses = await findAddresses(server)
  const attempts = await Promise.all(
    addresses.map(async address => {
      const target = addresses.length > 1 ? `${formatAddress(server)} (${address})` : formatAddress(server)
      return { ...(await tryAddress(server, address, trial)), target }
    }),
  )
  if (attempts.every(({ outcome }) => outcome === 'error')) return attempts
  // The agent skips an address that cannot be reached, but a wrong certificate is a fault in any case.
  return attempts.flatMap(({ isUnreachable, ...attempt }) => {
    if (isUnreachable !== true) return [attempt]
    return server.host === 'localhost' ? [] : [{ ...attempt, outcome: 'warning' as const }]
  })
}

interface Outcome extends Omit<Attempt, 'target'> {
  readonly isUnreachable?: boolean
}

/** Gives undefined for an unknown host: the attempt then explains the lookup. */
async function findAddresses({ host, address }: DirectoryServer): Promise<readonly (string | undefined)[]> {
  if (address !== undefined || isIP(host) !== 0) return [address]
  const found =
    (await within(
      STEP_LIMIT_MS,
      systemDns.addresses(host).catch(() => []),
    )) ?? []
  return found.length === 0 ? [undefined] : [...new Set(found)]
}

async function tryAddress(server: DirectoryServer, address: string | undefined, trial: ServerTrial): Promise<Outcome> {
  const { host, port } = server
  const remarks = new Set<string>()
  const client = trial.tls && new TlsClient(trial.tls, listenTo(remarks))
  const options = { tls: client, timeoutMs: STEP_LIMIT_MS, random: Math.random, offers: makeOffers(trial) }
  const place = { host, port, ...(address !== undefined && { address }) }
  await using open = new AsyncDisposableStack()
  const connect = async () => {
    const connection = await dial(place, options, new AbortController().signal)
    open.defer(() => void connection.socket.destroy())
    return connection
  }
  try {
    const { socket, address: reached, form } = await connect()
    const again = async () => (await connect()).socket
    return await judge(socket, { ...trial, server: place, address: reached, form, remarks, again })
  } catch (error) {
    if (error instanceof LinkError && error.code === 'connect') return { ...fail(error.message), isUnreachable: true }
    if (error instanceof LinkError || error instanceof TlsError) return fail(error.message)
    throw error
  }
}

/** As the agent's. */
function makeOffers({ protocol, wireForm }: ServerTrial): WireFormOffers | undefined {
  if (protocol === 1 || wireForm === 'lumberjack') return undefined
  return new WireFormOffers({ log: silentLog, now: () => performance.now() })
}

function fail(text: string): Outcome {
  return { outcome: 'error', text }
}

interface Judged extends ServerTrial {
  readonly server: { readonly host: string; readonly port: number }
  /** The address that was reached. */
  readonly address: string
  readonly form: WireForm
  readonly remarks: ReadonlySet<string>
  /** Another connection like the first. */
  readonly again: () => Promise<Socket>
}

async function judge(socket: Socket, judged: Judged): Promise<Outcome> {
  const { server, tls, remarks, protocol, again, form } = judged
  // Read first: Node drops it when the connection ends.
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  const answer = await askServer(socket, protocol, again)
  if (answer.kind === 'wrong') return fail(await explainWrong(answer, judged))
  if (answer.kind === 'mute') return fail((await probeTls(judged)) ?? explainMute(judged))
  const shown = certificate === undefined ? 'plain text' : describeShown(certificate)
  const silence = answer.kind === 'taken' ? `; it reads protocol ${protocol} and does not answer an empty window` : ''
  const own = tls?.certificate === undefined ? '' : `; our certificate is ${tls.certificate}`
  const wire = form === 'lumberjack' ? '' : '; it takes our own wire form'
  const text = `${shown}${own}${wire}${silence}`
  if (remarks.size === 0) return { outcome: 'ok', text }
  return { outcome: 'warning', text: `ok: ${text}; but ${[...remarks].join('; ')} (${server.host})` }
}

async function explainWrong({ error, isHangUp }: Answer & { readonly kind: 'wrong' }, judged: Judged): Promise<string> {
  const { server, address, tls } = judged
  const secured = await probeTls(judged)
  if (secured !== undefined) return secured
  const other = isHangUp ? await probeOtherProtocol(judged) : undefined
  if (other !== undefined) return other
  return error instanceof LinkError ? error.message : explainFailure(error, { ...server, address, tls, step: 'answer' })
}

function explainMute({ server, tls, protocol }: Judged): string {
  const what = tls === undefined ? 'accepts the connection' : 'accepts the connection and TLS'
  return `the server at ${formatAddress(server)} ${what} but never answers: it is stuck or overloaded, or not a receiver of Lumberjack protocol ${protocol}; see its log, and which program listens on that port there`
}

/** A server that hangs up on one protocol may know only the other one; undefined where that is not the case. */
async function probeOtherProtocol({ server, protocol, again }: Judged): Promise<string | undefined> {
  const other = protocol === 1 ? 2 : 1
  const { kind } = await askServer(await again(), other, again)
  if (kind !== 'acked' && kind !== 'taken') return undefined
  const remedy =
    other === 1
      ? 'add "protocol": 1 to "network"; then a line may arrive twice after a broken connection'
      : 'remove "protocol": 1 from "network"; then each line is stored once'
  return `the server at ${formatAddress(server)} hangs up on Lumberjack protocol ${protocol} and accepts protocol ${other}: ${remedy}`
}

/** A server that does not answer plain text may expect TLS; undefined where that is not the case. Trusts and sends nothing. */
async function probeTls({ server, address, tls }: Judged): Promise<string | undefined> {
  if (tls !== undefined) return undefined
  const name = isIP(server.host) === 0 ? { servername: server.host } : {}
  const socket = connectTls({ host: address, port: server.port, ...name, rejectUnauthorized: false })
  socket.on('error', () => {}) // then it does not speak TLS
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(STEP_LIMIT_MS) })
    const certificate = socket.getPeerX509Certificate()
    const what =
      certificate && ` (it shows a certificate ${describeNames(certificate)}, ${describeSigner(certificate)})`
    return `the server at ${formatAddress(server)} speaks TLS${what ?? ''}, and the agent plain text: replace "tls": false in "network" by "tls": { "ca": … } with that signer's certificate`
  } catch {
    return undefined
  } finally {
    socket.destroy()
  }
}

/** Collects the warnings of connections, each of them once. */
function listenTo(remarks: Set<string>): Log {
  const keep = (_fields: LogFields, message: string) => void remarks.add(message)
  return { debug() {}, info() {}, warn: keep, error: keep }
}
