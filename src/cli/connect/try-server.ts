import { once } from 'node:events'
import { type Socket, isIP } from 'node:net'
import { TLSSocket, connect as connectTls } from 'node:tls'
import { formatAddress } from '../../discovery/address.ts'
import type { DirectoryServer } from '../../discovery/directory-contract.ts'
import { systemNames } from '../../discovery/names.ts'
import { AckReader } from '../../lumberjack/ack-reader.ts'
import { type Connection, dial } from '../../lumberjack/dial.ts'
import { LinkError } from '../../lumberjack/link-error.ts'
import type { Log, LogFields } from '../../telemetry/log.ts'
import { describeNames, describeSigner } from '../../tls/certificate-text.ts'
import { type ClientTls, TlsClient } from '../../tls/client-tls.ts'
import { explainFailure } from '../../tls/explain.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { type Attempt, STEP_LIMIT_MS, describeShown } from './attempt.ts'

export interface ServerTrial {
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  readonly protocol: 1 | 2
}

/** A server that has not said a word by then does not answer empty windows; our collector and Logstash do. */
const SILENCE_MS = 1500

/** Connects to each address of a server as the agent would, and asks for an answer. Nothing is delivered. */
export async function tryServer(server: DirectoryServer, trial: ServerTrial): Promise<readonly Attempt[]> {
  const addresses = await findAddresses(server)
  const attempts = await Promise.all(
    addresses.map(async address => {
      const target = addresses.length > 1 ? `${formatAddress(server)} (${address})` : formatAddress(server)
      return { ...(await tryAddress(server, address, trial)), target }
    }),
  )
  if (!attempts.some(({ outcome }) => outcome === 'ok')) return attempts
  // The agent goes on to the next address where one can not be reached; a wrong certificate is a fault all the same.
  return attempts.flatMap(({ isUnreachable, ...attempt }) => {
    if (isUnreachable !== true) return [attempt]
    return server.host === 'localhost' ? [] : [{ ...attempt, outcome: 'warning' as const }]
  })
}

interface Outcome extends Omit<Attempt, 'target'> {
  readonly isUnreachable?: boolean
}

/** Where they can't be found, the server itself: the attempt says why. */
async function findAddresses({ host, address }: DirectoryServer): Promise<readonly (string | undefined)[]> {
  if (address !== undefined || isIP(host) !== 0) return [address]
  const none: readonly undefined[] = [undefined]
  const limit = new Promise<typeof none>(resolve => setTimeout(() => resolve(none), STEP_LIMIT_MS).unref())
  const found = await Promise.race([systemNames.addresses(host).catch(() => none), limit])
  return found.length === 0 ? none : [...new Set(found)]
}

async function tryAddress(server: DirectoryServer, address: string | undefined, trial: ServerTrial): Promise<Outcome> {
  const { host, port } = server
  const remarks: string[] = []
  const client = trial.tls && new TlsClient(trial.tls, listenTo(remarks))
  const options = { tls: client, timeoutMs: STEP_LIMIT_MS, random: Math.random }
  try {
    const place = { host, port, ...(address !== undefined && { address }) }
    const connection = await dial(place, options, new AbortController().signal)
    try {
      return await judge(connection, { ...trial, server: place, remarks })
    } finally {
      connection.socket.destroy()
    }
  } catch (error) {
    if (error instanceof LinkError && error.code === 'connect') return { ...fail(error.message), isUnreachable: true }
    if (error instanceof LinkError || error instanceof TlsError) return fail(error.message)
    throw error
  }
}

function fail(text: string): Outcome {
  return { outcome: 'error', text }
}

interface Judged extends ServerTrial {
  readonly server: { readonly host: string; readonly port: number }
  readonly remarks: readonly string[]
}

async function judge({ socket, address }: Connection, judged: Judged): Promise<Outcome> {
  const { server, tls, remarks } = judged
  // Asked for first: with the connection Node lets go of it.
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  const answer = await askForAnswer(socket, judged.protocol)
  if (answer.kind === 'wrong') return fail(await explainWrong(answer.error, address, judged))
  const shown = certificate === undefined ? 'plain text' : describeShown(certificate)
  const silence = answer.kind === 'silent' ? '; it accepts us, and does not answer an empty window' : ''
  const own = tls?.certificate === undefined ? '' : `; our certificate is ${tls.certificate}`
  const text = `${shown}${own}${silence}`
  if (remarks.length === 0) return { outcome: 'ok', text }
  return { outcome: 'warning', text: `ok: ${text}; but ${remarks.join('; ')} (${server.host})` }
}

type Answer = { readonly kind: 'ack' | 'silent' } | { readonly kind: 'wrong'; readonly error: unknown }

/** An empty window is acked at once and stores nothing. Who refuses our certificate in TLS 1.3, does so only now. */
async function askForAnswer(socket: Socket, protocol: 1 | 2): Promise<Answer> {
  const acks = new AckReader(protocol)
  const asked = new AbortController()
  const answered = (async (): Promise<Answer> => {
    try {
      for await (const chunk of socket) for (const _ack of acks.read(chunk as Buffer)) return { kind: 'ack' }
      return { kind: 'wrong', error: Object.assign(new Error('closed'), { code: 'closed' }) }
    } catch (error) {
      return { kind: 'wrong', error }
    } finally {
      asked.abort()
    }
  })()
  socket.write(`${protocol}W\0\0\0\0`)
  const limit = once(AbortSignal.any([asked.signal, AbortSignal.timeout(SILENCE_MS)]), 'abort')
  return await Promise.race([answered, limit.then((): Answer => ({ kind: 'silent' }))])
}

async function explainWrong(error: unknown, address: string, { server, tls }: Judged): Promise<string> {
  if (tls !== undefined)
    return error instanceof LinkError
      ? error.message
      : explainFailure(error, { ...server, address, tls, step: 'answer' })
  const secured = await probeTls(server, address)
  if (secured !== undefined) return secured
  return error instanceof LinkError ? error.message : explainFailure(error, { ...server, address, tls, step: 'answer' })
}

/** Whoever hangs up on plain text may expect TLS; undefined where that is not so. Nothing is believed, and nothing sent. */
async function probeTls({ host, port }: Judged['server'], address: string): Promise<string | undefined> {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = connectTls({ host: address, port, ...name, rejectUnauthorized: false })
  socket.on('error', () => {}) // then it does not speak TLS with us
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(STEP_LIMIT_MS) })
    const certificate = socket.getPeerX509Certificate()
    const what =
      certificate && ` (it shows a certificate ${describeNames(certificate)}, ${describeSigner(certificate)})`
    return `the server at ${formatAddress({ host, port })} speaks TLS${what ?? ''}, and we plain text: write "tls": { "ca": … } with that signer's certificate into "network" in place of "tls": false`
  } catch {
    return undefined
  } finally {
    socket.destroy()
  }
}

/** What a connection has to say beside its end. */
function listenTo(remarks: string[]): Log {
  const keep = (_fields: LogFields, message: string) => void remarks.push(message)
  return { debug() {}, info() {}, warn: keep, error: keep }
}
