// A thread that passes events through a pipeline, seen from the main thread.
import type { Worker } from 'node:worker_threads'
import { reasonOf } from '../../flow/error-reason.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { EventClock } from './event-clock.ts'
import {
  type FromThread,
  type PipelineAnswer,
  type PipelineRequest,
  type Place,
  type ResultLimits,
  type StepName,
  Progress,
} from './thread-contract.ts'

/** What texts of the largest event may become while processors work on it, and dictionaries. */
const HEAP_MB = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 }
const HEAP_BYTES_PER_EVENT_BYTE = 24
const MIB = 1024 * 1024

export interface PipelineThreadOptions {
  readonly entry: URL
  readonly written: unknown
  readonly limits: ResultLimits
  readonly timeoutMs: number
  readonly onAnswer: (thread: PipelineThread, answer: PipelineAnswer) => void
  readonly onFile: (path: string, fault: string | undefined) => void
  /** Called once, however the thread ended. */
  readonly onEnd: (thread: PipelineThread, reason: string) => void
}

export class PipelineThread {
  readonly #worker: Worker
  readonly #progress = new Progress()
  readonly #options: PipelineThreadOptions
  readonly #started = Promise.withResolvers<readonly StepName[]>()
  readonly #clock: EventClock
  #steps: readonly StepName[] | undefined
  #isOverTime = false
  #isAskedForCpu = false
  #hasRequests = false
  #hasEnded = false

  constructor(options: PipelineThreadOptions) {
    this.#options = options
    this.#clock = new EventClock(options.timeoutMs)
    const { entry, written, limits } = options
    const workerData = { cells: this.#progress.cells, written, limits }
    this.#worker = startWorker(entry, { workerData, resourceLimits: heapOf(limits) })
    this.#worker.on('message', (message: FromThread) => this.#hear(message))
    this.#worker.on('error', error => this.#end(`it failed: ${reasonOf(error)}`))
    this.#worker.on('exit', code => this.#end(`it ended with code ${code}`))
    this.#started.promise.catch(() => {}) // `onEnd` has the reason too
  }

  /** Resolves with its steps once it can pass events; rejects where it cannot. */
  get started(): Promise<readonly StepName[]> {
    return this.#started.promise
  }

  get isReady(): boolean {
    return this.#steps !== undefined
  }

  get steps(): readonly StepName[] {
    return this.#steps ?? []
  }

  /** It is ended because of its event. */
  get isOverTime(): boolean {
    return this.#isOverTime
  }

  noteOverTime(): void {
    this.#isOverTime = true
  }

  /** Where it is; after its end, where it was. */
  get current(): Place | undefined {
    return this.#progress.current
  }

  stepAt({ step }: Place): StepName | undefined {
    return this.#steps?.[step]
  }

  /** To be called `TICKS_PER_LIMIT` times in the time limit; true where its event has used that up. */
  tick(): boolean {
    const place = this.current
    if (this.#clock.tick(place) && place !== undefined) void this.#askForCpu(place)
    return this.#clock.isOver
  }

  post(request: PipelineRequest): void {
    this.#hasRequests = true
    this.#worker.ref()
    this.#worker.postMessage(request, [request.times.buffer, request.ends.buffer, request.bytes.buffer])
  }

  /** It has nothing to do, and does not keep the process alive. */
  rest(): void {
    this.#hasRequests = false
    this.#worker.unref()
  }

  async terminate(reason: string): Promise<void> {
    const ended = this.#worker.terminate()
    this.#end(reason)
    await ended
  }

  /** It answers while JavaScript or a pattern runs, not while a text of JSON is parsed. */
  async #askForCpu(place: Place): Promise<void> {
    if (this.#isAskedForCpu || this.#hasEnded) return
    this.#isAskedForCpu = true
    try {
      const { user, system } = await this.#worker.cpuUsage()
      this.#clock.noteCpu(place, (user + system) / 1000)
    } catch {
      // it has ended, which is noted
    } finally {
      this.#isAskedForCpu = false
    }
  }

  #hear(message: FromThread): void {
    if (message.kind === 'answer') return this.#options.onAnswer(this, message.answer)
    if (message.kind === 'file') return this.#options.onFile(message.path, message.fault)
    if (message.kind === 'broken') return this.#end(message.message)
    this.#steps = message.steps
    this.#started.resolve(message.steps)
    if (!this.#hasRequests) this.rest()
  }

  #end(reason: string): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#started.reject(new Error(reason))
    this.#options.onEnd(this, reason)
  }
}

function heapOf({ eventBytes }: ResultLimits): typeof HEAP_MB {
  const neededMb = Math.ceil((HEAP_BYTES_PER_EVENT_BYTE * eventBytes) / MIB)
  return { ...HEAP_MB, maxOldGenerationSizeMb: Math.max(HEAP_MB.maxOldGenerationSizeMb, neededMb) }
}
