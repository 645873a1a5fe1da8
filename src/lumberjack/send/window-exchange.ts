import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Delivery, DeliveryQueue } from './queue/delivery-queue.ts'
import { AckReader } from './ack-reader.ts'
import type { Balancer } from './queue/balancer.ts'
import { Bell } from '../../flow/bell.ts'
import type { Dispatcher } from './queue/dispatcher.ts'
import { WindowsInFlight, type WindowInFlight } from './windows-in-flight.ts'
import type { LinkLoad } from './queue/link-load.ts'
import { LinkError } from './servers/link-error.ts'
import type { MutableCounts } from './publisher-contract.ts'
import { Watchdog } from './watchdog.ts'
import { SpareBuffers } from './spare-buffers.ts'
import { type FrameOptions, encodeWindow } from './window-frames.ts'

export interface WindowExchangeOptions extends FrameOptions {
  readonly queue: DeliveryQueue
  readonly dispatcher: Dispatcher
  readonly balancer: Balancer
  /** The link's: how many windows may be on the wire, and what is measured of it. */
  readonly load: LinkLoad
  readonly timeoutMs: number
  readonly stallMs: number
  readonly counts: MutableCounts
  readonly ackDuration?: { observe(seconds: number): void }
  /** A window of so many events was acked. */
  readonly onAcked: (events: number) => void
}

/** Windows that are encoded and compressed while as many as allowed are on the wire. */
const WINDOWS_AHEAD = 2
/** How long a farewell may take. */
const FAREWELL_MS = 500

/** Speaks over one connection, from its first byte to its last, and gives back to the queue what was not acked. */
export class WindowExchange {
  readonly #socket: Socket
  readonly #options: WindowExchangeOptions
  readonly #spare = new SpareBuffers()
  readonly #windows: WindowsInFlight
  readonly #changed = new Bell()
  readonly #ended = new AbortController()
  readonly #retired = new AbortController()
  readonly #watchdog: Watchdog
  #isWriting = false
  #windowsWritten = 0
  #progressAtMs = performance.now()
  /** Since when others get on and we don't; of an earlier time where we did since. */
  #othersSinceMs = -Infinity

  constructor(socket: Socket, options: WindowExchangeOptions) {
    this.#socket = socket
    this.#options = options
    this.#windows = new WindowsInFlight(options.protocol)
    const { timeoutMs } = options
    const silence = `no ack, not even a keep-alive, came within ${timeoutMs} ms: the collector or what is behind it is stuck`
    this.#watchdog = new Watchdog(timeoutMs, () => this.#ended.abort(new LinkError('timeout', silence)))
  }

