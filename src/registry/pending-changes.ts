import type { FileRecord, FinishedGeneration, JournalBatch, JournalRun, TrackedBatch } from './contract.ts'
import { UnwrittenFinished } from './unwritten-finished.ts'

export type FileChange = Partial<Omit<FileRecord, 'key'>>

/** One transaction, as the thread gets it. Writing it twice has the same effect as writing it once. */
export interface RegistryWrite {
  readonly added: readonly FileRecord[]
  readonly changed: readonly (readonly [number, FileChange])[]
  readonly forgotten: readonly number[]
  readonly finished: readonly (readonly [number, FinishedGeneration])[]
  readonly journaled: readonly JournalBatch[]
  /** Sequence numbers of journal records to delete. */
  readonly dropped: readonly number[]
  readonly isLostStateSettled: boolean
}

/** The changes that wait for the next write. */
export class PendingChanges {
  #added = new Map<number, FileRecord>()
  #changed = new Map<number, FileChange>()
  #forgotten = new Set<number>()
  #finished = new Map<number, FinishedGeneration>()
  readonly #unwritten = new UnwrittenFinished()
  #journaled: JournalBatch[] = []
  #dropped = new Set<number>()
  #isLostStateSettled = false

  add(record: FileRecord): void {
    this.#added.set(record.key, record)
  }

  change(key: number, change: FileChange): void {
    if (this.#forgotten.has(key)) return
    const added = this.#added.get(key)
    if (added === undefined) this.#changed.set(key, { ...this.#changed.get(key), ...change })
    else this.#added.set(key, { ...added, ...change })
  }

  forget(key: number): void {
    this.#changed.delete(key)
    if (!this.#added.delete(key)) this.#forgotten.add(key)
  }

  finish(key: number, finished: FinishedGeneration): void {
    this.forget(key)
    this.#finished.set(key, finished)
    this.#unwritten.add(key, finished)
  }

  /** Those that wait for a write, or are being written. */
  findFinished(headHash: string): ReadonlyMap<number, FinishedGeneration> {
    return this.#unwritten.find(headHash)
  }

  noteWritten({ finished }: RegistryWrite): void {
    for (const [key, generation] of finished) this.#unwritten.remove(key, generation)
  }

  journal(batch: TrackedBatch): void {
    this.#dropped.delete(batch.sequence) // the new record takes the place of the old one
    this.#journaled.push(toJournalBatch(batch))
  }

  drop(sequence: number): void {
    this.#dropped.add(sequence)
  }

  settleLostState(): void {
    this.#isLostStateSettled = true
  }

  get isEmpty(): boolean {
    const count = this.#added.size + this.#changed.size + this.#forgotten.size + this.#finished.size
    return count + this.#journaled.length + this.#dropped.size === 0 && !this.#isLostStateSettled
  }

  /** Returns all changes and forgets them. */
  take(): RegistryWrite {
    const write: RegistryWrite = {
      added: [...this.#added.values()],
      changed: [...this.#changed],
      forgotten: [...this.#forgotten],
      finished: [...this.#finished],
      journaled: this.#journaled,
      dropped: [...this.#dropped],
      isLostStateSettled: this.#isLostStateSettled,
    }
    this.#added = new Map()
    this.#changed = new Map()
    this.#forgotten = new Set()
    this.#finished = new Map()
    this.#journaled = []
    this.#dropped = new Set()
    this.#isLostStateSettled = false
    return write
  }
}

export function toJournalBatch(batch: TrackedBatch): JournalBatch {
  return { sequence: batch.sequence, timeMs: batch.timeMs, runs: batch.ranges.map(toJournalRun) }
}

function toJournalRun(range: JournalRun): JournalRun {
  const { key, fileId, path, fields, start, end, checksum } = range
  const { lineCount, maxLineBytes, startsInsideLine, endsUnterminated, records, format } = range
  return {
    key,
    fileId,
    path,
    fields,
    start,
    end,
    checksum,
    lineCount,
    maxLineBytes,
    ...(format !== undefined && { format }),
    startsInsideLine,
    endsUnterminated,
    ...(records && { records }),
  }
}

const NOTHING: RegistryWrite = {
  added: [],
  changed: [],
  forgotten: [],
  finished: [],
  journaled: [],
  dropped: [],
  isLostStateSettled: false,
}

/**
 * Cuts a write with very many file records into parts. New and deleted journal records come when the file records that they
 * rely on are on disk, and records of files are deleted when no journal record relies on them any more.
 */
export function splitWrite(write: RegistryWrite, maxRows: number): RegistryWrite[] {
  const { added, changed, forgotten, finished } = write
  if (added.length + changed.length + forgotten.length + finished.length <= maxRows) return [write]
  const ends = new Map(finished)
  const silent = forgotten.filter(key => !ends.has(key))
  return [
    ...cut(added, maxRows).map(part => ({ ...NOTHING, added: part })),
    ...cut(changed, maxRows).map(part => ({ ...NOTHING, changed: part })),
    { ...write, added: [], changed: [], forgotten: [], finished: [] },
    ...cut(silent, maxRows).map(part => ({ ...NOTHING, forgotten: part })),
    // One row goes and one comes, in one transaction.
    ...cut(finished, maxRows).map(part => ({ ...NOTHING, forgotten: part.map(([key]) => key), finished: part })),
  ]
}

function cut<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}
