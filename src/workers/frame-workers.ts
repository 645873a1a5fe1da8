import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { Log } from '../telemetry/log.ts'
import { FairTurns } from './fair-turns.ts'
import type { FrameAnswer, FramePart } from './frame-contract.ts'
import { type OpenedFrame, type Reading, type Step, answerStep, blame, isEnd } from './frame-reading.ts'
import { copyFrame } from './frame-session.ts'
import { openSession } from './open-session.ts'
import type { Session } from './session.ts'
import { StepCosts } from './step-costs.ts'
import { readRunsHere } from './tiny-frame.ts'
import { FrameThread } from './frame-thread.ts'

/** Steps that a thread has at a time: the second one is there when the first is done. */
const STEPS_PER_THREAD = 2
const DEFAULT_HANG_MS = 10_000
/** A hanging thread is found by this many ticks of a timer, so that a machine that slept is not one. */
const TICKS_PER_HANG = 10
/** On a busy machine it takes a while until a thread has started. */
const TICKS_PER_START = 6 * TICKS_PER_HANG
/** Threads that ended outside of any event while they had a frame. */
const MAX_ENDED_THREADS = 3

export interface FrameWorkersOptions {
  /** How many threads; they start when there is something to read. */
  readonly workers: number
  readonly log: Log
  /** How long a thread may be silent over one part of a frame. Default: 10 s. */
  readonly hangMs?: number
  /** The file that runs in the threads. */
  readonly entry?: URL
}

interface Work {
  readonly steps: Step[]
  readonly costs: StepCosts
  silentTicks: number
}

/** One frame. Its bytes stay on the main thread until it is read, so that an ended thread loses nothing. */
export interface FrameParts {
  /** The next events, of at most `maxBytes`; undefined where the next event takes more. Rejects with a ProtocolError. */
  next(maxBytes: number): Promise<FramePart | undefined>
  /** No more is asked for. */
  close(): void
}

/**
 * Threads that inflate frames and read their events. One that hangs or ends is replaced, and its frames are read on
 * from where they were: it costs the event that ended it twice, which becomes a dead letter, and no other one.
 */
export class FrameWorkers {
  readonly #options: FrameWorkersOptions
  readonly #hangMs: number
  readonly #turns = new FairTurns<Step>()
  /** The threads, and what each one is doing. */
  readonly #threads = new Map<FrameThread, Work>()
  readonly #ending = new Set<Promise<void>>()
  readonly #readings = new Set<Reading>()
  #steps = 0
  #workers: number
  #timer: NodeJS.Timeout | undefined
  #lastId = 0
  #isClosed = false

  constructor(options: FrameWorkersOptions) {
    this.#options = options
    this.#workers = options.workers
    this.#hangMs = options.hangMs ?? DEFAULT_HANG_MS
  }

  /** Threads that are too many end when they have nothing to do. */
  resize(workers: number): void {
    this.#workers = workers
    this.#endSurplus()
  }

