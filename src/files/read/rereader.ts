import { crc32 } from 'node:zlib'
import type { JournalRun } from '../../registry/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import type { FilesLimits } from '../contract.ts'
import type { Harvester } from './harvester.ts'
import type { Loan } from './read-buffers.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { MAX_MARK_BYTES, readByteOrderMark } from './byte-order-mark.ts'

export interface RereaderParts {
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly limits: FilesLimits
  readonly clock: () => number
  readonly log: Log
  /** A path no longer leads to its file. */
  readonly onMoved: () => void
}

export type Rereading =
  | { readonly kind: 'bytes'; readonly file: TrackedFile; readonly bytes: Buffer; readonly loan: Loan | undefined }
  | { readonly kind: 'gone' }
  /** The file could not be looked at; the next look may find it. */
  | { readonly kind: 'later' }
  /** That has been so for too long. */
  | { readonly kind: 'unreadable' }

/** Reads ranges again that an earlier run journaled. It distinguishes a file that is gone from one that cannot be looked at. */
export class Rereader {
  readonly #parts: RereaderParts
  /** By key: since when a file is waited for. */
  readonly #waits = new Map<number, number>()
  /** A rename while a look is under way can hide a file from it, but not from the next one as well. */
  readonly #missed = new Set<number>()

  constructor(parts: RereaderParts) {
    this.#parts = parts
  }

  /** A range that was `later` must be read at most once a look. */
  async read(run: JournalRun): Promise<Rereading> {
    const file = this.#parts.trackedFiles.find(run.key)
    if (file === undefined) return { kind: 'gone' }
    const reading = await this.#readNow(file, run)
    if (reading.kind === 'later') return this.#wait(file, run)
    this.#waits.delete(run.key)
    return reading
  }

  /** What waits for one file waits for the others meanwhile. */
  waitForAll(runs: readonly JournalRun[]): void {
    const nowMs = this.#parts.clock()
    for (const { key } of runs) if (!this.#waits.has(key)) this.#waits.set(key, nowMs)
  }

  /** A range must follow directly on what was acked or made again, and hold the journaled bytes. */
  async #readNow(file: TrackedFile, run: JournalRun): Promise<Rereading> {
    const mayFollowHole = file.position === 0 && file.progress.journaled === run
    if (file.position !== run.start && !mayFollowHole) return { kind: 'gone' }
    if (file.place === undefined) return this.#seek(file)
    this.#missed.delete(file.key)
    const start = await this.#goTo(run.start, file)
    if (start !== 'reached') return this.#toRereading(start)
    const length = run.end - run.start
    const reading = await this.#parts.harvester.read(file, length)
    if (reading.kind !== 'bytes') return this.#toRereading(reading.kind)
    const { bytes, loan } = reading
    if (bytes.length === length && crc32(bytes) === run.checksum) return { kind: 'bytes', file, bytes, loan }
    loan?.letGo()
    return { kind: 'gone' }
  }

  /** The first range of a file begins behind its byte order mark or its hole. */
  async #goTo(start: number, file: TrackedFile): Promise<'reached' | 'truncated' | 'moved' | 'trouble'> {
    if (file.position === start) return 'reached'
    const reading = await this.#parts.harvester.read(file, Math.min(start, MAX_MARK_BYTES))
    if (reading.kind !== 'bytes') return reading.kind
    const { length, encoding } = readByteOrderMark(reading.bytes)
    if (length !== start) return this.#passHole(start, file)
    file.reading.skipMark(reading.bytes, encoding)
    return 'reached'
  }

  async #passHole(start: number, file: TrackedFile): Promise<'reached' | 'truncated' | 'moved' | 'trouble'> {
    const found = await this.#parts.harvester.findText(file, 0, start)
    if (found.kind === 'text' || (found.kind === 'nuls' && found.isEnd)) return 'truncated'
    if (found.kind !== 'nuls') return found.kind
    file.reading.skipHole(start)
    return 'reached'
  }

  #toRereading(kind: 'truncated' | 'moved' | 'trouble'): Rereading {
    if (kind === 'moved') this.#parts.onMoved()
    return { kind: kind === 'truncated' ? 'gone' : 'later' }
  }

  #seek({ key, isUnseen, whereabouts }: TrackedFile): Rereading {
    if (isUnseen) return { kind: 'later' }
    if (whereabouts.kind !== 'missing' || this.#missed.has(key)) return { kind: 'gone' }
    this.#missed.add(key)
    this.#parts.onMoved()
    return { kind: 'later' }
  }

  #wait({ key, path }: TrackedFile, { start }: JournalRun): Rereading {
    const { clock, limits, log } = this.#parts
    const sinceMs = this.#waits.get(key)
    if (sinceMs !== undefined) return { kind: clock() - sinceMs < limits.resendWaitMs ? 'later' : 'unreadable' }
    this.#waits.set(key, clock())
    log.info({ path, start }, 'waiting for a file whose lines are to be sent again')
    return { kind: 'later' }
  }
}
