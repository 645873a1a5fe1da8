import type { LifeSign } from '../../../src/flow/life-sign.ts'
import type {
  FileRecord,
  FinishedGeneration,
  JournalBatch,
  LostState,
  Registry,
  RegistryStatus,
  TrackedBatch,
} from '../../../src/registry/contract.ts'

/** What outlives a run of the agent: hand it to the next one. */
export class MemoryState {
  readonly files = new Map<number, FileRecord>()
  readonly journal = new Map<number, JournalBatch>()
  readonly finished = new Map<number, FinishedGeneration>()
  nextKey = 1
  lostState: LostState = 'none'
  #durable: MemoryState | undefined

  copy(): MemoryState {
    const copy = new MemoryState()
    for (const [key, record] of this.files) copy.files.set(key, record)
    for (const [sequence, record] of this.journal) copy.journal.set(sequence, record)
    for (const [key, finished] of this.finished) copy.finished.set(key, finished)
    copy.nextKey = this.nextKey
    copy.lostState = this.lostState
    return copy
  }

  /** What a kill would leave: all that was pending when a batch was journaled last. */
  afterKill(): MemoryState {
    return this.#durable?.copy() ?? new MemoryState()
  }

  makeDurable(): void {
    this.#durable = this.copy()
  }
}

/** The registry's contract, kept in memory. */
export class MemoryRegistry implements Registry {
  files: readonly FileRecord[]
  readonly unconfirmed: readonly JournalBatch[]
  readonly nextSequence: number
  readonly lostState: LostState
  readonly #state: MemoryState

  constructor(state: MemoryState = new MemoryState()) {
    this.#state = state
    this.files = [...state.files.values()]
    this.unconfirmed = [...state.journal.values()].sort((a, b) => a.sequence - b.sequence)
    this.nextSequence = (this.unconfirmed.at(-1)?.sequence ?? 0) + 1
    this.lostState = state.lostState
  }

  releaseFiles(): void {
    this.files = []
  }

  add(file: Omit<FileRecord, 'key'>): number {
    const key = this.#state.nextKey++
    this.#state.files.set(key, { ...file, key })
    return key
  }

  update(key: number, change: Partial<Omit<FileRecord, 'key'>>): void {
    const record = this.#state.files.get(key)
    if (record !== undefined) this.#state.files.set(key, { ...record, ...change })
  }

  forget(key: number): void {
    this.#state.files.delete(key)
  }

  finish(key: number, finished: FinishedGeneration): void {
    this.#state.files.delete(key)
    this.#state.finished.set(key, finished)
  }

  async findFinished(headHash: string): Promise<readonly FinishedGeneration[]> {
    const found = [...this.#state.finished.values()].filter(({ identity }) => identity.head.hash === headHash)
    return found.sort((one, other) => other.endedAtMs - one.endedAtMs)
  }

  async journal(batch: TrackedBatch): Promise<void> {
    const { sequence, timeMs } = batch
    const runs = batch.ranges.map(({ marks: _marks, ...run }) => run)
    this.#state.journal.set(sequence, { sequence, timeMs, runs })
    this.#state.makeDurable()
  }

  commit(batch: TrackedBatch): void {
    for (const range of batch.ranges) this.update(range.key, { offset: range.end, marks: range.marks })
    this.#state.journal.delete(batch.sequence)
  }

  dropUnconfirmed(sequence: number): void {
    this.#state.journal.delete(sequence)
  }

  settleLostState(): void {
    this.#state.lostState = 'none'
  }

  status(): RegistryStatus {
    const counts = { commits: 0, rows: 0, journaledBatches: 0, failures: 0, waiting: 0 }
    return { ...counts, files: this.#state.files.size, health: { isHealthy: true } }
  }

  lifeSigns(): readonly LifeSign[] {
    return []
  }

  async flush(): Promise<void> {
    this.#state.makeDurable()
  }

  async close(): Promise<void> {
    this.#state.makeDurable()
  }
}
