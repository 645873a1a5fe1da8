import { isDeepStrictEqual } from 'node:util'
import type { LifeSign } from '../../flow/life-sign.ts'
import { Variable } from '../../flow/watched.ts'
import { TlsClient } from '../../tls/client-tls.ts'
import { Balancer } from './queue/balancer.ts'
import { LinkSet } from './link-set.ts'
import { DeliveryQueue } from './queue/delivery-queue.ts'
import { Dispatcher } from './queue/dispatcher.ts'
import { defaultFailbackTimes } from './servers/failback.ts'
import type { LinkContext } from './link-context.ts'
import {
  type LinkStatus,
  type Publisher,
  type PublisherOptions,
  type PublisherSettings,
  type PublisherStatus,
  zeroCounts,
} from './publisher-contract.ts'
import { ServerAcks } from './server-acks.ts'

const STALL_MS = 5 * 60_000
const BACKOFF = { firstMs: 1000, maxMs: 30_000 }
/** Batches that are being encoded and compressed while as many windows as allowed wait for their acks. */
const BATCHES_IN_PREPARATION = 2
/** Connections that wait for their last acks, for each that takes batches, whose windows count as room for others. */
const MOST_WAITING = 4

/** Connects at once, and keeps at it until it is closed. */
export function createPublisher(options: PublisherOptions): Publisher {
  const state = new PublisherState(options)
  return {
    deliver: async (batch, giveUp) => {
      if (batch.lineCount > 0) await state.queue.add(batch, giveUp)
    },
    capacity: state.capacity,
    status: () => state.status(),
    lifeSigns: () => state.lifeSigns(),
    reconfigure: settings => state.reconfigure(settings),
    close: () => state.close(),
  }
}

/** What outlives a configuration, and the links of the present one. */
class PublisherState {
  readonly queue = new DeliveryQueue()
  readonly capacity: Variable<number>
  readonly #options: PublisherOptions
  readonly #counts = zeroCounts()
  readonly #serverAcks = new ServerAcks()
  /** Of earlier configurations, waiting for their last acks. */
  readonly #retired = new Map<LinkSet, Promise<void>>()
  #settings: PublisherSettings
  #links: LinkSet
  /** Connections that take batches, and those that only wait for their last acks. */
  #taking = 0
  #waiting = 0

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#settings = pickSettings(options)
    this.capacity = new Variable(this.#measureCapacity())
    this.#links = new LinkSet(this.#createContext())
  }

  reconfigure(settings: PublisherSettings): void {
    const picked = pickSettings(settings)
    if (isDeepStrictEqual(picked, this.#settings)) return
    this.#settings = picked
    const old = this.#links
    this.#retired.set(
      old,
      old.retire().finally(() => this.#retired.delete(old)),
    )
    this.capacity.set(this.#measureCapacity())
    this.#links = new LinkSet(this.#createContext())
  }

  async close(): Promise<void> {
    this.queue.close()
    const waits = [...this.#retired.values()]
    await Promise.all([this.#links, ...this.#retired.keys()].map(links => links.close()))
    await Promise.all(waits)
  }

  status(): PublisherStatus {
    const links = [this.#links, ...this.#retired.keys()].flatMap(links => links.status())
    return {
      ...this.#counts,
      batchesWaiting: this.queue.length,
      batchesOpen: this.queue.openCount,
      linksConnected: countConnected(links),
      links,
      ...(links.length === 0 && { lastError: 'no collector is known yet' }),
    }
  }

  /** Of the links in use; those of earlier settings only wait for acks. */
  lifeSigns(): readonly LifeSign[] {
    return this.#links.lifeSigns()
  }

  #createContext(): LinkContext {
    const { servers, log, stallMs = STALL_MS, backoff = BACKOFF, random = Math.random } = this.#options
    const { failback = defaultFailbackTimes, balanceRules, tlsRefreshMs, ackDuration } = this.#options
    const { tls, timeoutMs } = this.#settings
    const client = tls && new TlsClient(tls, log, tlsRefreshMs === undefined ? {} : { refreshMs: tlsRefreshMs })
    const balancer = new Balancer(balanceRules)
    return {
      settings: this.#settings,
      servers,
      queue: this.queue,
      balancer,
      dispatcher: new Dispatcher(this.queue, balancer),
      dialing: { tls: client, timeoutMs, random },
      backoff,
      stallMs,
      failback,
      random,
      log,
      counts: this.#counts,
      serverAcks: this.#serverAcks,
      ackDuration,
      onConnections: (taking, waiting) => {
        this.#taking += taking
        this.#waiting += waiting
        this.capacity.set(this.#measureCapacity())
      },
    }
  }

  /**
   * What connections hold that only wait for their last acks must not starve the others; but as many such connections as a list
   * that changes all the time can leave behind must not fill the memory.
   */
  #measureCapacity(): number {
    const { windowsInFlight } = this.#settings
    const taking = Math.max(1, this.#taking)
    const waiting = Math.min(this.#waiting, MOST_WAITING * taking)
    return taking * (windowsInFlight + BATCHES_IN_PREPARATION) + waiting * windowsInFlight
  }
}

/** Without what only options have. */
function pickSettings(settings: PublisherSettings): PublisherSettings {
  const { tls, protocol, compressionLevel, windowsInFlight, timeoutMs, host, balance, zone, maxConnectionAgeMs } =
    settings
  return {
    tls,
    protocol,
    compressionLevel,
    windowsInFlight,
    timeoutMs,
    host,
    balance,
    ...(zone !== undefined && { zone }),
    maxConnectionAgeMs,
  }
}

function countConnected(links: readonly LinkStatus[]): number {
  return links.filter(({ state }) => state.kind === 'connected').length
}
