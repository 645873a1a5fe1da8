import { isDeepStrictEqual } from 'node:util'
import { ByteBudget } from '../../flow/byte-budget.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import { constant } from '../../flow/watched.ts'
import { type FreshTlsServer, createTlsServer } from '../../tls/server-tls.ts'
import type { Reception } from './connection.ts'
import { Door } from './door.ts'
import { Listeners } from './listeners.ts'
import { createReceiptIds } from './receipt-ids.ts'
import type { ListenAddress, Receiver, ReceiverOptions, ReceiverSettings, ReceiverStatus } from './receiver-contract.ts'
import { createReceiverCounts } from './receiver-counts.ts'
import { type ConnectionLimits, type ReceiverLimits, resolveLimits } from './receiver-limits.ts'
import { WindowsInHand } from './windows-in-hand.ts'

export type { Receiver, ReceiverOptions, ReceiverSettings, ReceiverStatus, ListenAddress } from './receiver-contract.ts'

/** Listens for Lumberjack clients and hands what they send to the sink. Rejects when it can't listen or has no certificate. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const receiver = new ListeningReceiver(options)
  await receiver.reconfigure(options)
  return receiver
}

class ListeningReceiver implements Receiver {
  readonly #stop = new AbortController()
  readonly #drain = new AbortController()
  readonly #giveUp = new AbortController()
  readonly #door: Door
  readonly #listeners: Listeners
  #reception: Reception
  #tls: FreshTlsServer | undefined
  /** What `#tls` was made of. */
  #tlsTerms: unknown
  #changing: Promise<unknown> = Promise.resolve()

  constructor(options: ReceiverOptions) {
    const signals = { stop: this.#stop.signal, giveUp: this.#giveUp.signal, drain: this.#drain.signal }
    this.#reception = createReception(options, signals)
    this.#door = new Door(this.#reception, options.refusedSerials ?? constant(new Set()))
    this.#listeners = new Listeners(socket => this.#door.admit(socket))
  }

  get addresses(): readonly ListenAddress[] {
    return this.#listeners.addresses
  }

  status(): ReceiverStatus {
    const { counts, frameBudget, eventBudget } = this.#reception
    const bytesInFlight = frameBudget.heldBytes + eventBudget.heldBytes
    return { ...counts, connections: this.#door.connections, bytesInFlight }
  }

  lifeSigns(): readonly LifeSign[] {
    const { counts, frameBudget, eventBudget, lifeSigns } = this.#reception
    const isDue = frameBudget.isDue || eventBudget.isDue
    return [{ part: "the receiver's memory", steps: counts.bytes, isDue }, ...[...lifeSigns].map(ask => ask())]
  }

  /** One change at a time. */
  async reconfigure(settings: ReceiverSettings): Promise<void> {
    const changed = this.#changing.then(() => this.#change(settings))
    this.#changing = changed.catch(() => {}) // whoever asked for the change hears of it; the next one comes all the same
    await changed
  }

  async drain(): Promise<void> {
    this.#listeners.stop()
    this.#drain.abort()
    await this.#door.empty()
  }

  async close(giveUp?: AbortSignal): Promise<void> {
    if (giveUp?.aborted === true) this.#giveUp.abort()
    giveUp?.addEventListener('abort', () => this.#giveUp.abort(), { once: true })
    this.#listeners.stop()
    this.#stop.abort()
    await this.#door.close()
    this.#tls?.close()
  }

  get #isLeaving(): boolean {
    return this.#stop.signal.aborted || this.#drain.signal.aborted
  }

  /** First everything that can fail, and then, in one go, what shows. */
  async #change(settings: ReceiverSettings): Promise<void> {
    if (this.#isLeaving) return
    const limits = resolveLimits(settings.limits)
    const terms = { tls: settings.tls, handshakeMs: limits.handshakeMs }
    const isSameTls = isDeepStrictEqual(terms, this.#tlsTerms)
    if (isSameTls) await this.#tls?.refresh()
    const tls = isSameTls ? this.#tls : await this.#openTls(settings.tls, limits)
    const abandonTls = () => void (isSameTls || tls?.close())
    const listening = await this.#listeners.prepare(settings.listen).catch((error: unknown) => {
      abandonTls()
      throw error
    })
    if (this.#isLeaving) {
      await listening.undo()
      this.#listeners.stop()
      abandonTls()
      return
    }
    if (!isSameTls) this.#tls?.close()
    this.#tls = tls
    this.#tlsTerms = terms
    this.#reception = { ...this.#reception, limits, keepaliveMs: settings.keepaliveMs }
    resizeBudgets(this.#reception)
    this.#door.change(this.#reception, tls)
    listening.commit()
  }

  async #openTls(tls: ReceiverSettings['tls'], limits: ConnectionLimits): Promise<FreshTlsServer | undefined> {
    if (tls === undefined) return undefined
    return await createTlsServer(tls, this.#reception.log, { handshakeTimeoutMs: limits.handshakeMs })
  }
}

function createReception(options: ReceiverOptions, signals: Reception['signals']): Reception {
  const limits = resolveLimits(options.limits)
  const now = options.now ?? Date.now
  return {
    sink: options.sink,
    keepaliveMs: options.keepaliveMs,
    log: options.log,
    limits,
    now,
    signals,
    counts: createReceiverCounts(),
    frameBudget: new ByteBudget(halfOf(limits)),
    eventBudget: new ByteBudget(halfOf(limits)),
    makeId: createReceiptIds(),
    lifeSigns: new Set(),
    windowsInHand: new WindowsInHand(limits.unwrittenAckMs, now),
  }
}

function resizeBudgets({ frameBudget, eventBudget, windowsInHand, limits }: Reception): void {
  frameBudget.resize(halfOf(limits))
  eventBudget.resize(halfOf(limits))
  windowsInHand.keepFor(limits.unwrittenAckMs)
}

/** One half for frames that are read, one for events on their way. */
function halfOf(limits: Required<ReceiverLimits>): { readonly totalBytes: number; readonly reserveBytes: number } {
  return { totalBytes: limits.bytesInFlight / 2, reserveBytes: limits.reserveBytes / 2 }
}
