import { Backoff } from '../../flow/backoff.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import type { Log } from '../../telemetry/log.ts'
import { FairTurns } from '../../workers/fair-turns.ts'
import { StepCosts } from '../../workers/step-costs.ts'
import { type PassedEvents, type Passing, blame, packRequest, spare, takeAnswer, timeoutOf } from './batch-passage.ts'
import { TICKS_PER_LIMIT } from './event-clock.ts'
import { PipelineThread } from './pipeline-thread.ts'
import type { PipelineAnswer, ResultLimits, StepCounts, StepName } from './thread-contract.ts'

/** Requests that a thread has at a time: the second one is there when the first is done. */
const REQUESTS_PER_THREAD = 2
/** A thread that is silent for so long, at no event, hangs; counted in ticks. */
const HANG_MS = 10_000
/** On a busy machine it takes a while until a thread has started and read its files. */
const START_MS = 120_000
/** Between two threads that end before they have started. */
const RESTART = { firstMs: 200, maxMs: 30_000 }

export interface PipelineThreadsOptions {
  /** The file that runs in the threads. */
  readonly entry: URL
  /** The pipeline as plain data. */
  readonly written: unknown
  readonly limits: ResultLimits
  readonly timeoutMs: number
  readonly threads: number
  readonly log: Log
  readonly onCounts: (steps: readonly StepName[], counts: StepCounts, answer: PipelineAnswer) => void
  /** An event has used up its time. */
  readonly onTimeout: (step: StepName | undefined, pattern: string | undefined) => void
}

interface Job {
  readonly id: number
  readonly passing: Passing
  readonly resolve: (passed: PassedEvents) => void
  readonly reject: (error: unknown) => void
  startedAt: number
}

interface Work {
  readonly jobs: Job[]
  readonly costs: StepCosts
  silentTicks: number
}

/**
 * Threads that pass events through one pipeline. A thread whose event takes too long is ended, and so is one that is
 * silent; the events that it had pass in another one, except those that end threads.
 */
export class PipelineThreads {
  readonly #options: PipelineThreadsOptions
  readonly #turns = new FairTurns<Job>()
  readonly #threads = new Map<PipelineThread, Work>()
  readonly #ending = new Set<Promise<void>>()
  readonly #restart = new Backoff(RESTART)
  #mayStartAt = 0
  #lastFault: string | undefined
  #threadCount: number
  #timer: NodeJS.Timeout | undefined
  #steps = 0
  #lastId = 0
  #isClosed = false

  constructor(options: PipelineThreadsOptions) {
    this.#options = options
    this.#threadCount = options.threads
  }

  /** Starts the first thread. Rejects where the pipeline cannot run. */
  async start(): Promise<readonly StepName[]> {
    return await this.#startThread().started
  }

  resize(threads: number): void {
    this.#threadCount = threads
    this.#endSurplus()
  }

  /** Why no thread can be started; undefined while there is one. */
  get fault(): string | undefined {
    return this.#lastFault
  }

  get waiting(): number {
    return this.#turns.size
  }

