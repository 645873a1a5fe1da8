import { dirname } from 'node:path'
import type { StoreEvent } from '../../flow/event-batch.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import { unlessAborted } from '../../flow/abort-signals.ts'
import { HOUR_MS, SECOND_MS } from '../../flow/time-units.ts'
import { openDatabase } from '../../sqlite/database.ts'
import { makePrivateDirectory } from '../../disk/private-directory.ts'
import { CallError, DatabaseThread } from '../../sqlite/thread.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Store, Verdict } from '../contract.ts'
import { packDocuments, type PackedDocuments } from './packed-documents.ts'
import type { Instant } from './retention-clock.ts'
import type { Retention } from './retention.ts'
import { EVENTS_SCHEMA } from './schema.ts'
import { toVerdicts, verdictForFault } from './verdicts.ts'
import type { StoreReply, StoreRequest, StoreWorkerData } from './worker.ts'
import type { WrittenBatch } from './event-writer.ts'

export interface EmbeddedStoreOptions extends Retention {
  /** The database's file; a missing directory is created. */
  readonly path: string
  readonly log: Log
}

export interface EmbeddedStoreStatus {
  /** Durable transactions. */
  readonly commits: number
  readonly stored: number
  readonly existed: number
  readonly refused: number
  /** Rows that retention deleted. */
  readonly trimmed: number
  /** The pages in use. */
  readonly bytes: number
  /** Calls of `write` that wait. */
  readonly waiting: number
}

export interface EmbeddedStore extends Store {
  status(): EmbeddedStoreStatus
}

const HEAP_MB = { young: 8, old: 256 }
/** Others wait for a transaction: calls with more are several. The words of as many bytes take a second at worst. */
const TRANSACTION_BYTES = 1024 * 1024
const NEVER = new AbortController().signal
const TRIM_INTERVAL_MS = 1000
const TRIM_ROWS = 5000
const MIN_LOGGED_LEAD_MS = HOUR_MS

