import type { CollectorSettings, StoreSettings } from '../config/settings.ts'
import { createIndexer, type Indexer } from '../delivery/indexer.ts'
import type { DeadLetters, IndexerLimits } from '../delivery/contract.ts'
import { openDeadLetters } from '../delivery/dead-letters.ts'
import type { Signals } from '../flow/contract.ts'
import { giveUpAfter } from '../flow/signals.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { unlessAborted } from '../flow/signals.ts'
import { Variable } from '../flow/watched.ts'
import type { Receiver, ReceiverSettings } from '../lumberjack/receive/receiver-contract.ts'
import { startReceiver } from '../lumberjack/receive/receiver.ts'
import { lockDirectory } from '../sqlite/lock.ts'
import type { Store } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import { createMeters } from '../telemetry/meters.ts'
import { MetricsSwitch } from '../telemetry/metrics-switch.ts'
import type { Reloads } from '../telemetry/reloads.ts'
import type { Service } from '../telemetry/service.ts'
import { collectCollector, judgeCollector } from './collector-metrics.ts'
import { createDescription } from './describe-collector.ts'
import { StoreProbe } from './store-probe.ts'
import { FleetMembership } from './fleet-membership.ts'
import { openStore } from './open-store.ts'

export interface CollectorContext {
  readonly log: Log
  /** `stop`: an orderly stop was asked for; `giveUp`: leave at once. */
  readonly signals: Signals
  readonly reloads: Reloads<CollectorSettings>
  readonly service: Service
}

/** What one run of the collector is made of. */
export interface CollectorRooms {
  readonly membership: FleetMembership
  readonly store: Store
  readonly storeProbe: StoreProbe
  readonly indexer: Indexer
  readonly deadLetters: DeadLetters
  readonly reloads: Reloads<CollectorSettings>
  /** Undefined until there is a certificate to listen with. */
  receiver: Receiver | undefined
}

/** Receives until told to stop. Resolves after an orderly end: what was acked is in the store or in the dead letters. */
export async function runCollector(initial: CollectorSettings, context: CollectorContext): Promise<void> {
  const { log, signals, reloads, service } = context
  let settings = initial
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, () => settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()

  const lock = lockDirectory(settings.stateDir, { role: 'collector' })
  opened.defer(() => lock.release())
  const meters = createMeters()
  const membership = opened.adopt(await FleetMembership.open(settings, log), open => open.close())
  const writtenHosts = new Variable(hostsOf(settings.store))
  const storeHosts = membership.storeHosts ?? writtenHosts
  const store = opened.adopt(await openStore(settings.store, storeHosts, log), open => open.close())
  const deadLetters = openDeadLetters({ stateDir: settings.stateDir, storeName: store.name, log })
  opened.defer(() => deadLetters.close())
  const requestSeconds = meters.createDurationMeter(
    'forwarder_store_request_seconds',
    'Time of a request to the store.',
  )
  const onRequest = (seconds: number) => requestSeconds.observe(seconds)
  const limits = indexerLimits(settings.store)
  const indexer = createIndexer({ store, deadLetters, limits, log, onRequest })
  const storeProbe = opened.adopt(new StoreProbe(store), open => open.close())
  const rooms: CollectorRooms = { membership, store, storeProbe, indexer, deadLetters, reloads, receiver: undefined }
  const questions = { collect: () => collectCollector(rooms), health: () => judgeCollector(rooms) }
  const metrics = opened.adopt(new MetricsSwitch({ ...questions, meters, log }), open => open.close())
  await metrics.listen(settings.metrics)

  service.attend({ describe: createDescription(rooms), lifeSigns: () => findLifeSigns(rooms) })

  let starting: Promise<Receiver> | undefined
  const stopReloading = reloads.listen(async next => {
    settings = next
    await metrics.listen(next.metrics)
    await membership.change(next)
    const receiver = await starting
    await receiver?.reconfigure(receiverSettings(next, membership))
    writtenHosts.set(hostsOf(next.store))
    if (receiver !== undefined) await membership.announce()
  })
  opened.defer(stopReloading)

  if (!(await membership.isReady(signals.stop))) return
  starting = startReceiver({
    ...receiverSettings(settings, membership),
    sink: indexer,
    refusedSerials: membership.refusedSerials,
    log,
  })
  const receiver = opened.adopt(await starting, open => open.close(giveUp))
  opened.defer(stopReloading) // before the receiver is closed
  rooms.receiver = receiver
  await membership.announce()
  log.info(
    { addresses: receiver.addresses, store: store.name, tls: membership.tls !== undefined },
    'collector is listening',
  )
  await storeProbe.wait(signals.stop)
  service.ready()
  await fired(signals.stop)
  await drain(rooms, giveUp, log)
}

/** Leaves the directory first, so that agents go elsewhere; then every connection ends between two windows. */
async function drain({ membership, receiver }: CollectorRooms, giveUp: AbortSignal, log: Log): Promise<void> {
  log.info({ connections: receiver?.status().connections }, 'stopping: finishing what is in hand')
  const leave = async () => {
    await membership.leave()
    await receiver?.drain()
  }
  await unlessAborted(leave(), giveUp).catch(() => {}) // closing says what is left
}

function findLifeSigns({ receiver, indexer, store }: CollectorRooms): readonly LifeSign[] {
  const storeSigns = store.lifeSign === undefined ? [] : [store.lifeSign()]
  return [...(receiver?.lifeSigns() ?? []), indexer.lifeSign(), ...storeSigns]
}

function receiverSettings(settings: CollectorSettings, { tls }: FleetMembership): ReceiverSettings {
  const { listen, limits, keepaliveMs } = settings
  return { listen, limits, keepaliveMs, tls }
}

function hostsOf(store: StoreSettings): readonly string[] {
  return store.type === 'elasticsearch' ? store.hosts : []
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