  /** The next events of the batch, at least one. Rejects when `giveUp` fires. */
  async pass(passing: Passing, giveUp: AbortSignal): Promise<PassedEvents> {
    giveUp.throwIfAborted()
    if (this.#isClosed) throw new Error('the collector stops')
    const { promise, resolve, reject } = Promise.withResolvers<PassedEvents>()
    const job: Job = { id: (this.#lastId = (this.#lastId % 0x7fff_ffff) + 1), passing, resolve, reject, startedAt: 0 }
    const abandon = () => {
      this.#turns.remove(one => one === job)
      reject(giveUp.reason)
    }
    giveUp.addEventListener('abort', abandon, { once: true })
    this.#turns.add(job, passing.turn)
    this.#dispatch()
    return await promise.finally(() => giveUp.removeEventListener('abort', abandon))
  }

  lifeSign(): LifeSign {
    const isDue = [...this.#threads.values()].some(({ jobs }) => jobs.length > 0)
    return { part: 'the pipeline', steps: this.#steps, isDue }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const stopped = new Error('the collector stops')
    for (const { reject } of this.#turns.remove(() => true)) reject(stopped)
    for (const [thread, { jobs }] of this.#threads) {
      for (const { reject } of jobs.splice(0)) reject(stopped)
      this.#terminate(thread, 'the collector stops')
    }
    await Promise.all(this.#ending)
  }

  #dispatch(): void {
    for (let thread = this.#freeThread(); thread !== undefined; thread = this.#freeThread()) {
      const job = this.#turns.take(() => true)
      if (job === undefined) return
      this.#run(job, thread)
    }
    this.#watch()
  }

  /** One that has room, or a new one if there may be more. */
  #freeThread(): PipelineThread | undefined {
    if (this.#turns.size === 0 || this.#isClosed) return undefined
    const [least] = [...this.#threads].toSorted(([, a], [, b]) => a.jobs.length - b.jobs.length)
    const hasRoom = least !== undefined && least[1].jobs.length < REQUESTS_PER_THREAD
    if (least !== undefined && (least[1].jobs.length === 0 || this.#threads.size >= this.#threadCount))
      return hasRoom ? least[0] : undefined
    if (performance.now() < this.#mayStartAt) return hasRoom ? least[0] : undefined
    return this.#startThread()
  }

  #startThread(): PipelineThread {
    const { entry, written, limits, timeoutMs, log } = this.#options
    const thread = new PipelineThread({
      entry,
      written,
      limits,
      timeoutMs,
      onAnswer: (from, answer) => this.#settle(from, answer),
      onFile: (path, fault) => reportFile(log, path, fault),
      onEnd: (ended, reason) => this.#replace(ended, reason),
    })
    this.#threads.set(thread, { jobs: [], costs: new StepCosts(), silentTicks: 0 })
    return thread
  }

  #run(job: Job, thread: PipelineThread): void {
    job.startedAt = performance.now()
    this.#threads.get(thread)?.jobs.push(job)
    thread.post(packRequest(job.id, job.passing))
    this.#watch()
  }

  #settle(thread: PipelineThread, answer: PipelineAnswer): void {
    const work = this.#threads.get(thread)
    const job = work?.jobs.find(({ id }) => id === answer.id)
    if (work === undefined || job === undefined) return
    this.#steps++
    this.#lastFault = undefined
    this.#restart.reset()
    work.jobs.splice(work.jobs.indexOf(job), 1)
    work.silentTicks = 0
    this.#turns.noteUse(job.passing.turn, work.costs.costMs(job.startedAt, performance.now()))
    if (work.jobs.length === 0) thread.rest()
    this.#options.onCounts(thread.steps, answer.counts, answer)
    job.resolve(takeAnswer(job.passing, answer))
    this.#dispatch()
    this.#endSurplus()
  }

  /** A thread has ended: the batches that it had pass in others. */
  #replace(thread: PipelineThread, reason: string): void {
    const jobs = this.#threads.get(thread)?.jobs ?? []
    this.#threads.delete(thread)
    this.#steps++
    if (!thread.isReady) this.#noteFault(reason)
    if (this.#isClosed) return
    const { current } = thread
    if (jobs.length > 0 && !thread.isOverTime)
      this.#options.log.warn({ reason }, 'a thread of the pipeline ended; another one continues')
    for (const job of jobs) {
      const event = current?.request === job.id ? job.passing.next + current.event : undefined
      if (thread.isReady && !thread.isOverTime && (event !== undefined || current === undefined))
        blame(job.passing, event, reason)
      this.#turns.add(job, job.passing.turn)
    }
    this.#dispatch()
  }

  #noteFault(reason: string): void {
    if (this.#lastFault !== reason) this.#options.log.error({ reason }, 'a thread of the pipeline cannot start')
    this.#lastFault = reason
    this.#mayStartAt = performance.now() + this.#restart.nextMs()
  }

  /** Looks whether the threads get on, as long as there is something to do. */
  #watch(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs)
  }

  get #tickMs(): number {
    return Math.max(10, this.#options.timeoutMs / TICKS_PER_LIMIT)
  }

  #tick(): void {
    const busy = [...this.#threads].filter(([, { jobs }]) => jobs.length > 0)
    for (const [thread, work] of busy) this.#lookAt(thread, work)
    if (this.#turns.size > 0) return this.#dispatch()
    if (busy.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #lookAt(thread: PipelineThread, work: Work): void {
    if (thread.tick()) return this.#endOverTime(thread, work)
    work.silentTicks = thread.current === undefined ? work.silentTicks + 1 : 0
    const patienceMs = thread.isReady ? HANG_MS : START_MS
    if (work.silentTicks * this.#tickMs > patienceMs)
      this.#terminate(thread, `it did not answer within ${patienceMs} ms`)
  }

  #endOverTime(thread: PipelineThread, { jobs }: Work): void {
    const place = thread.current
    const job = jobs.find(({ id }) => id === place?.request)
    if (place === undefined || job === undefined) return
    const step = thread.stepAt(place)
    const pattern = step?.patterns?.[Math.max(0, place.part)]
    spare(job.passing, job.passing.next + place.event, timeoutOf(step, pattern, this.#options.timeoutMs))
    this.#options.onTimeout(step, pattern)
    thread.noteOverTime()
    this.#terminate(thread, 'an event took too long')
  }

  #endSurplus(): void {
    const idle = [...this.#threads].filter(([, { jobs }]) => jobs.length === 0)
    for (const [thread] of idle.slice(0, Math.max(0, this.#threads.size - this.#threadCount)))
      this.#terminate(thread, 'there are fewer workers now')
  }

  #terminate(thread: PipelineThread, reason: string): void {
    const ended = thread.terminate(reason).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

function reportFile(log: Log, path: string, fault: string | undefined): void {
  if (fault === undefined) log.info({ path }, 'a file of the pipeline has changed and is in use')
  else
    log.error({ path, reason: fault }, 'a file of the pipeline has changed and cannot be used; its earlier content is')
}
