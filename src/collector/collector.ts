import type { CollectorSettings, StoreSettings } from '../config/settings.ts'
import { createIndexer, type Indexer } from '../delivery/indexer.ts'
import type { DeadLetters, IndexerLimits } from '../delivery/contract.ts'
import { openDeadLetters } from '../delivery/dead-letters.ts'
import type { Signals } from '../flow/contract.ts'
import { giveUpAfter } from '../flow/give-up.ts'
import type { Receiver } from '../lumberjack/receiver-contract.ts'
import { startReceiver } from '../lumberjack/receiver.ts'
import { lockDirectory } from '../sqlite/lock.ts'
import type { Log } from '../telemetry/log.ts'
import { createMeters } from '../telemetry/meters.ts'
import { startMetrics } from '../telemetry/metrics.ts'
import { collectCollector, judgeCollector } from './collector-metrics.ts'
import { openStore } from './open-store.ts'

export interface CollectorContext {
  readonly log: Log
  /** `stop`: an orderly stop was asked for; `giveUp`: leave at once. */
  readonly signals: Signals
}

/** What one run of the collector is made of. */
export interface CollectorRooms {
  readonly receiver: Receiver
  readonly indexer: Indexer
  readonly deadLetters: DeadLetters
}

/** Receives until told to stop. Resolves after an orderly end: what was acked is in the store or in the dead letters. */
export async function runCollector(settings: CollectorSettings, { log, signals }: CollectorContext): Promise<void> {
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()

  const lock = lockDirectory(settings.stateDir, { role: 'collector' })
  opened.defer(() => lock.release())
  const meters = createMeters()
  const store = opened.adopt(await openStore(settings.store, log), open => open.close())
  const deadLetters = openDeadLetters({ stateDir: settings.stateDir, storeName: store.name, log })
  opened.defer(() => deadLetters.close())
  const requestSeconds = meters.createDurationMeter(
    'forwarder_store_request_seconds',
    'Time of a request to the store.',
  )
  const onRequest = (seconds: number) => requestSeconds.observe(seconds)
  const limits = indexerLimits(settings.store)
  const indexer = createIndexer({ store, deadLetters, limits, log, onRequest })
  const receiver = opened.adopt(await startReceiver({ ...receiverOptions(settings), sink: indexer, log }), open =>
    open.close(giveUp),
  )
  if (settings.metrics !== undefined) {
    const rooms: CollectorRooms = { receiver, indexer, deadLetters }
    const questions = { collect: () => collectCollector(rooms), health: () => judgeCollector(rooms) }
    opened.adopt(await startMetrics({ listen: settings.metrics, ...questions, meters, log }), open => open.close())
  }

  log.info(
    { addresses: receiver.addresses, store: store.name, tls: settings.tls !== undefined },
    'collector is listening',
  )
  await fired(signals.stop)
  log.info({ connections: receiver.status().connections }, 'stopping: finishing what is in hand')
}

function receiverOptions({ listen, tls, limits, keepaliveMs }: CollectorSettings) {
  return { listen, limits, keepaliveMs, ...(tls === undefined ? {} : { tls }) }
}

/** How much longer than its time limit a request to a store may still come to effect. */
const GRACE_MS = 10_000

function indexerLimits(store: StoreSettings): Partial<IndexerLimits> {
  if (store.type === 'embedded') return {}
  const { requestsInFlight, requestTimeoutMs } = store
  return { requestsInFlight, tryDeadMs: requestTimeoutMs + GRACE_MS }
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
