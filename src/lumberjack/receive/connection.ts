import type { Socket } from 'node:net'
import { once } from 'node:events'
import { wait } from '../../flow/backoff.ts'
import type { Holder } from '../../flow/byte-holder.ts'
import type { Signals, Sink } from '../../flow/contract.ts'
import { Pulse, pump } from '../../flow/pump.ts'
import type { SenderRules } from '../../events/event-reader.ts'
import { hashName } from '../../tls/name-hash.ts'
import { OWN_WIRE_FORM } from '../wire/frames.ts'
import { AckWriter } from './ack-writer.ts'
import { ChunkReader } from './chunk-reader.ts'
import { ConnectionMemory } from './connection-memory.ts'
import { ConnectionSink, GaveWayError } from './connection-sink.ts'
import { ConnectionSource } from './connection-source.ts'
import { FrameReader } from './frame-reader.ts'
import { ConnectionWindows } from './join-repeated-windows.ts'
import type { ReceivedBatch } from './receiver-contract.ts'
import type { ReceiverContext } from './receiver-context.ts'
import { WindowAssembler } from './window-assembler.ts'

/** How long a client may take to read its last acks before its connection is cut off. */
const LINGER_MS = 1000
/** How long the answer of a client's system to an ack may take. */
const RESET_MS = 100
const NOTHING = Buffer.alloc(0)

export interface Client {
  /** `address:port`, and the name in its certificate if it has one. */
  readonly peer: string
  /** What counts as one address, and the name in its certificate: together they are the sender. */
  readonly network: string
  readonly name: string | undefined
  readonly socket: Socket
  /** The TCP connection below the socket: with TLS another one. */
  readonly transport: Socket
}

/** Serves one client until its connection has ended and every batch that came over it is delivered or given up. */
export async function serveConnection(client: Client, context: ReceiverContext): Promise<void> {
  const { socket, peer } = client
  const connection = openConnection(client, context)
  const { source, sink, windows, holder } = connection
  const { signals, forget } = watchSignals(connection, context)
  const pulse = new Pulse(`the connection of ${peer}`)
  /** Reading, and waiting for memory, for a worker or for the sink, is waiting for others. */
  const lifeSign = () => pulse.lifeSign()
  context.lifeSigns.add(lifeSign)
  const ownForm = hasOwnForm(socket) ? 1 : 0
  context.counts.ownFormConnections += ownForm
  const destroy = () => socket.destroy()
  signals.giveUp.addEventListener('abort', destroy)
  try {
    await pump(source, sink, { limits: context.limits.batchesInFlight, ...signals, pulse })
    await finishReading(connection, client, context)
  } catch {
    // The sink has ended the connection when its first batch failed.
  } finally {
    forget()
    connection.end()
    holder.close()
    context.lifeSigns.delete(lifeSign)
    context.counts.ownFormConnections -= ownForm
    windows.close({ wasReset: windows.isUnsure && (await wasReset(client.transport, signals.giveUp)) })
    await endGently(socket, signals.giveUp)
    signals.giveUp.removeEventListener('abort', destroy)
  }
}

/** The signals of one connection: a drain stops it between windows, or when a window takes too long. */
function watchSignals(
  { frames, assembler }: Pick<OpenConnection, 'frames' | 'assembler'>,
  { signals, limits }: ReceiverContext,
): { readonly signals: Signals; readonly forget: () => void } {
  const { drain, giveUp } = signals
  const leave = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onDrain = () => {
    assembler.finish()
    if (!frames.isInsideWindow) leave.abort()
    else timer = setTimeout(() => leave.abort(), limits.drainMs)
  }
  if (drain.aborted) onDrain()
  else drain.addEventListener('abort', onDrain, { once: true })
  const forget = () => {
    drain.removeEventListener('abort', onDrain)
    clearTimeout(timer)
  }
  return { signals: { stop: AbortSignal.any([signals.stop, leave.signal]), giveUp }, forget }
}

interface OpenConnection {
  readonly source: ConnectionSource
  readonly sink: Sink<ReceivedBatch>
  readonly frames: FrameReader
  readonly assembler: WindowAssembler
  readonly windows: ConnectionWindows
  /** Its part of the memory. */
  readonly holder: Holder
  /** No ack is written any more. */
  readonly end: () => void
}

