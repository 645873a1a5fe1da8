import type { FileRecord, JournalBatch } from './contract.ts'

export type FileChange = Partial<Omit<FileRecord, 'key'>>

/** One transaction, as the thread gets it. Doing it twice is the same as doing it once. */
export interface RegistryWrite {
  readonly added: readonly FileRecord[]
  readonly changed: readonly (readonly [number, FileChange])[]
  readonly forgotten: readonly number[]
  readonly journaled: readonly JournalBatch[]
  /** Sequence numbers of journal records that go. */
  readonly dropped: readonly number[]
  readonly isLostStateSettled: boolean
}

/** What waits for the next write. */
export class Pending {
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

  journal(batch: JournalBatch): void {
    this.#dropped.delete(batch.sequence) // the new record takes the place of the old one
    this.#journaled.push(batch)
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

  /** Hands it all out and is empty then. */
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

/**
 * Cuts a write with very many file records into parts. Deletions of journal records and new ones are in the last part:
 * by then everything that they rely on is on disk.
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
