import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { formatAddress } from '../../flow/host-port.ts'
import { explainFailure } from '../../tls/explain-failed-connection.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { AckReader } from './ack-reader.ts'
import { findFailure } from './connection-end.ts'
import type { LinkContext } from './link-context.ts'
import type { LinkRecord } from './link-track-record.ts'
import type { Delivery } from './queue/delivery-queue.ts'
import type { LinkLoad } from './queue/link-load.ts'
import type { DialledSocket } from './servers/dial.ts'
import { LinkError } from './servers/link-error.ts'
import { type ServerAddress, keyOf } from './servers/server-address.ts'
import { StallWatch } from './stall-watch.ts'
import { WindowSender } from './window-sender.ts'
import { type WindowInFlight, WindowsInFlight } from './windows-in-flight.ts'

/** How a connection ended; `fruitless`: in good order, and without an acked window. */
export type Outcome = 'idle' | 'fruitless' | 'failed'

export interface LinkConnectionOptions {
  readonly context: LinkContext
  /** The link's: how many windows may be on the wire, and what is measured of it. */
  readonly load: LinkLoad
  readonly record: LinkRecord
}

/** The other side has this long to close a connection that we have ended. */
const FAREWELL_MS = 500

/** One connection to one server, from its first window to its last ack. What was not acked goes back to the queue. */
export class LinkConnection {
  readonly server: ServerAddress
  readonly sinceMs = Date.now()
  /** When it is old, in milliseconds since 1970: each draws an age of its own. */
  readonly renewAtMs: number
  /** Which reading of the certificate files it was made with; 0 without TLS. */
  readonly credentials: number
  readonly outcome: Promise<Outcome>
  readonly #options: LinkConnectionOptions
  readonly #address: string
  readonly #socket: Socket
  readonly #windows: WindowsInFlight
  readonly #sender: WindowSender
  readonly #stallWatch: StallWatch
  readonly #acks: AckReader
  /** Fires when it takes no more batches. */
  readonly #stopped = new AbortController()
  /** Fires when it ends; the reason is an error, `closed` by the server, or `retired` or `given up` by us. */
  readonly #ended = new AbortController()
  /** As it asks for windows. */
  readonly #taker: { readonly server: string; hasAcked: boolean }
  #isRetired = false
  #heardAtMs = performance.now()
  #failure: unknown