function openConnection({ socket, peer, network, name }: Client, context: ReceiverContext): OpenConnection {
  const { limits, counts, now, makeId, joinableWindows, account, clientLog, signals, workers, turns, ids } = context
  const chunks = new ChunkReader(socket)
  const acks = new AckWriter(socket, context.keepaliveMs, counts)
  const rules = name !== undefined || ids.isAsking ? makeSenderRules(name, ids) : undefined
  const onForeignIds = (count: number) => void (counts.foreignIds += count)
  const origin = `${socket.remoteAddress} ${name ?? ''}`
  const assembler = new WindowAssembler({ makeId, peer, name, origin, limits, now, rules, onForeignIds })
  let hasFailed = false
  const fail = (error: unknown) => {
    if (hasFailed) return
    hasFailed = true
    if (error instanceof GaveWayError) counts.connectionsGivingWay++
    clientLog.warn(
      network,
      { peer, error },
      'cannot deliver a batch; closing its connection, so the client sends it again',
    )
    acks.close()
    source.abandon()
    holder.leave()
    void endGently(socket, signals.giveUp)
  }
  const giveWay = () => fail(new GaveWayError())
  const sender = `${network} ${name ?? ''}`
  const placeOf = () => ({ sender, member: assembler.agent ?? '' })
  const holder = account.open(placeOf, () => {
    giveWay()
    holder.close()
  })
  socket.once('close', () => holder.leave())
  const memory = new ConnectionMemory({ holder, assembler, acks })
  const isAckDue = () => acks.isOwing
  const frames = new FrameReader({
    chunks,
    memory,
    assembler,
    limits,
    counts,
    isAckDue,
    workers,
    turns,
    placeOf,
    rules,
    allowsRuns: hasOwnForm(socket),
    now,
  })
  const windows = new ConnectionWindows(joinableWindows, chunks)
  const onJoinableSafe = (isAckWritten: boolean) => windows.noteAck(isAckWritten)
  const source = new ConnectionSource({ frames, assembler, acks, silenceMs: limits.silenceMs, onJoinableSafe })
  const sink = new ConnectionSink({ context, windows, holder, onGiveWay: giveWay, onFailure: fail })
  return { source, sink, frames, assembler, windows, holder, end: () => acks.close() }
}

function hasOwnForm(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === OWN_WIRE_FORM
}

function makeSenderRules(name: string | undefined, ids: ReceiverContext['ids']): SenderRules {
  const { requireBound, requireOwnHost, nameField: field } = ids
  return {
    nameHash: hashName(name ?? ''),
    isStrict: requireBound,
    ...(requireOwnHost && { onlyHost: name ?? '' }),
    ...(field !== undefined && { nameField: { field, name } }),
  }
}

async function finishReading(
  { source: { failure }, frames, assembler }: Pick<OpenConnection, 'source' | 'frames' | 'assembler'>,
  { peer, network }: Client,
  { log, clientLog, counts, limits, signals }: ReceiverContext,
): Promise<void> {
  if (failure === undefined) {
    if (frames.isInsideWindow)
      log.debug({ peer }, 'client ended its connection inside a window; it will send the window again')
    return
  }
  counts.protocolErrors++
  const { code, message: reason } = failure
  clientLog.warn(network, { peer, code, reason }, 'client broke the protocol; closing its connection')
  // logstash-forwarder connects again without a pause, so its errors are answered slowly.
  if (assembler.lastProtocol === 1) await wait(limits.rejectDelayMs, signals.stop)
}

/**
 * Whether the client's system has answered acks with a reset. It does when a client has closed all of its connection, and
 * not only its side, as one does that still reads. The reset shows at the next write: an empty one, which sends nothing.
 */
async function wasReset(transport: Socket, giveUp: AbortSignal): Promise<boolean> {
  await wait(RESET_MS, giveUp)
  if (!transport.writable) return true
  return await new Promise(resolve => void transport.write(NOTHING, error => resolve(Boolean(error))))
}

/** Ends the connection so that the last acks arrive: bytes that still come are read, or they would reset it. */
async function endGently(socket: Socket, giveUp: AbortSignal): Promise<void> {
  if (socket.destroyed) return
  const closed = once(socket, 'close').catch(() => {}) // an error on the way out changes nothing
  socket.removeAllListeners('readable')
  socket.on('data', () => {})
  socket.resume()
  socket.end()
  const timer = setTimeout(() => socket.destroy(), giveUp.aborted ? 0 : LINGER_MS)
  await closed
  clearTimeout(timer)
}
