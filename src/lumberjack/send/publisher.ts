import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
import type { Sink } from '../../flow/contract.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import type { LineBatch } from '../../flow/line-batch.ts'
import { MINUTE_MS, SECOND_MS } from '../../flow/time-units.ts'
import type { Watched } from '../../flow/watched-value.ts'
import { TlsClient } from '../../tls/client-tls.ts'
import { Capacity } from './batch-capacity.ts'
import { cutIntoWindows } from './cut-into-windows.ts'
import type { LinkContext, PublisherTotals } from './link-context.ts'
import { LinkSet } from './link-set.ts'
import {
  type LinkStatus,
  type PublisherOptions,
  type PublisherSettings,
  type PublisherStatus,
  zeroCounts,
} from './publisher-contract.ts'
import { Balancer } from './queue/balancer.ts'
import { DeliveryQueue } from './queue/delivery-queue.ts'
import { Dispatcher } from './queue/dispatcher.ts'
import { Refusals } from './refusals.ts'
import { ServerAcks } from './server-ack-counts.ts'
import { defaultFailbackTimes } from './servers/failback.ts'
import { WireFormOffers } from './servers/wire-form-offers.ts'
import { ZstdFrames } from './zstd-frames.ts'

const STALL_MS = 5 * MINUTE_MS
const BACKOFF = { firstMs: SECOND_MS, maxMs: 30 * SECOND_MS }

/** The agent's sink: delivers batches to collectors, in order, until a batch is given up. */
export class Publisher implements Sink<LineBatch> {
  readonly #options: PublisherOptions
  readonly #queue = new DeliveryQueue()
  readonly #totals: PublisherTotals
  readonly #refusals: Refusals
  readonly #offers: WireFormOffers
  /** Links of earlier settings, waiting for their last acks. */
  readonly #retired = new Map<LinkSet, Promise<void>>()
  #settings: PublisherSettings
  #links: LinkSet

  /** Connects at once, and again whenever a connection ends, until it is closed. */
  constructor(options: PublisherOptions) {
    this.#options = options
    this.#settings = pickSettings(options)
    this.#totals = {
      counts: zeroCounts(),
      serverAcks: new ServerAcks(),
      capacity: new Capacity(options.windowsInFlight),
      ackDuration: options.ackDuration,
    }
    this.#refusals = this.#createRefusals()
    this.#offers = new WireFormOffers({ log: options.log, now: () => performance.now() })
    this.#links = new LinkSet(this.#createContext())
  }

  /** Batches that it has use for at a time: more of them only take memory. */
  get capacity(): Watched<number> {
    return this.#totals.capacity.batches
  }

  async deliver(batch: LineBatch, giveUp: AbortSignal): Promise<void> {
    if (batch.lineCount === 0) return
    const windows = cutIntoWindows(batch, this.#settings.host)
    await this.#queue.add(batch, giveUp, this.#refusals.cut(windows))
  }

  status(): PublisherStatus {
    const links = [this.#links, ...this.#retired.keys()].flatMap(set => set.status())
    return {
      ...this.#totals.counts,
      batchesWaiting: this.#queue.length,
      batchesOpen: this.#queue.openCount,
      linksConnected: countConnected(links),
      links,
      ...(links.length === 0 && { lastError: 'no collector is known yet' }),
    }
  }

  /** Those of the links in use; the links of earlier settings only wait for acks. */
  lifeSigns(): readonly LifeSign[] {
    return this.#links.lifeSigns()
  }

  /** The connections of the old settings finish the windows on the wire and close; new ones replace them. */
  reconfigure(settings: PublisherSettings): void {
    const picked = pickSettings(settings)
    if (isDeepStrictEqual(picked, this.#settings)) return
    this.#settings = picked
    const old = this.#links
    this.#retired.set(
      old,
      old.retire().finally(() => this.#retired.delete(old)),
    )
    this.#totals.capacity.setWindowsInFlight(picked.windowsInFlight)
    this.#links = new LinkSet(this.#createContext())
  }

  /** Ends the connections. Open batches reject with a DeliveryError. */
  async close(): Promise<void> {
    this.#queue.close()
    const waits = [...this.#retired.values()]
    await Promise.all([this.#links, ...this.#retired.keys()].map(set => set.close()))
    await Promise.all(waits)
  }

  #createRefusals(): Refusals {
    const { servers, log, keepRefused: keep, absenceMs } = this.#options
    const { counts, capacity } = this.#totals
    const host = () => this.#settings.host
    return new Refusals({ queue: this.#queue, servers, counts, capacity, keep, absenceMs, host, log })
  }

  #createContext(): LinkContext {
    const { servers, log, stallMs = STALL_MS, backoff = BACKOFF, random = Math.random } = this.#options
    const { failback = defaultFailbackTimes, balanceRules, tlsRefreshMs } = this.#options
    const { tls, timeoutMs, protocol, wireForm, compressionLevel } = this.#settings
    const client = tls && new TlsClient(tls, log, tlsRefreshMs === undefined ? {} : { refreshMs: tlsRefreshMs })
    const balancer = new Balancer(balanceRules)
    return {
      settings: this.#settings,
      servers,
      queue: this.#queue,
      dispatcher: new Dispatcher(this.#queue, balancer),
      balancer,
      refusals: this.#refusals,
      dialing: {
        tls: client,
        timeoutMs,
        random,
        offers: wireForm === 'auto' && protocol === 2 ? this.#offers : undefined,
      },
      zstd: new ZstdFrames(compressionLevel),
      times: { stallMs, backoff, failback },
      totals: this.#totals,
      log,
    }
  }
}

/** Leaves out the members that only options have. */
function pickSettings(settings: PublisherSettings): PublisherSettings {
  const {
    tls,
    protocol,
    wireForm = 'auto',
    compressionLevel,
    windowsInFlight,
    timeoutMs,
    host,
    balance,
    zone,
    maxConnectionAgeMs,
  } = settings
  return {
    tls,
    protocol,
    wireForm,
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
