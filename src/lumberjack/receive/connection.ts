import type { Socket } from 'node:net'
import { once } from 'node:events'
import { wait } from '../../flow/backoff.ts'
import type { ByteBudget } from '../../flow/byte-budget.ts'
import type { Sink, Signals } from '../../flow/contract.ts'
import type { EventBatch } from '../../flow/events.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import { pump, Pulse } from '../../flow/pump.ts'
import type { Log } from '../../telemetry/log.ts'
import { AckWriter } from './ack-writer.ts'
import { ChunkReader } from './chunk-reader.ts'
import { ConnectionSource } from './connection-source.ts'
import { EventReader } from '../../events/event-reader.ts'
import type { ProtocolError } from '../wire/protocol-error.ts'
import type { ReceivedBatch } from './received-batch.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import type { ConnectionLimits } from './receiver-limits.ts'
import { WindowAssembler } from './window-assembler.ts'
import type { WindowsInHand } from './windows-in-hand.ts'

/** What all connections of a receiver share. */
export interface Reception {
  readonly sink: Sink<EventBatch>
  readonly limits: ConnectionLimits
  readonly keepaliveMs: number
  readonly log: Log
  readonly now: () => number
  readonly counts: ReceiverCounts
  /** Memory for frames that are being read, and for events on their way: see ConnectionSource. */
  readonly frameBudget: ByteBudget
  readonly eventBudget: ByteBudget
  readonly makeId: () => string
  readonly windowsInHand: WindowsInHand
  /** Of each connection that is served: how to ask whether it gets on. */
  readonly lifeSigns: Set<() => LifeSign>
  /** `drain`: end between windows, and soon. */
  readonly signals: Signals & { readonly drain: AbortSignal }
}

/** How long a client may take to read its last acks before the connection is cut. */
const LINGER_MS = 1000

/** Serves one client until its connection has ended and everything that came over it has had its answer. */
export async function serveConnection(socket: Socket, peer: string, reception: Reception): Promise<void> {
  const { log, limits, counts } = reception
  const { source, sink, release } = openConnection(socket, peer, reception)
  const { signals, forget } = watchSignals(source, reception)
  const pulse = new Pulse(`the connection of ${peer}`)
  const lifeSign = () => lookAtConnection(pulse, source)
  reception.lifeSigns.add(lifeSign)
  const destroy = () => socket.destroy()
  signals.giveUp.addEventListener('abort', destroy)
  try {
    await pump(source, sink, limits.batchesInFlight, { ...signals, pulse })
    if (source.failure === undefined) {
      if (source.isInsideWindow)
        log.debug({ peer }, 'a client ended its connection inside a window: it will send it again')
    } else {
      counts.protocolErrors++
      reportFailure(log, peer, source.failure)
      // logstash-forwarder comes back without a pause, so what it gets wrong is answered slowly.
      if (source.protocol === 1) await wait(limits.rejectDelayMs, signals.stop)
    }
  } catch (error) {
    log.warn(
      { peer, err: error },
      'a batch could not be delivered: its connection is closed, the client will send it again',
    )
  } finally {
    forget()
    release()
    reception.lifeSigns.delete(lifeSign)
    await endGently(socket, signals.giveUp)
    signals.giveUp.removeEventListener('abort', destroy)
  }
}

/** Reading, and waiting for memory or for the sink, is waiting for others. */
function lookAtConnection(pulse: Pulse, { isInflating }: ConnectionSource): LifeSign {
  const sign = pulse.lifeSign()
  return isInflating ? { ...sign, isDue: true, mayWaitForFiles: true } : sign
}

/** The signals of one connection: a drain stops it between windows, or when a window takes too long. */
function watchSignals(
  source: ConnectionSource,
  { signals, limits }: Reception,
): { readonly signals: Signals; readonly forget: () => void } {
  const { drain, giveUp } = signals
  const leave = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onDrain = () => {
    source.finishWindow()
    if (!source.isInsideWindow) leave.abort()
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
  /** Gives back all that is held for the connection. */
  readonly release: () => void
}

function openConnection(socket: Socket, peer: string, reception: Reception): OpenConnection {
  const { limits, counts, now, windowsInHand } = reception
  const frameShare = reception.frameBudget.open()
  const eventShare = reception.eventBudget.open()
  const shares = [frameShare, eventShare]
  const chunks = new ChunkReader(socket)
  const acks = new AckWriter(socket, reception.keepaliveMs, counts)
  const reader = new EventReader(reception.makeId)
  const assembler = new WindowAssembler({ reader, peer, address: socket.remoteAddress ?? '', now })
  socket.once('close', () => shares.forEach(share => share.leave()))
  const source = new ConnectionSource({
    chunks,
    assembler,
    acks,
    limits,
    frameShare,
    eventShare,
    counts,
    onSafe: (batch, isTold) => windowsInHand.settle(batch, chunks, isTold && !chunks.hasEnded),
  })
  const sink: Sink<ReceivedBatch> = {
    deliver: (batch, giveUp) => deliver(batch, { reception, life: chunks, giveUp }),
  }
  const release = () => {
    acks.close()
    for (const share of shares) {
      share.leave()
      share.give(share.heldBytes)
    }
  }
  return { source, sink, release }
}

interface DeliverOptions {
  readonly reception: Reception
  readonly life: ChunkReader
  readonly giveUp: AbortSignal
}

async function deliver(batch: ReceivedBatch, { reception, life, giveUp }: DeliverOptions): Promise<void> {
  const { sink, counts, windowsInHand } = reception
  if (batch.events.length + batch.poison.length === 0) return
  const { delivered, isJoined } = windowsInHand.deliver(batch, life, () => sink.deliver(batch, giveUp))
  if (!isJoined) {
    counts.events += batch.events.length
    counts.poisonEvents += batch.poison.length
  } else if (batch.isFinal) counts.windowsJoined++
  await delivered
}

function reportFailure(log: Log, peer: string, failure: ProtocolError): void {
  log.warn(
    { peer, code: failure.code, reason: failure.message },
    'a connection is closed because its client broke the protocol',
  )
}

/** Ends the connection so that the last acks arrive: what the client still sends is thrown away, for it would reset it. */
async function endGently(socket: Socket, giveUp: AbortSignal): Promise<void> {
  if (socket.destroyed) return
  const closed = once(socket, 'close').catch(() => {}) // an error on the way out changes nothing
  socket.removeAllListeners('readable')
  socket.resume()
  socket.end()
  const timer = setTimeout(() => socket.destroy(), giveUp.aborted ? 0 : LINGER_MS)
  await closed
  clearTimeout(timer)
}
