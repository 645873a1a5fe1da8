import { stat } from 'node:fs/promises'
import { waitForAbort } from '../../flow/abort-signals.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import { openDatabase, outdatedSizeBytes } from '../../sqlite/database.ts'
import { CallError, DatabaseThread } from '../../sqlite/thread.ts'
import type { Log } from '../../telemetry/log.ts'
import { type Clock, REMIND_AFTER_MS, systemClock } from '../clock.ts'
import type { DeadLetter, DeadLetters } from '../contract.ts'
import { placeOf } from '../sender.ts'
import { LetterConversion } from './letter-conversion.ts'
import { DeadLetterLog } from './dead-letter-log.ts'
import {
  countLetters,
  hasMarked,
  type LetterCount,
  type MarkedLetter,
  type PackedLetter,
  type ReplayCount,
  type ReplayedLetter,
} from './letter-writer.ts'
import { LETTERS_SCHEMA } from './letters-schema.ts'
import type { LettersReply, LettersRequest, LettersWorkerData } from './worker.ts'

const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024
const MAX_REASON_CHARACTERS = 2000
/** How soon a change of the file by another program is noticed. */
const LOOK_INTERVAL_MS = 1000
/** After a conversion that failed, for example on a full disk. */
const CONVERT_AGAIN_MS = 30_000
/** A file of an earlier version that is larger is converted by the thread, while the collector runs. */
const MAX_AT_ONCE_BYTES = 4 * 1024 * 1024
/** Letters of one transaction. */
const MAX_TOGETHER_BYTES = 4 * 1024 * 1024
/** What a letter takes in both threads, beside its payload. */
const LETTER_OVERHEAD_BYTES = 512
const HEAP_MB = { young: 8, old: 64 }

export interface DeadLettersOptions {
  readonly path: string
  /** The name of the store that the letters were meant for. */
  readonly storeName?: string
  /** The maximum bytes of letters that are kept. */
  readonly maxBytes?: number
  readonly log: Log
  readonly clock?: Clock
}

interface Found extends LetterCount {
  readonly hasMarked: boolean
  /** The size of a file that is to be converted. */
  readonly outdatedBytes?: number
}

interface Waiter {
  readonly letters: readonly DeadLetter[]
  resolve(kept: number): void
  reject(error: unknown): void
}

/**
 * Opens the file of the dead letters. Letters are written by a thread, those of all calls that wait in one transaction.
 * Another program may read, change or remove them at any time. Throws a StateError where the file cannot be used.
 */
export function openDeadLetters(options: DeadLettersOptions): DeadLettersFile {
  // On the caller's thread, so that a fault of the file is an error of the start.
  const outdatedBytes = outdatedSizeBytes(options.path, LETTERS_SCHEMA)
  if (outdatedBytes > MAX_AT_ONCE_BYTES)
    return new DeadLettersFile(options, { letters: 0, bytes: 0, hasMarked: false, outdatedBytes })
  const database = openDatabase({ path: options.path, durability: 'disk', schema: LETTERS_SCHEMA })
  const found = { ...countLetters(database), hasMarked: hasMarked(database) }
  database.close()
  return new DeadLettersFile(options, found)
}

export class DeadLettersFile implements DeadLetters {
  readonly #options: DeadLettersOptions
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #letterLog: DeadLetterLog
  readonly #thread: DatabaseThread<LettersRequest, LettersReply>
  readonly #timer: NodeJS.Timeout
  #count: LetterCount
  #hasMarked: boolean
  #replaced = 0
  #onMarked = () => {}
  #waiting: Waiter[] = []
  #writing: Promise<void> | undefined
  #reportedMs = Number.NEGATIVE_INFINITY
  /** How the file looked before the last call of the thread. */
  #seen: Promise<string>
  #looking: Promise<void> | undefined
  #isClosed = false
  #conversion: LetterConversion | undefined
  #convertAfterMs = 0

