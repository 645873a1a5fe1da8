// A thread that reads frames, seen from the main thread.
import type { Worker } from 'node:worker_threads'
import { reasonOf } from '../flow/error-reason.ts'
import { type FrameAnswer, type FromThread, Progress, type ToThread } from './frame-contract.ts'
import { startWorker } from './start-worker.ts'

/** Far more than the largest event takes: nothing is built of an event that is over a limit. */
const HEAP_MB = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 192 }

export interface FrameThreadOptions {
  readonly entry: URL
  readonly onAnswer: (thread: FrameThread, id: number, answer: FrameAnswer) => void
  /** Called once, however the thread ended. */
  readonly onEnd: (thread: FrameThread, reason: string) => void
}

export class FrameThread {
  readonly #worker: Worker
  readonly #progress = new Progress()
  readonly #options: FrameThreadOptions
  #hasEnded = false
  #isReady = false

  constructor(options: FrameThreadOptions) {
    this.#options = options
    this.#worker = startWorker(options.entry, { workerData: this.#progress.cells, resourceLimits: HEAP_MB })
    this.#worker.on('message', (message: FromThread) => this.#hear(message))
    this.#worker.on('error', error => this.#end(`it failed: ${reasonOf(error)}`))
    this.#worker.on('exit', code => this.#end(`it ended with code ${code}`))
    this.#worker.unref()
  }

  /** It has started. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** The event that it was reading last, if it did not finish. */
  get current(): Progress['current'] {
    return this.#progress.current
  }

  post(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker.ref()
    this.#worker.postMessage(message, transfer)
  }

  /** It has nothing to do, and does not keep the process alive. */
  rest(): void {
    this.#worker.unref()
  }

  async terminate(reason: string): Promise<void> {
    const ended = this.#worker.terminate()
    this.#end(reason)
    await ended
  }

  #hear(message: FromThread): void {
    this.#isReady = true
    if (message !== 'ready') this.#options.onAnswer(this, message.id, message.answer)
  }

  #end(reason: string): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#options.onEnd(this, reason)
  }
}
