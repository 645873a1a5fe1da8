import type { CollectorSettings, StoreSettings } from '../config/settings.ts'
import type { IndexerLimits } from '../delivery/contract.ts'
import { openDeadLetters } from '../delivery/letters/dead-letters.ts'
import { LetterReplay } from '../delivery/letters/letter-replay.ts'
import { Indexer } from '../delivery/indexer.ts'
import { placeOf } from '../delivery/sender.ts'
import type { Signals } from '../flow/contract.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { giveUpAfter, unlessAborted, waitForAbort } from '../flow/abort-signals.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { ReceiverSettings } from '../lumberjack/receive/receiver-contract.ts'
import { type Receiver, startReceiver } from '../lumberjack/receive/receiver.ts'
import { PipelineSink } from '../pipeline/pipeline-sink.ts'
import { PIPELINE_TARGET } from '../pipeline/threads/batch-passage.ts'
import { lockDirectory } from '../sqlite/state-directory-lock.ts'
import type { Log } from '../telemetry/log.ts'
import { LazyMeters } from '../telemetry/lazy-meters.ts'
import { MetricsSwitch } from '../telemetry/reloadable-metrics-endpoint.ts'
import type { Reloads } from '../telemetry/reload-status.ts'
import type { Service } from '../telemetry/systemd/service-manager.ts'
import { collectCollector, judgeCollector } from './collector-metrics.ts'
import type { CollectorParts, Storage } from './collector-parts.ts'
import { createDescription } from './collector-status-line.ts'
import { FleetMembership } from './fleet-membership.ts'
import { openStore } from './open-store.ts'
import { mayMoveEvents, toPipelineSettings } from './pipeline-settings.ts'
import { StoreProbe } from './store-probe.ts'

export interface CollectorContext {
  readonly log: Log
  /** `stop`: stop in order; `giveUp`: exit at once. */
  readonly signals: Signals
  readonly reloads: Reloads<CollectorSettings>
  readonly service: Service
}

/** Receives until it is stopped. Resolves after an orderly end: acked events are in the store or in the dead letters. */
export async function runCollector(initial: CollectorSettings, context: CollectorContext): Promise<void> {
  const { log, signals, reloads, service } = context
  let settings = initial
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, () => settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()

  const lock = lockDirectory(settings.stateDir, { role: 'collector' })
  opened.defer(() => lock.release())
  const meters = new LazyMeters()
  const membership = opened.adopt(await FleetMembership.open(settings, log), open => open.close())
  const writtenHosts = new Variable(hostsOf(settings.store))
  const hosts = membership.storeHosts ?? writtenHosts
  // From then on until the end: an event that came before a pipeline was removed may come again.
  let mayMove = mayMoveEvents(settings)
  const storage = await openStorage(settings, { hosts, opened, meters, giveUp, mayMove: () => mayMove, log })
  let receiver: Receiver | undefined
  const rooms: CollectorParts = { membership, ...storage, reloads, getReceiver: () => receiver }
  const questions = { collect: () => collectCollector(rooms), health: () => judgeCollector(rooms) }
  const metrics = opened.adopt(new MetricsSwitch({ ...questions, meters, log }), open => open.close())
  await metrics.listen(settings.metrics)

  service.attend({ describe: createDescription(rooms), lifeSigns: () => findLifeSigns(rooms) })

  // Deferred before reloading is, so that nothing is applied to a receiver that closes.
  opened.defer(async () => await receiver?.close(giveUp))
  let starting: Promise<Receiver> | undefined
  const stopReloading = reloads.listen(async next => {
    settings = next
    await metrics.listen(next.metrics)
    await membership.change(next)
    const started = await starting
    await started?.reconfigure(receiverSettings(next, membership))
    writtenHosts.set(hostsOf(next.store))
    storage.pipeline.resize(next.workers)
    mayMove ||= mayMoveEvents(next)
    await storage.pipeline.change(toPipelineSettings({ ...next, store: initial.store }))
    if (started !== undefined) await membership.announce()
  })
  opened.defer(stopReloading)

  if (!(await membership.isReady(signals.stop))) return
  starting = startReceiver({ ...receiverSettings(settings, membership), sink: storage.pipeline, log })
  receiver = await starting
  await membership.announce()
  const { addresses } = receiver
  log.info({ addresses, store: storage.store.name, tls: membership.tls !== undefined }, 'collector is listening')
  await storage.storeProbe.waitForAnswer(signals.stop)
  service.noteReady()
  await waitForAbort(signals.stop)
  await drain(rooms, giveUp, log)
}