  constructor(options: DeadLettersOptions, found: Found) {
    const { path, log, maxBytes = DEFAULT_MAX_BYTES, clock = systemClock } = options
    this.#options = options
    this.#maxBytes = maxBytes
    this.#clock = clock
    this.#letterLog = new DeadLetterLog(path, log, clock)
    const workerData: LettersWorkerData = { path }
    if (found.outdatedBytes !== undefined)
      this.#conversion = new LetterConversion({ path, log, clock }, found.outdatedBytes)
    this.#thread = new DatabaseThread({
      entry: new URL('worker.ts', import.meta.url),
      workerData,
      heapMb: HEAP_MB,
      onProgress: progress => this.#conversion?.noteProgress(progress),
    })
    this.#count = { letters: found.letters, bytes: found.bytes }
    this.#hasMarked = found.hasMarked
    this.#seen = lookAt(path)
    this.#timer = setInterval(() => this.#startLook(), LOOK_INTERVAL_MS)
    this.#timer.unref()
    if (this.#conversion !== undefined) this.#startLook()
  }

  async add(letters: readonly DeadLetter[]): Promise<number> {
    if (letters.length === 0) return 0
    try {
      const kept = await this.#enqueue(letters)
      this.#letterLog.note(letters.slice(0, kept))
      if (kept < letters.length) this.#refuse({}, 'the dead letters are full, for all or for a sender')
      return kept
    } catch (error) {
      if (!(error instanceof CallError) || error.fault === 'other') throw error
      this.#refuse(
        { error: reasonOf(error) },
        'cannot write dead letters: check the free space and the permissions of that disk',
      )
      return 0
    }
  }

  status(): ReturnType<DeadLetters['status']> {
    return { ...this.#count, maxBytes: this.#maxBytes, conversion: this.#conversion?.describe() }
  }

  lifeSign(): LifeSign {
    return this.#thread.lifeSign('the thread of the dead letters')
  }

  /** Calls `run` at once if letters are marked for a replay, and whenever some have been marked. */
  listenForMarked(run: () => void): void {
    this.#onMarked = run
    if (this.#hasMarked) run()
  }

  /** Some marked letters of one sender and target; none of these pairs. */
  async takeMarked(busyPairs: readonly (readonly [string, string])[]): Promise<readonly MarkedLetter[]> {
    return (await this.#call({ kind: 'take', busyPairs, nowMs: this.#clock.now() })).taken
  }

  async removeReplayed(replayed: readonly ReplayedLetter[]): Promise<ReplayCount> {
    const letters = replayed.map(({ key, markedMs, takenMs }) => ({ key, markedMs, takenMs }))
    return (await this.#call({ kind: 'remove', letters })).ended
  }

  /** Once `giveUp` fires, a conversion is broken off: it begins again at the next start. */
  async close(giveUp?: AbortSignal): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const busy = Promise.all([this.#looking, this.#writing])
    await (giveUp === undefined ? busy : Promise.race([busy, waitForAbort(giveUp)]))
    await this.#thread.close(giveUp)
  }

  #enqueue(letters: readonly DeadLetter[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ letters, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** The letters that come during one transaction go into the next. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#writeTogether(this.#takeWaiting())
    }
    this.#writing = undefined
  }

  /** As many as come to `MAX_TOGETHER_BYTES`, and at least one call: their payloads are copied. */
  #takeWaiting(): readonly Waiter[] {
    let bytes = 0
    const isTooMuch = ({ letters }: Waiter, i: number) => i > 0 && (bytes += sizeOf(letters)) > MAX_TOGETHER_BYTES
    bytes = sizeOf(this.#waiting[0]?.letters ?? [])
    const end = this.#waiting.findIndex(isTooMuch)
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #writeTogether(taken: readonly Waiter[]): Promise<void> {
    const join = makeJoin(taken.flatMap(({ letters }) => letters))
    const calls = taken.map(({ letters }) => letters.map(letter => this.#pack(letter, join(letter.payload))))
    const moved = calls.flat()[0]?.payload.buffer
    try {
      const request = { kind: 'keep', calls, nowMs: this.#clock.now(), maxBytes: this.#maxBytes } as const
      const { kept } = await this.#call(request, moved === undefined ? [] : [moved])
      for (const [i, waiter] of taken.entries()) waiter.resolve(kept[i] ?? 0)
    } catch (error) {
      for (const waiter of taken) waiter.reject(error)
    }
  }

  async #call(request: LettersRequest, moved: ArrayBuffer[] = []): Promise<LettersReply> {
    const { path, log } = this.#options
    this.#seen = lookAt(path)
    await this.#seen
    const reply = await this.#thread.call(request, moved)
    this.#count = { letters: reply.letters, bytes: reply.bytes }
    this.#conversion?.end(reply.letters)
    this.#conversion = undefined
    if (reply.replaced > this.#replaced)
      log.warn({ path }, 'the file of the dead letters was removed or replaced; going on with the one that is there')
    this.#replaced = reply.replaced
    this.#hasMarked = reply.hasMarked
    return reply
  }

  #startLook(): void {
    this.#conversion?.remind()
    if (this.#looking !== undefined || this.#isClosed || this.#writing !== undefined) return
    if (this.#clock.now() < this.#convertAfterMs) return
    this.#looking = this.#look().finally(() => (this.#looking = undefined))
  }

  /** Another program may have changed or removed letters, or marked some for a replay. Never rejects. */
  async #look(): Promise<void> {
    const { path, log } = this.#options
    try {
      if (this.#conversion !== undefined || (await lookAt(path)) !== (await this.#seen))
        await this.#call({ kind: 'look' })
      if (this.#hasMarked && !this.#isClosed) this.#onMarked()
    } catch (error) {
      if (this.#conversion === undefined || this.#isClosed)
        return log.debug({ path, reason: reasonOf(error) }, 'cannot look at the dead letters') // writing meets the same fault
      this.#convertAfterMs = this.#clock.now() + CONVERT_AGAIN_MS
      this.#refuse({ error: reasonOf(error) }, 'cannot convert the dead letters of an earlier version')
    }
  }

  #pack({ reason, peer, agent, ...letter }: DeadLetter, payload: PackedLetter['payload']): PackedLetter {
    return {
      ...letter,
      store: this.#options.storeName ?? '',
      reason: reason.slice(0, MAX_REASON_CHARACTERS).toWellFormed(),
      payload,
      peer,
      ...placeOf({ peer, agent }),
    }
  }

  #refuse(fields: { readonly error?: string }, message: string): void {
    if (this.#clock.now() - this.#reportedMs < REMIND_AFTER_MS) return
    this.#reportedMs = this.#clock.now()
    const { path, log } = this.#options
    log.error({ path, ...this.#count, maxBytes: this.#maxBytes, ...fields }, message)
  }
}

/** Changes whenever the file or its write-ahead log is written, replaced or removed. */
async function lookAt(path: string): Promise<string> {
  const looks = [path, `${path}-wal`].map(async name => {
    const stats = await stat(name).catch(() => undefined)
    return stats === undefined ? '' : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}`
  })
  return (await Promise.all(looks)).join(' ')
}

function sizeOf(letters: readonly DeadLetter[]): number {
  return letters.reduce((sum, { payload }) => sum + payload.length + LETTER_OVERHEAD_BYTES, 0)
}

/** Copies payloads one after the other into one buffer: as many small buffers they would take several times their bytes. */
function makeJoin(letters: readonly DeadLetter[]): (payload: Uint8Array) => Uint8Array<ArrayBuffer> {
  const joined = Buffer.allocUnsafeSlow(letters.reduce((sum, { payload }) => sum + payload.length, 0))
  let end = 0
  return payload => {
    const start = end
    joined.set(payload, start)
    end += payload.length
    return new Uint8Array(joined.buffer, start, payload.length)
  }
}
