import { isDeepStrictEqual } from 'node:util'
import type { Sink } from '../flow/contract.ts'
import type { EventBatch, PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { freeBytes } from '../flow/free-bytes.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { MINUTE_MS } from '../flow/time-units.ts'
import type { Log } from '../telemetry/log.ts'
import type { PipelineSettings, PipelineStatus, PlaceOf } from './pipeline-contract.ts'
import { StepTotals, shortenPattern } from './step-totals.ts'
import { type PassedEvents, type Passing, makePassing } from './threads/batch-passage.ts'
import { PipelineThreads } from './threads/pipeline-threads.ts'
import { type PipelineAnswer, type StepName, DROPPED, REFUSED } from './threads/thread-contract.ts'

/** What a batch becomes is passed on when it has this many bytes, and the rest of it follows after that. */
const MAX_HELD_BYTES = 4 * 1024 * 1024
const REMIND_AFTER_MS = 10 * MINUTE_MS

export interface PipelineSinkOptions {
  /** Where events go that have passed. */
  readonly sink: Sink<EventBatch>
  readonly placeOf: PlaceOf
  readonly threads: number
  readonly log: Log
  /** The file that runs in the threads. */
  readonly entry?: URL
}

/** Threads with one pipeline, and the batches that are passing. */
interface Running {
  readonly settings: PipelineSettings
  readonly threads: PipelineThreads
  batches: number
  isReplaced: boolean
}

interface PartParts {
  readonly passing: Passing
  readonly passSome: () => Promise<PassedEvents>
  readonly giveUp: AbortSignal
}

/** Passes the events of each batch through the pipeline, if there is one, and then to the indexer. */
export class PipelineSink implements Sink<EventBatch> {
  readonly #options: PipelineSinkOptions
  readonly #totals = new StepTotals()
  readonly #counts = { events: 0, dropped: 0, failed: 0, refused: 0, timeouts: 0 }
  readonly #closing = new Set<Promise<void>>()
  /** By step: when its timeouts were logged last. */
  readonly #loggedAtMs = new Map<string, number>()
  #threadCount: number
  #running: Running | undefined

  constructor(options: PipelineSinkOptions) {
    this.#options = options
    this.#threadCount = Math.max(1, options.threads)
  }

  /** With 0 there is one too: a pattern that hangs must not hang the main thread. */
  resize(threads: number): void {
    this.#threadCount = Math.max(1, threads)
    this.#running?.threads.resize(this.#threadCount)
  }

  /** Batches that come from now on pass this pipeline. Rejects, and keeps the earlier one, where it cannot run. */
  async change(settings: PipelineSettings | undefined): Promise<void> {
    if (isDeepStrictEqual(settings, this.#running?.settings)) return
    const next = settings === undefined ? undefined : await this.#start(settings)
    const earlier = this.#running
    this.#running = next
    if (earlier === undefined) return
    earlier.isReplaced = true
    this.#closeIfOver(earlier)
  }

  async deliver(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    const running = this.#running
    if (running === undefined || batch.events.length === 0) return await this.#options.sink.deliver(batch, giveUp)
    running.batches++
    try {
      await this.#pass(batch, running, giveUp)
    } finally {
      running.batches--
      this.#closeIfOver(running)
    }
  }

  status(): PipelineStatus {
    const { threads, settings } = this.#running ?? {}
    const fault = threads?.fault
    return {
      isUsed: settings !== undefined,
      ...this.#counts,
      waiting: threads?.waiting ?? 0,
      steps: this.#totals.list(),
      faults: [
        ...(fault === undefined ? [] : [`no thread of the pipeline can start, so events wait: ${fault}`]),
        ...this.#totals.explainFailures(),
      ],
      notes: settings === undefined ? [] : this.#totals.explainTimeouts(settings.timeoutMs),
    }
  }

  lifeSigns(): readonly LifeSign[] {
    return this.#running === undefined ? [] : [this.#running.threads.lifeSign()]
  }

  async close(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await Promise.all([running?.threads.close(), ...this.#closing])
  }

  async #start(settings: PipelineSettings): Promise<Running> {
    const { log, entry = new URL('worker.ts', import.meta.url) } = this.#options
    const { written, timeoutMs, eventBytes } = settings
    const threads = new PipelineThreads({
      entry,
      written,
      timeoutMs,
      limits: { eventBytes },
      threads: this.#threadCount,
      log,
      onCounts: (steps, counts, answer) => {
        this.#totals.note(steps, counts)
        this.#count(answer)
      },
      onTimeout: (step, pattern) => this.#noteTimeout(step, pattern, timeoutMs),
    })
    try {
      this.#totals.keep(await threads.start())
    } catch (error) {
      await threads.close()
      throw error
    }
    return { settings, threads, batches: 0, isReplaced: false }
  }

  /** A pipeline that was replaced ends with its last batch. */
  #closeIfOver(running: Running): void {
    if (!running.isReplaced || running.batches > 0) return
    const closed = running.threads.close().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
  }

  async #pass(batch: EventBatch, { threads }: Running, giveUp: AbortSignal): Promise<void> {
    const passing = makePassing(batch.events, batch.receivedAtMs, this.#options.placeOf(batch))
    const passSome = async () => await threads.pass(passing, giveUp)
    while (passing.next < batch.events.length) await this.#passPart(batch, { passing, passSome, giveUp })
  }

  /** As much of the batch as may be held at a time. */
  async #passPart(batch: EventBatch, { passing, passSome, giveUp }: PartParts): Promise<void> {
    const poison = passing.next === 0 ? batch.poison : []
    const held = new HeldResult(batch)
    try {
      do held.add(await passSome())
      while (passing.next < batch.events.length && held.byteCount < MAX_HELD_BYTES)
      await this.#passOn(held.toBatch(poison), giveUp)
    } finally {
      held.giveBack()
    }
    held.free() // after a rejection the indexer may still be sending them
  }

  async #passOn(batch: EventBatch, giveUp: AbortSignal): Promise<void> {
    if (batch.events.length + batch.poison.length > 0) await this.#options.sink.deliver(batch, giveUp)
  }

  #count({ fates, marked }: PipelineAnswer): void {
    this.#counts.events += fates.length
    this.#counts.failed += marked
    for (const fate of fates) {
      if (fate === DROPPED) this.#counts.dropped++
      else if (fate === REFUSED) this.#counts.refused++
    }
  }

  #noteTimeout(step: StepName | undefined, pattern: string | undefined, timeoutMs: number): void {
    this.#counts.timeouts++
    this.#totals.noteTimeout(step, pattern)
    const path = step?.path ?? ''
    const nowMs = performance.now()
    if (nowMs - (this.#loggedAtMs.get(path) ?? Number.NEGATIVE_INFINITY) < REMIND_AFTER_MS) return
    this.#loggedAtMs.set(path, nowMs)
    const place = { step: step?.path, tag: step?.tag, pattern: pattern && shortenPattern(pattern) }
    const message = 'an event used up its time in the pipeline and keeps the form in which it came'
    this.#options.log.error({ ...place, timeoutMs, timeouts: this.#counts.timeouts }, message)
  }
}

/** What has become of the events of one batch so far; its bytes are in the account of the batch. */
class HeldResult {
  readonly #batch: EventBatch
  readonly #events: StoreEvent[] = []
  readonly #poison: PoisonEvent[] = []
  readonly #buffers: Buffer[] = []
  byteCount = 0

  constructor(batch: EventBatch) {
    this.#batch = batch
  }

  add({ events, poison, bytes }: PassedEvents): void {
    this.#events.push(...events)
    this.#poison.push(...poison)
    this.#buffers.push(bytes)
    this.byteCount += bytes.length
    this.#batch.holdMore?.(bytes.length)
  }

  toBatch(poison: readonly PoisonEvent[]): EventBatch {
    const events = this.#events
    const byteCount = events.reduce((sum, { start, end }) => sum + end - start, 0)
    return { ...this.#batch, events, poison: [...poison, ...this.#poison], byteCount }
  }

  giveBack(): void {
    this.#batch.holdMore?.(-this.byteCount)
  }

  free(): void {
    for (const bytes of this.#buffers) freeBytes(bytes)
  }
}
