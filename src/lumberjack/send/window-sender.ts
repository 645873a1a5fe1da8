import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { waitForAbort } from '../../flow/abort-signals.ts'
import { Turns } from '../../flow/task-turns.ts'
import type { LinkContext } from './link-context.ts'
import type { Delivery } from './queue/delivery-queue.ts'
import type { LinkLoad } from './queue/link-load.ts'
import type { Taker } from './queue/suspicion.ts'
import type { WireForm } from './servers/wire-form-offers.ts'
import type { StallWatch } from './stall-watch.ts'
import { SpareBuffers, type WindowTools, encodeWindow, freeFrames } from './window-frames.ts'
import type { WindowInFlight, WindowsInFlight } from './windows-in-flight.ts'

export interface WindowSenderOptions {
  readonly context: LinkContext
  readonly socket: Socket
  readonly form: WireForm
  readonly load: LinkLoad
  /** The connection, as it asks for windows. */
  readonly taker: Taker
  readonly windows: WindowsInFlight
  readonly stallWatch: StallWatch
  /** Fires when the connection takes no more batches. */
  readonly stopped: AbortSignal
  /** Fires when the connection ends. */
  readonly ended: AbortSignal
}

/** Windows that are encoded and compressed at a time: each takes more memory than its lines. */
const ENCODINGS = 2
/** Windows that are encoded and compressed while as many as allowed are on the wire. */
const WINDOWS_AHEAD = 2

const NOTHING: Promise<readonly Buffer[]> = Promise.resolve([])

/** Takes batches and writes them as windows to one connection. */
export class WindowSender {
  readonly #options: WindowSenderOptions
  readonly #tools: WindowTools
  readonly #encodings = Array.from({ length: ENCODINGS }, () => new Turns())
  #isWriting = false
  #windowsAdded = 0
  #windowsWritten = 0

  constructor(options: WindowSenderOptions) {
    const { form, context } = options
    this.#options = options
    this.#tools = { spare: new SpareBuffers(), zstd: form === 'lumberjack' ? undefined : context.zstd }
  }

  /** Its steps are windows written; it is due while one could be written and is still being encoded and compressed. */
  lifeSign(): { readonly steps: number; readonly isDue: boolean } {
    const { windows, ended } = this.#options
    const isDue = this.#hasRoom() && windows.nextUnsent() !== undefined && !this.#isWriting && !ended.aborted
    return { steps: this.#windowsWritten, isDue }
  }

  /** Takes batches and starts to encode and compress them, until the connection ends. */
  async prepare(): Promise<void> {
    const { context, load, taker, windows, stopped, ended } = this.#options
    while (!stopped.aborted) {
      if (windows.length >= load.windowLimit + WINDOWS_AHEAD) {
        await windows.changed.wait(stopped)
        continue
      }
      const delivery = await context.dispatcher.take(load, stopped, taker)
      if (delivery === undefined) continue
      if (stopped.aborted) context.queue.giveBack([delivery])
      else this.#addWindows(delivery)
    }
    await waitForAbort(ended)
  }

  /** Writes windows in order, at most as many as may be on the wire, at the pace at which the socket takes them. */
  async send(): Promise<void> {
    const { windows, stallWatch, ended } = this.#options
    while (!ended.aborted) {
      const window = windows.nextUnsent()
      if (window === undefined || !this.#hasRoom()) {
        await windows.changed.wait(ended)
        continue
      }
      const frames = await window.frames
      if (windows.sentCount === 0) await waitForNextLook()
      if (ended.aborted) return
      if (!windows.has(window)) continue // given back
      if (window.delivery.isSettled) {
        windows.drop(window)
        continue
      }
      this.#noteSent(window, frames)
      this.#isWriting = true
      await this.#write(frames)
      this.#isWriting = false
      freeFrames(frames)
      this.#windowsWritten++
      window.frames = NOTHING // a resend encodes again: the raw lines are all that is kept
      stallWatch.restart(windows.sentCount > 0)
    }
  }

  #hasRoom(): boolean {
    const { windows, load } = this.#options
    return windows.sentCount < load.windowLimit
  }

  #addWindows(delivery: Delivery): void {
    const { context, windows, taker } = this.#options
    const isNext = windows.length === 0
    for (const next of isNext ? context.refusals.withWitness(delivery, taker) : [delivery]) this.#addWindow(next)
  }

  #addWindow(delivery: Delivery): void {
    const { context, windows } = this.#options
    const encode = () => encodeWindow(delivery, context.settings, this.#tools)
    const frames = this.#encodings[this.#windowsAdded++ % ENCODINGS]!.run(encode)
    frames.catch(() => {}) // `send` meets the error; a window that is never sent needs none
    const { confirmed: from, batch } = delivery
    windows.add({ delivery, from, count: batch.lineCount - from, frames, isSent: false, sentAtMs: 0 })
  }

  #noteSent(window: WindowInFlight, frames: readonly Buffer[]): void {
    const { context, windows, load, stallWatch } = this.#options
    const { counts } = context.totals
    const nowMs = performance.now()
    if (windows.sentCount === 0) stallWatch.noteProgress(nowMs)
    load.noteSent(nowMs)
    window.isSent = true
    window.sentAtMs = nowMs
    stallWatch.restart(true)
    if (window.delivery.firstTryMs === undefined) window.delivery.firstTryMs = Date.now()
    else counts.eventsResent += window.count
    counts.windowsSent++
    counts.eventsSent += window.count
    for (const frame of frames) counts.bytesSent += frame.length
  }

  /** Resolves once the kernel has it all; one write for the whole window. */
  async #write(frames: readonly Buffer[]): Promise<void> {
    const { socket } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const done = (error: Error | null | undefined) => (error ? reject(error) : resolve())
    socket.cork()
    for (const [index, frame] of frames.entries()) socket.write(frame, index === frames.length - 1 ? done : undefined)
    socket.uncork()
    await promise
  }
}

/** Until the sockets have been read once more: an end that came right behind the last ack is met before the next window. */
async function waitForNextLook(): Promise<void> {
  await nextTurn() // of the turn that read the ack
  await nextTurn()
}
