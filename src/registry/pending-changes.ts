import type { FileRecord, JournalBatch, JournalRun, TrackedBatch } from './contract.ts'

export type FileChange = Partial<Omit<FileRecord, 'key'>>

/** One transaction, as the thread gets it. Writing it twice has the same effect as writing it once. */
export interface RegistryWrite {
  readonly added: readonly FileRecord[]
  readonly changed: readonly (readonly [number, FileChange])[]
  readonly forgotten: readonly number[]
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
    const count = this.#added.size + this.#changed.size + this.#forgotten.size
    return count + this.#journaled.length + this.#dropped.size === 0 && !this.#isLostStateSettled
  }

  /** Returns all changes and forgets them. */
  take(): RegistryWrite {
    const write: RegistryWrite = {
      added: [...this.#added.values()],
      changed: [...this.#changed],
      forgotten: [...this.#forgotten],
      journaled: this.#journaled,
      dropped: [...this.#dropped],
      isLostStateSettled: this.#isLostStateSettled,
    }
    this.#added = new Map()
    this.#changed = new Map()
    this.#forgotten = new Set()
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
  const { lineCount, maxLineBytes, startsInsideLine, endsUnterminated } = range
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
    startsInsideLine,
    endsUnterminated,
  }
}

/**
 * Cuts a write with very many file records into parts. New and deleted journal records are in the last part, when the file
 * records that they rely on are on disk.
 */
export function splitWrite(write: RegistryWrite, maxRows: number): RegistryWrite[] {
  const { added, changed, forgotten } = write
  if (added.length + changed.length + forgotten.length <= maxRows) return [write]
  const rest = { journaled: [], dropped: [], isLostStateSettled: false }
  const parts: RegistryWrite[] = []
  for (const part of cut(added, maxRows)) parts.push({ ...rest, added: part, changed: [], forgotten: [] })
  for (const part of cut(changed, maxRows)) parts.push({ ...rest, added: [], changed: part, forgotten: [] })
  for (const part of cut(forgotten, maxRows)) parts.push({ ...rest, added: [], changed: [], forgotten: part })
  return [...parts, { ...write, added: [], changed: [], forgotten: [] }]
}

function cut<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = []
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size))
  return parts
}