  /** Tiny frames of runs are read here: a thread would cost more. Other tiny frames do not come here. */
  open(frame: OpenedFrame): FrameParts {
    const session = this.#workers === 0 ? openSession(frame) : readRunsHere(frame)
    if (session !== undefined) return toParts(session)
    const reading: Reading = {
      id: (this.#lastId = (this.#lastId % 0x7fff_ffff) + 1),
      frame,
      from: 0,
      total: undefined,
      refused: new Map(),
      suspect: undefined,
      endedThreads: 0,
      thread: undefined,
    }
    this.#readings.add(reading)
    return { next: maxBytes => this.#next(reading, maxBytes), close: () => this.#abandon(reading) }
  }

  /** A thread that hangs is replaced, which is a step too. */
  lifeSign(): LifeSign {
    const isDue = [...this.#threads.values()].some(({ steps }) => steps.length > 0)
    return { part: 'reading events', steps: this.#steps, isDue }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const { reject } of this.#turns.remove(() => true)) reject(new Error('the collector stops'))
    for (const [thread, { steps }] of this.#threads) {
      for (const { reject } of steps.splice(0)) reject(new Error('the collector stops'))
      this.#terminate(thread, 'the collector stops')
    }
    await Promise.all(this.#ending)
  }

  async #next(reading: Reading, maxBytes: number): Promise<FramePart | undefined> {
    if (this.#isClosed) throw new Error('the collector stops')
    return await new Promise((resolve, reject) => {
      this.#turns.add({ reading, maxBytes, resolve, reject, startedAt: 0 }, reading.frame.place)
      this.#dispatch()
    })
  }

  #abandon(reading: Reading): void {
    this.#readings.delete(reading)
    reading.thread?.post({ id: reading.id, kind: 'close' })
    reading.thread = undefined
    for (const { resolve } of this.#turns.remove(step => step.reading === reading)) resolve(undefined)
  }

  #dispatch(): void {
    for (;;) {
      const step = this.#turns.take(one => this.#mayRun(one))
      if (step === undefined) return
      this.#run(step, step.reading.thread ?? this.#freeThread())
    }
  }

  #mayRun({ reading }: Step): boolean {
    if (reading.thread !== undefined) return this.#loadOf(reading.thread) < STEPS_PER_THREAD
    return this.#threads.size < this.#maxThreads || this.#leastLoad() < STEPS_PER_THREAD
  }

  /** A frame that was opened is read to its end, even if there are to be no workers any more. */
  get #maxThreads(): number {
    return Math.max(1, this.#workers)
  }

  #run(step: Step, thread: FrameThread): void {
    const { reading, maxBytes } = step
    const { id, frame, from, total, refused } = reading
    const isNew = reading.thread === undefined
    step.startedAt = performance.now()
    reading.thread = thread
    this.#threads.get(thread)?.steps.push(step)
    this.#watch()
    if (!isNew) return thread.post({ id, kind: 'next', maxBytes })
    const { frame: copy, buffer } = copyFrame(frame.frame)
    const { limits, maxEvents, nowMs, isHashed, rules } = frame
    const open = {
      frame: copy,
      limits,
      maxEvents,
      nowMs,
      rules,
      isHashed: isHashed && from === 0,
      from,
      total,
      refused,
      isCareful: reading.suspect !== undefined || reading.endedThreads > 0,
    }
    thread.post({ id, kind: 'next', maxBytes, open }, [buffer])
  }

  #freeThread(): FrameThread {
    const least = [...this.#threads.keys()].toSorted((a, b) => this.#loadOf(a) - this.#loadOf(b))[0]
    if (least !== undefined && (this.#loadOf(least) === 0 || this.#threads.size >= this.#maxThreads)) return least
    const thread = new FrameThread({
      entry: this.#options.entry ?? new URL('worker.ts', import.meta.url),
      onAnswer: (from, id, answer) => this.#settle(from, id, answer),
      onEnd: (ended, reason) => this.#replace(ended, reason),
    })
    this.#threads.set(thread, { steps: [], costs: new StepCosts(), silentTicks: 0 })
    return thread
  }

  #loadOf(thread: FrameThread): number {
    return this.#threads.get(thread)?.steps.length ?? 0
  }

  #leastLoad(): number {
    return Math.min(...[...this.#threads.keys()].map(thread => this.#loadOf(thread)))
  }

  #settle(thread: FrameThread, id: number, answer: FrameAnswer): void {
    const work = this.#threads.get(thread)
    const step = work?.steps.find(({ reading }) => reading.id === id)
    if (work === undefined || step === undefined) return
    this.#steps++
    work.steps.splice(work.steps.indexOf(step), 1)
    work.silentTicks = 0
    this.#turns.noteUse(step.reading.frame.place, work.costs.costMs(step.startedAt, performance.now()))
    if (work.steps.length === 0) thread.rest()
    answerStep(step, answer)
    if (isEnd(answer)) this.#readings.delete(step.reading)
    this.#dispatch()
    this.#endSurplus()
  }

  /** A thread has ended: what it had is read on by others. */
  #replace(thread: FrameThread, reason: string): void {
    const steps = this.#threads.get(thread)?.steps ?? []
    const { current } = thread
    this.#threads.delete(thread)
    this.#steps++
    if (steps.length > 0) this.#options.log.warn({ reason }, 'a thread that reads events ended; another one reads on')
    for (const reading of this.#readings) if (reading.thread === thread) reading.thread = undefined
    for (const step of steps) this.#readOn(step, current, reason)
    this.#dispatch()
  }

  #readOn(step: Step, current: FrameThread['current'], reason: string): void {
    const { reading } = step
    if (!this.#readings.has(reading)) return step.resolve(undefined) // it was closed
    if (current?.id === reading.id) blame(reading, current.index, reason)
    else if (current === undefined) reading.endedThreads++
    if (reading.endedThreads < MAX_ENDED_THREADS) this.#turns.add(step, reading.frame.place)
    else step.reject(new ProtocolError('unreadable', `a frame ended ${MAX_ENDED_THREADS} threads: ${reason}`))
  }

  /** Looks whether the threads answer, as long as they have something to do. */
  #watch(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#hangMs / TICKS_PER_HANG)
  }

  #tick(): void {
    const busy = [...this.#threads].filter(([, { steps }]) => steps.length > 0)
    for (const [thread, work] of busy)
      if (++work.silentTicks > (thread.isReady ? TICKS_PER_HANG : TICKS_PER_START))
        this.#terminate(thread, `it did not answer within ${this.#hangMs} ms`)
    if (busy.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #endSurplus(): void {
    const idle = [...this.#threads].filter(([, { steps }]) => steps.length === 0)
    for (const [thread] of idle.slice(0, Math.max(0, this.#threads.size - this.#workers)))
      this.#terminate(thread, 'there are fewer workers now')
  }

  #terminate(thread: FrameThread, reason: string): void {
    const ended = thread.terminate(reason).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

function toParts(session: Session): FrameParts {
  return {
    next: async maxBytes => {
      const part = await session.next(maxBytes)
      return part === 'tooSmall' ? undefined : part
    },
    close: () => void session.close(),
  }
}