interface StorageOptions {
  /** Of an Elasticsearch store. */
  readonly hosts: Watched<readonly string[]>
  /** Closes what is opened. */
  readonly opened: AsyncDisposableStack
  readonly meters: LazyMeters
  readonly giveUp: AbortSignal
  /** A pipeline may have sent an event that comes again to another index. */
  readonly mayMove: () => boolean
  readonly log: Log
}

async function openStorage(settings: CollectorSettings, options: StorageOptions): Promise<Storage> {
  const { opened, meters, giveUp, log } = options
  const { store: storeSettings, deadLetters: letterSettings } = settings
  const store = opened.adopt(await openStore(storeSettings, options), open => open.close(giveUp))
  const deadLetters = openDeadLetters({ ...letterSettings, storeName: store.name, log })
  opened.defer(() => deadLetters.close(giveUp))
  const meter = meters.createDurationMeter('forwarder_store_request_seconds', 'Duration of a request to the store.')
  const onRequest = (seconds: number) => meter.observe(seconds)
  const indexer = new Indexer({ store, deadLetters, limits: indexerLimits(storeSettings), log, onRequest })
  const pipeline = opened.adopt(
    new PipelineSink({ sink: indexer, placeOf, threads: settings.workers, log }),
    async open => await open.close(),
  )
  await pipeline.change(toPipelineSettings(settings))
  const sinkOf = (target: string) => (target === PIPELINE_TARGET ? pipeline : indexer)
  // Events of a letter do not pass the pipeline again, except those that failed in it.
  const isChosen = storeSettings.type === 'elasticsearch' && storeSettings.allowedIndices !== undefined
  const indexOf = (target: string) => (isChosen && target !== PIPELINE_TARGET ? target : undefined)
  opened.adopt(new LetterReplay({ deadLetters, sinkOf, indexOf, log }), open => open.close())
  const storeProbe = opened.adopt(new StoreProbe(store), open => open.close())
  return { store, storeProbe, indexer, pipeline, deadLetters }
}

/** Leaves the directory first, so that agents go elsewhere; then each connection ends between two windows. */
async function drain({ membership, getReceiver }: CollectorParts, giveUp: AbortSignal, log: Log): Promise<void> {
  const receiver = getReceiver()
  log.info({ connections: receiver?.status().connections }, 'stopping: finishing the windows in hand')
  const leave = async () => {
    await membership.leave()
    await receiver?.drain()
  }
  await unlessAborted(leave(), giveUp).catch(() => {}) // closing reports what is left
}

function findLifeSigns({ getReceiver, indexer, pipeline, store, deadLetters }: CollectorParts): readonly LifeSign[] {
  const storeSigns = store.lifeSign === undefined ? [] : [store.lifeSign()]
  const indexing = [...pipeline.lifeSigns(), indexer.lifeSign()]
  return [...(getReceiver()?.lifeSigns() ?? []), ...indexing, deadLetters.lifeSign(), ...storeSigns]
}

function receiverSettings(settings: CollectorSettings, { tls }: FleetMembership): ReceiverSettings {
  const { listen, limits, ids, workers, wireForm, keepaliveMs } = settings
  return { listen, limits, ids, workers, wireForm, keepaliveMs, tls }
}

function hostsOf(store: StoreSettings): readonly string[] {
  return store.type === 'elasticsearch' ? store.hosts : []
}

function indexerLimits(store: StoreSettings): Partial<IndexerLimits> {
  const { lateAfterMs } = store
  if (store.type === 'embedded') return { lateAfterMs }
  const { requestsInFlight, giveUpAfterMs } = store
  return { lateAfterMs, requestsInFlight, giveUpAfterMs }
}