  /** Windows that it has written; and, that one could be written, but is still being encoded and compressed. */
  lifeSign(): { readonly steps: number; readonly isDue: boolean } {
    const hasRoom = this.#windows.sentCount < this.#options.load.windowLimit
    const isDue = hasRoom && this.#windows.nextUnsent() !== undefined && !this.#isWriting && !this.#ended.signal.aborted
    return { steps: this.#windowsWritten, isDue }
  }

  /** Takes no more, gives back what is not on the wire, and ends in good order after the last ack. */
  retire(): void {
    if (this.#retired.signal.aborted) return
    this.#retired.abort()
    const { queue, load } = this.#options
    load.dueSinceMs = undefined // from now on the link's next connection is measured
    queue.giveBack(this.#windows.takeUnsent())
    this.#endWhenRetired()
  }

  /**
   * Resolves when the server has closed an idle connection, when `signal` has fired, or when it is retired and done; rejects
   * with what ended it otherwise. The socket is destroyed then.
   */
  async run(signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.#ended.signal])
    over.addEventListener('abort', () => this.#hangUp(), { once: true })
    if (over.aborted) this.#hangUp()
    await Promise.all([this.#whole(this.#prepare(over)), this.#whole(this.#send(over)), this.#whole(this.#receive())])
    this.#watchdog.stop()
    this.#options.queue.giveBack(this.#windows.takeAll())
    const { reason } = this.#ended.signal
    if (!signal.aborted && reason instanceof Error) throw reason
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

  /** The three tasks live and die together: the first that ends, ends the others. */
  async #whole(task: Promise<void>): Promise<void> {
    await task.then(
      () => this.#ended.abort('idle'),
      (error: unknown) => this.#ended.abort(error),
    )
  }

  /** Takes batches and begins to encode and compress them. */
  async #prepare(over: AbortSignal): Promise<void> {
    const { load, dispatcher, queue } = this.#options
    const retired = this.#retired.signal
    const overOrRetired = AbortSignal.any([over, retired])
    while (!over.aborted) {
      if (retired.aborted || this.#windows.length >= load.windowLimit + WINDOWS_AHEAD) {
        await this.#changed.wait(over)
        continue
      }
      const delivery = await dispatcher.take(load, overOrRetired)
      if (delivery === undefined) continue
      if (overOrRetired.aborted) queue.giveBack([delivery])
      else this.#addWindow(delivery)
    }
  }

  #addWindow(delivery: Delivery): void {
    const frames = encodeWindow(delivery, this.#options, this.#spare)
    frames.catch(() => {}) // who sends the window meets the error; a window that is never sent needs none
    const { confirmed: from, batch } = delivery
    this.#windows.add({ delivery, from, count: batch.lineCount - from, frames, isSent: false, sentAtMs: 0 })
    this.#changed.ring()
  }

  /** Writes windows in order, as many as may be on the wire, at the pace at which the socket takes them. */
  async #send(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const window = this.#windows.nextUnsent()
      if (window === undefined || this.#windows.sentCount >= this.#options.load.windowLimit) {
        await this.#changed.wait(over)
        continue
      }
      const frames = await window.frames
      if (over.aborted) return
      if (!this.#windows.has(window)) continue // given back
      if (window.delivery.isSettled) {
        this.#windows.drop(window)
        this.#changed.ring()
        continue
      }
      this.#noteSent(window, frames)
      this.#isWriting = true
      await this.#write(frames)
      this.#isWriting = false
      this.#windowsWritten++
      window.frames = NOTHING // a resend encodes again: the raw lines are all that is kept
      this.#watch()
    }
  }

  #noteSent(window: WindowInFlight, frames: readonly Buffer[]): void {
    const { counts, load } = this.#options
    const nowMs = performance.now()
    if (this.#windows.sentCount === 0) this.#progressAtMs = nowMs
    load.dueSinceMs ??= nowMs
    window.isSent = true
    this.#watch()
    window.sentAtMs = nowMs
    if (window.delivery.firstTryMs === undefined) window.delivery.firstTryMs = Date.now()
    else counts.eventsResent += window.count
    counts.windowsSent++
    counts.eventsSent += window.count
    for (const frame of frames) counts.bytesSent += frame.length
  }

  /** Resolves once the kernel has it all; one write for the whole window. */
  async #write(frames: readonly Buffer[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const done = (error: Error | null | undefined) => (error ? reject(error) : resolve())
    this.#socket.cork()
    for (const [index, frame] of frames.entries())
      this.#socket.write(frame, index === frames.length - 1 ? done : undefined)
    this.#socket.uncork()
    await promise
  }

  /** Reads acks until the server closes. */
  async #receive(): Promise<void> {
    const acks = new AckReader(this.#options.protocol)
    for await (const chunk of this.#socket) {
      for (const sequence of acks.read(chunk as Buffer)) this.#acknowledge(sequence)
    }
    if (this.#windows.sentCount > 0)
      throw new LinkError('closed', `the server closed the connection with ${this.#windows.sentCount} windows unacked`)
  }

  #acknowledge(sequence: number): void {
    const meaning = this.#windows.acknowledge(sequence)
    if (typeof meaning === 'object') this.#complete(meaning)
    if (meaning === 'progress') this.#options.counts.partialAcks++
    if (meaning === 'keepalive') this.#noteKeepalive()
    else this.#noteProgress()
    this.#watch()
  }

  /** Anything that happened gives the server its time anew, as long as it owes an ack. */
  #watch(): void {
    if (this.#windows.sentCount > 0) this.#watchdog.restart()
    else this.#watchdog.stop()
  }

  #noteProgress(): void {
    this.#progressAtMs = performance.now()
    if (!this.#retired.signal.aborted) this.#options.load.noteProgress(this.#progressAtMs, this.#windows.sentCount > 0)
  }

  #complete(window: WindowInFlight): void {
    const { counts, queue, load, ackDuration, onAcked } = this.#options
    const events = window.delivery.batch.lineCount - window.from
    const tookMs = performance.now() - window.sentAtMs
    counts.windowsAcked++
    counts.eventsAcked += events
    ackDuration?.observe(tookMs / 1000)
    if (!this.#retired.signal.aborted) load.noteAck(tookMs)
    onAcked(events)
    queue.confirm(window.delivery)
    this.#changed.ring()
    this.#endWhenRetired()
  }

  #endWhenRetired(): void {
    if (this.#retired.signal.aborted && this.#windows.length === 0) this.#ended.abort('retired')
  }

  #noteKeepalive(): void {
    this.#options.counts.keepalives++
    if (this.#windows.sentCount === 0) return
    const nowMs = performance.now()
    const stalledMs = nowMs - this.#progressAtMs
    if (stalledMs < this.#options.stallMs && !this.#isLeftBehind(nowMs)) return
    const seconds = Math.round(stalledMs / 1000)
    throw new LinkError(
      'stalled',
      `nothing but keep-alives came for ${seconds} s: the collector can't get rid of its events`,
    )
  }

  /**
   * Where others get on, it is not the store that holds everybody up. What they got done just when we stopped says nothing: a
   * store that goes away stops one a moment after the other. And when it comes back, one is a moment later than the other.
   */
  #isLeftBehind(nowMs: number): boolean {
    const { balancer, load, timeoutMs } = this.#options
    const isNews = this.#othersSinceMs < this.#progressAtMs
    if (isNews && balancer.hasOtherProgress(load, this.#progressAtMs + timeoutMs / 2)) this.#othersSinceMs = nowMs
    return this.#othersSinceMs > this.#progressAtMs && nowMs - this.#othersSinceMs >= timeoutMs / 2
  }
}

const NOTHING: Promise<readonly Buffer[]> = Promise.resolve([])
