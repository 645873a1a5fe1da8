import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { DeliveryQueue } from './delivery-queue.ts'
import { AckReader } from './ack-reader.ts'
import { Bell } from './bell.ts'
import { Flight, type FlightWindow } from './flight.ts'
import { LinkError } from './link-error.ts'
import type { MutableCounts } from './publisher-contract.ts'
import { Watchdog } from './watchdog.ts'
import { SpareBuffers } from './spare-buffers.ts'
import { type FrameOptions, encodeWindow } from './window-frames.ts'

export interface ConversationOptions extends FrameOptions {
  readonly queue: DeliveryQueue
  readonly windowsInFlight: number
  readonly timeoutMs: number
  readonly stallMs: number
  readonly counts: MutableCounts
  readonly ackDuration?: { observe(seconds: number): void }
  /** A window was acked. */
  readonly onAcked: () => void
}

/** Windows that are encoded and compressed while as many as allowed are on the wire. */
const WINDOWS_AHEAD = 2
/** How long a farewell may take. */
const FAREWELL_MS = 500

/**
 * Speaks over one connection, from its first byte to its last, and gives back to the queue what was not acked.
 * Resolves when the server has closed an idle connection or `signal` has fired; rejects with what ended it otherwise. The
 * socket is destroyed then.
 */
export async function converse(socket: Socket, options: ConversationOptions, signal: AbortSignal): Promise<void> {
  await new Conversation(socket, options).run(signal)
}

class Conversation {
  readonly #socket: Socket
  readonly #options: ConversationOptions
  readonly #spare = new SpareBuffers()
  readonly #flight: Flight
  readonly #changed = new Bell()
  readonly #ended = new AbortController()
  readonly #watchdog: Watchdog
  #progressAtMs = performance.now()

  constructor(socket: Socket, options: ConversationOptions) {
    this.#socket = socket
    this.#options = options
    this.#flight = new Flight(options.protocol)
    const { timeoutMs } = options
    const silence = `no ack, not even a keep-alive, came within ${timeoutMs} ms: the collector or what is behind it is stuck`
    this.#watchdog = new Watchdog(timeoutMs, () => this.#ended.abort(new LinkError('timeout', silence)))
  }

  async run(signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.#ended.signal])
    over.addEventListener('abort', () => this.#hangUp(), { once: true })
    if (over.aborted) this.#hangUp()
    await Promise.all([this.#whole(this.#prepare(over)), this.#whole(this.#send(over)), this.#whole(this.#receive())])
    this.#watchdog.stop()
    this.#options.queue.giveBack(this.#flight.unconfirmed())
    const { reason } = this.#ended.signal
    if (!signal.aborted && reason instanceof Error) throw reason
  }

  /** In good order where nothing is due, so that the other side does not see a reset. */
  #hangUp(): void {
    if (this.#flight.sentCount > 0) {
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
    const limit = this.#options.windowsInFlight + WINDOWS_AHEAD
    while (!over.aborted) {
      if (this.#flight.length >= limit) {
        await this.#changed.wait(over)
        continue
      }
      const delivery = await this.#options.queue.take(over)
      if (delivery === undefined) return
      const frames = encodeWindow(delivery, this.#options, this.#spare)
      frames.catch(() => {}) // who sends the window meets the error; a window that is never sent needs none
      const { confirmed: from, batch } = delivery
      this.#flight.add({ delivery, from, count: batch.lineCount - from, frames, isSent: false, sentAtMs: 0 })
      this.#changed.ring()
    }
  }

  /** Writes windows in order, as many as may be on the wire, at the pace at which the socket takes them. */
  async #send(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const window = this.#flight.nextUnsent()
      if (window === undefined || this.#flight.sentCount >= this.#options.windowsInFlight) {
        await this.#changed.wait(over)
        continue
      }
      const frames = await window.frames
      if (over.aborted) return
      if (window.delivery.isSettled) {
        this.#flight.drop(window)
        this.#changed.ring()
        continue
      }
      this.#noteSent(window, frames)
      await this.#write(frames)
      window.frames = NOTHING // a resend encodes again: the raw lines are all that is kept
      this.#watch()
    }
  }

  #noteSent(window: FlightWindow, frames: readonly Buffer[]): void {
    const { counts } = this.#options
    if (this.#flight.sentCount === 0) this.#progressAtMs = performance.now()
    window.isSent = true
    this.#watch()
    window.sentAtMs = performance.now()
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
    if (this.#flight.sentCount > 0)
      throw new LinkError('closed', `the server closed the connection with ${this.#flight.sentCount} windows unacked`)
  }

  #acknowledge(sequence: number): void {
    const meaning = this.#flight.acknowledge(sequence)
    if (typeof meaning === 'object') this.#complete(meaning)
    if (meaning === 'progress') this.#options.counts.partialAcks++
    if (meaning === 'keepalive') this.#noteKeepalive()
    else this.#progressAtMs = performance.now()
    this.#watch()
  }

  /** Anything that happened gives the server its time anew, as long as it owes an ack. */
  #watch(): void {
    if (this.#flight.sentCount > 0) this.#watchdog.restart()
    else this.#watchdog.stop()
  }

  #complete(window: FlightWindow): void {
    const { counts, queue, ackDuration, onAcked } = this.#options
    counts.windowsAcked++
    counts.eventsAcked += window.delivery.batch.lineCount - window.from
    ackDuration?.observe((performance.now() - window.sentAtMs) / 1000)
    onAcked()
    queue.confirm(window.delivery)
    this.#changed.ring()
  }

  #noteKeepalive(): void {
    this.#options.counts.keepalives++
    const stalledMs = performance.now() - this.#progressAtMs
    if (this.#flight.sentCount === 0 || stalledMs < this.#options.stallMs) return
    const seconds = Math.round(stalledMs / 1000)
    throw new LinkError(
      'stalled',
      `nothing but keep-alives came for ${seconds} s: the collector can't get rid of its events`,
    )
  }
}

const NOTHING: Promise<readonly Buffer[]> = Promise.resolve([])
