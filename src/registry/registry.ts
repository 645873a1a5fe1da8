import type { LifeSign } from '../flow/life-sign.ts'
import { lockDirectory, type DirectoryLock } from '../sqlite/state-directory-lock.ts'
import { StateError } from '../sqlite/error.ts'
import type {
  FileRecord,
  FinishedGeneration,
  JournalBatch,
  LostState,
  Registry,
  RegistryStatus,
  TrackedBatch,
} from './contract.ts'
import { findFinished } from './find-finished.ts'
import type { Log } from '../telemetry/log.ts'
import type { RegistryContent } from './load-registry.ts'
import { openState, registryPath, type StateOptions } from './lost-state.ts'
import { PendingChanges, type FileChange } from './pending-changes.ts'
import { RegistryThread } from './registry-thread.ts'
import { WriteLoop } from './write-loop.ts'

/** Changes that are not journaled gather for this long before they are written. */
const WRITE_DELAY_MS = 1000

export interface RegistryOptions extends StateOptions {
  /** For tests. */
  readonly writeDelayMs?: number
}

/**
 * Opens the agent's durable state and makes this process its owner.
 *
 * Throws a StateError: `state_locked` when another process owns the directory, `state_lost`, `state_newer`,
 * `state_unusable`.
 */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const lock = lockDirectory(options.stateDir, { role: 'agent' })
  try {
    const content = openState(options)
    return new SqliteRegistry(options, content, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

class SqliteRegistry implements Registry {
  readonly unconfirmed: readonly JournalBatch[]
  readonly nextSequence: number
  readonly lostState: LostState
  readonly #path: string
  readonly #delayMs: number
  readonly #lock: DirectoryLock
  readonly #pending = new PendingChanges()
  readonly #thread: RegistryThread
  readonly #loop: WriteLoop
  readonly #log: Log
  #files: readonly FileRecord[]
  #nextKey: number
  #fileCount: number
  #timer: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined

  constructor(options: RegistryOptions, content: RegistryContent, lock: DirectoryLock) {
    this.#files = content.files
    this.unconfirmed = content.unconfirmed
    this.nextSequence = content.nextSequence
    this.lostState = content.lostState
    this.#path = registryPath(options.stateDir)
    this.#delayMs = options.writeDelayMs ?? WRITE_DELAY_MS
    this.#lock = lock
    this.#nextKey = content.nextKey
    this.#fileCount = content.files.length
    this.#log = options.log
    this.#thread = new RegistryThread(this.#path, options.durability)
    this.#loop = new WriteLoop({ path: this.#path, thread: this.#thread, log: this.#log, pending: this.#pending })
  }

  get files(): readonly FileRecord[] {
    return this.#files
  }

  releaseFiles(): void {
    this.#files = []
  }

  add(file: Omit<FileRecord, 'key'>): number {
    const key = this.#nextKey++
    this.#pending.add({ ...file, key })
    this.#fileCount++
    this.#writeSoon()
    return key
  }

  update(key: number, change: FileChange): void {
    this.#pending.change(key, change)
    this.#writeSoon()
  }

  forget(key: number): void {
    this.#pending.forget(key)
    this.#fileCount--
    this.#writeSoon()
  }

  finish(key: number, finished: FinishedGeneration): void {
    this.#pending.finish(key, finished)
    this.#fileCount--
    this.#writeSoon()
  }

  async findFinished(headHash: string): Promise<readonly FinishedGeneration[]> {
    if (this.#closed !== undefined) throw this.#makeClosedError()
    return findFinished({ path: this.#path, pending: this.#pending, thread: this.#thread, log: this.#log }, headHash)
  }

  journal(batch: TrackedBatch): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#makeClosedError())
    this.#pending.journal(batch)
    return this.#loop.writeNow()
  }

  commit(batch: TrackedBatch): void {
    for (const range of batch.ranges) this.#pending.change(range.key, { offset: range.end, marks: range.marks })
    this.#pending.drop(batch.sequence)
    this.#writeSoon()
  }

  dropUnconfirmed(sequence: number): void {
    this.#pending.drop(sequence)
    this.#writeSoon()
  }

  settleLostState(): void {
    if (this.lostState === 'none') return
    this.#pending.settleLostState()
    this.#writeSoon()
  }

  flush(): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#makeClosedError())
    return this.#loop.writeNow()
  }

  status(): RegistryStatus {
    return { ...this.#loop.status(), files: this.#fileCount }
  }

  lifeSigns(): readonly LifeSign[] {
    return this.#loop.lifeSigns()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      await this.#loop.close()
    } finally {
      this.#lock.release()
    }
  }

  #writeSoon(): void {
    if (this.#closed !== undefined) return // changes that an orderly stop did not wait for come again from the journal
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // It rejects only because of close(), which rejects itself.
      this.#loop.writeNow().catch(() => {})
    }, this.#delayMs)
  }

  #makeClosedError(): StateError {
    return new StateError('state_closed', this.#path, `${this.#path} is closed; nothing more can be written`)
  }
}