  /** Starts at once. */
  constructor(server: ServerAddress, dialled: DialledSocket, options: LinkConnectionOptions) {
    this.server = server
    this.#taker = { server: keyOf(server), hasAcked: false }
    this.credentials = dialled.credentials
    this.#options = options
    this.#address = dialled.address
    this.#socket = dialled.socket
    const { context, load } = options
    this.renewAtMs = this.sinceMs + drawAgeMs(context)
    this.#windows = new WindowsInFlight(context.settings.protocol)
    this.#stallWatch = this.#createStallWatch()
    this.#acks = new AckReader(context.settings.protocol, { isKnown: this.#isKnown })
    this.#sender = new WindowSender({
      context,
      socket: dialled.socket,
      form: dialled.form,
      load,
      taker: this.#taker,
      windows: this.#windows,
      stallWatch: this.#stallWatch,
      stopped: this.#stopped.signal,
      ended: this.#ended.signal,
    })
    this.outcome = this.#run()
  }

  get ended(): AbortSignal {
    return this.#ended.signal
  }

  get isRetired(): boolean {
    return this.#isRetired
  }

  lifeSign(): ReturnType<WindowSender['lifeSign']> {
    return this.#sender.lifeSign()
  }

  /** Takes no more batches, gives back what is not on the wire, and ends in good order after the last ack. */
  retire(): void {
    if (this.#isRetired || this.ended.aborted) return
    this.#isRetired = true
    const { context, load } = this.#options
    context.totals.capacity.noteRetired()
    this.#stopped.abort()
    load.letGo() // from now on the link's next connection is measured
    context.queue.giveBack(this.#windows.takeUnsent())
    this.#endWhenRetired()
  }

  close(): void {
    this.#end('given up')
  }

  /** The three tasks live and die together: the first that ends, ends the others. */
  async #run(): Promise<Outcome> {
    const { queue, totals } = this.#options.context
    totals.capacity.noteConnected()
    const tasks = [this.#sender.prepare(), this.#sender.send(), this.#receive()]
    await Promise.all(
      tasks.map(task =>
        task.then(
          () => this.#end('closed'),
          (error: unknown) => this.#end(error),
        ),
      ),
    )
    this.#stallWatch.stop()
    queue.giveBack(this.#sortLost(this.#windows.takeAll()))
    const outcome = this.#judge()
    totals.capacity.noteEnded(this.#isRetired)
    return outcome
  }

  /** The server's own end of a connection may be its answer to a window. */
  #sortLost(lost: readonly WindowInFlight[]): readonly Delivery[] {
    const isByServer = this.#failure instanceof LinkError && this.#failure.code === 'closed'
    if (isByServer) return this.#options.context.refusals.noteEnd(lost, this.#taker)
    return lost.map(({ delivery }) => delivery)
  }

  #end(reason: unknown): void {
    if (this.ended.aborted) return
    this.#failure = this.#findFailure(reason)
    this.#stopped.abort()
    this.#ended.abort(reason)
    this.#hangUp()
  }

  /** In good order where nothing is due, so that the other side does not see a reset. */
  #hangUp(): void {
    if (this.#windows.sentCount > 0) {
      this.#socket.destroy()
      return
    }
    this.#socket.destroySoon()
    const timer = setTimeout(() => this.#socket.destroy(), FAREWELL_MS)
    this.#socket.once('close', () => clearTimeout(timer))
  }

  /** Reads acks until the server closes. */
  async #receive(): Promise<void> {
    for await (const chunk of this.#socket) {
      this.#heardAtMs = performance.now()
      for (const sequence of this.#acks.read(chunk as Buffer)) this.#acknowledge(sequence)
    }
  }

  #acknowledge(sequence: number): void {
    const { counts } = this.#options.context.totals
    const meaning = this.#windows.acknowledge(sequence)
    if (typeof meaning === 'object') this.#complete(meaning)
    if (meaning === 'progress') counts.partialAcks++
    if (meaning === 'keepalive') counts.keepalives++
    const isMoreDue = this.#windows.sentCount > 0
    if (meaning !== 'keepalive') this.#noteProgress(isMoreDue)
    else if (isMoreDue) this.#stallWatch.noteKeepalive()
    this.#stallWatch.restart(isMoreDue)
  }

  #noteProgress(isMoreDue: boolean): void {
    const nowMs = performance.now()
    this.#stallWatch.noteProgress(nowMs)
    if (!this.#isRetired) this.#options.load.noteProgress(nowMs, isMoreDue)
  }

  #complete(window: WindowInFlight): void {
    const { context, load, record } = this.#options
    const nowMs = performance.now()
    const tookMs = nowMs - window.sentAtMs
    if (!this.#isRetired) load.noteAck(tookMs, nowMs)
    record.noteAck(this.server, window.count, tookMs)
    this.#taker.hasAcked = true
    context.queue.confirm(window.delivery)
    context.refusals.noteAck(window, this.#taker.server)
    this.#endWhenRetired()
  }

  #endWhenRetired(): void {
    if (this.#isRetired && this.#windows.length === 0) this.#end('retired')
  }

  /** A server that has confirmed something is a collector, on whatever connection that was. */
  get #isKnown(): boolean {
    return this.#taker.hasAcked || this.#options.context.totals.serverAcks.of(this.server).windowsAcked > 0
  }

  #judge(): Outcome {
    if (this.#failure !== undefined) {
      this.#noteLoss(this.#failure)
      return 'failed'
    }
    const fields = { server: formatAddress(this.server), address: this.#address, reason: reasonOf(this.ended.reason) }
    this.#options.context.log.debug(fields, 'a connection ended')
    return this.#taker.hasAcked ? 'idle' : 'fruitless'
  }

  #findFailure(cause: unknown): unknown {
    if (cause === 'retired' || cause === 'given up') return undefined
    const nowMs = performance.now()
    const { length, sentCount, oldestSentAtMs = nowMs } = this.#windows
    return findFailure({
      cause,
      ageMs: Date.now() - this.sinceMs,
      dueCount: sentCount,
      quietMs: oldestSentAtMs - this.#heardAtMs,
      dueMs: nowMs - oldestSentAtMs,
      waitingCount: length - sentCount,
      isMidAck: this.#acks.isMidAck,
      hasAcked: this.#taker.hasAcked,
      isKnown: this.#isKnown,
    })
  }

  #noteLoss(error: unknown): void {
    const { context, record } = this.#options
    const { tls, protocol } = context.settings
    const address = this.#address
    // A server that has never confirmed anything may not be a collector: that takes an explanation.
    const isExplained = error instanceof LinkError && (error.code !== 'closed' || this.#isKnown)
    const reason = isExplained
      ? error.message
      : explainFailure(error, { ...this.server, address, tls, protocol, step: 'answer' })
    context.log.warn({ server: formatAddress(this.server), address, reason }, 'Read error looking for ack')
    record.noteLoss(this.server, reason)
  }

  #createStallWatch(): StallWatch {
    const { context, load } = this.#options
    return new StallWatch({
      timeoutMs: context.settings.timeoutMs,
      stallMs: context.times.stallMs,
      hasOtherProgress: sinceMs => context.balancer.hasOtherProgress(load, sinceMs),
      onSilence: error => this.#end(error),
    })
  }
}

/** 75 to 125 % of the usual age, so that connections which began together do not end together. */
function drawAgeMs({ settings, dialing }: LinkContext): number {
  return settings.maxConnectionAgeMs > 0 ? settings.maxConnectionAgeMs * (0.75 + 0.5 * dialing.random()) : Infinity
}