/**
 * Opens or creates a store in one SQLite file. An id is stored once; the verdict on a second event with it is `existed`.
 * Throws a StateError if the file is damaged, newer than this program, or not usable.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  makePrivateDirectory(dirname(options.path))
  // On the caller's thread, so that a fault of the file is an error of the start.
  openDatabase({ path: options.path, durability: 'disk', schema: EVENTS_SCHEMA }).close()
  return new SqliteStore(options)
}

const NOT_TRIED: Verdict = { kind: 'retry', reason: 'the store is closed or the event was given up', isDoubtful: false }
const MAYBE_STORED: Verdict = { kind: 'retry', reason: 'given up before the store answered', isDoubtful: true }

interface Waiter {
  readonly packed: PackedDocuments
  resolve(written: WrittenBatch): void
  reject(error: unknown): void
}

class SqliteStore implements EmbeddedStore {
  readonly name = 'embedded'
  readonly batchLimits = { events: 5000, bytes: 8 * 1024 * 1024 }
  readonly #options: EmbeddedStoreOptions
  readonly #thread: DatabaseThread<StoreRequest, StoreReply>
  readonly #counts = { commits: 0, stored: 0, existed: 0, refused: 0, trimmed: 0, bytes: 0 }
  readonly #timer: NodeJS.Timeout
  #isClockBelieved = true
  readonly #waiting: Waiter[] = []
  readonly #waitingLarge: Waiter[] = []
  #writing: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(options: EmbeddedStoreOptions) {
    this.#options = options
    const { log: _log, ...rest } = options
    const workerData: StoreWorkerData = rest
    this.#thread = new DatabaseThread({ entry: new URL('worker.ts', import.meta.url), workerData, heapMb: HEAP_MB })
    this.#timer = setInterval(() => void this.#trim(), TRIM_INTERVAL_MS)
    this.#timer.unref()
  }

  async write(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<readonly Verdict[]> {
    if (events.length === 0) return []
    if (giveUp.aborted || this.#closed !== undefined) return events.map(() => NOT_TRIED)
    try {
      const verdicts: Verdict[] = []
      for (const part of cutIntoTransactions(events)) verdicts.push(...(await this.#writePart(part, giveUp)))
      return verdicts
    } catch (error) {
      if (error === giveUp.reason) return events.map(() => MAYBE_STORED)
      if (!(error instanceof CallError)) throw error
      const verdict = verdictForFault(this.#options.path, error)
      return events.map(() => verdict)
    }
  }

  status(): EmbeddedStoreStatus {
    return { ...this.#counts, waiting: this.#waiting.length + this.#waitingLarge.length }
  }

  lifeSign(): LifeSign {
    return this.#thread.lifeSign("the store's thread")
  }

  /** Once `giveUp` fires, it does not wait for what the thread is doing. */
  close(giveUp: AbortSignal = NEVER): Promise<void> {
    this.#closed ??= this.#close(giveUp)
    return this.#closed
  }

  async #close(giveUp: AbortSignal): Promise<void> {
    clearInterval(this.#timer)
    await unlessAborted(this.#writing ?? Promise.resolve(), giveUp).catch(() => {}) // the thread is ended below
    await this.#thread.close(giveUp)
  }

  async #writePart(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<readonly Verdict[]> {
    const verdicts = toVerdicts(await unlessAborted(this.#enqueue(packDocuments(events)), giveUp))
    for (const { kind } of verdicts) this.#counts[kind]++
    return verdicts
  }

  #enqueue(packed: PackedDocuments): Promise<WrittenBatch> {
    return new Promise((resolve, reject) => {
      const queue = packed.bytes.length > TRANSACTION_BYTES ? this.#waitingLarge : this.#waiting
      queue.push({ packed, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** The events that come during one transaction go into the next, but each large one has its own, in turn with the others. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length + this.#waitingLarge.length > 0) {
      const taken = this.#takeWaiting()
      if (taken.length > 0) await this.#writeTogether(taken)
      const large = this.#waitingLarge.shift()
      if (large !== undefined) await this.#writeTogether([large])
    }
    this.#writing = undefined
  }

  #takeWaiting(): readonly Waiter[] {
    let bytes = 0
    const end = this.#waiting.findIndex(({ packed }) => (bytes += packed.bytes.length) > TRANSACTION_BYTES)
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1))
  }

  async #writeTogether(taken: readonly Waiter[]): Promise<void> {
    const batches = taken.map(waiter => waiter.packed)
    const moved = batches.flatMap(batch => [batch.bytes.buffer, batch.ends.buffer, batch.times.buffer])
    try {
      const reply = await this.#thread.call({ kind: 'write', batches, time: readClocks() }, moved)
      this.#counts.commits++
      this.#noteReply(reply)
      for (const [i, waiter] of taken.entries()) waiter.resolve(reply.written[i] as WrittenBatch)
    } catch (error) {
      for (const waiter of taken) waiter.reject(error)
    }
  }

  async #trim(): Promise<void> {
    const { maxAgeMs, maxBytes, log, path } = this.#options
    if (maxAgeMs === undefined && maxBytes === undefined) return
    try {
      const reply = await this.#thread.call({ kind: 'trim', time: readClocks(), maxRows: TRIM_ROWS })
      this.#noteReply(reply)
    } catch (error) {
      // Writing meets the same fault and holds its events; this is only a log line.
      log.debug({ path, reason: String(error) }, 'cannot delete old events')
    }
  }

  #noteReply({ trimmed, bytes, clockLeadMs }: StoreReply): void {
    this.#counts.trimmed += trimmed
    this.#counts.bytes = bytes
    this.#noteClock(clockLeadMs)
  }

  #noteClock(leadMs: number): void {
    const isBelieved = Math.abs(leadMs) < MIN_LOGGED_LEAD_MS
    if (isBelieved === this.#isClockBelieved) return
    this.#isClockBelieved = isBelieved
    const { log, path } = this.#options
    if (isBelieved) return log.info({ path }, 'retention by age follows the clock of the system')
    const fields = { path, aheadSeconds: Math.round(leadMs / SECOND_MS) }
    log.warn(fields, 'the clock of the system jumped or stood still; retention by age believes it after three hours')
  }
}

function cutIntoTransactions(events: readonly StoreEvent[]): readonly (readonly StoreEvent[])[] {
  const parts: StoreEvent[][] = []
  let left = 0
  for (const event of events) {
    const bytes = event.end - event.start
    if (bytes > left) {
      parts.push([])
      left = TRANSACTION_BYTES
    }
    parts.at(-1)?.push(event)
    left -= bytes
  }
  return parts
}

function readClocks(): Instant {
  return { wallMs: Date.now(), monotonicMs: performance.now() }
}
