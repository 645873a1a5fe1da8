import type { LifeSign } from '../flow/life-sign.ts'
import { lockDirectory, type DirectoryLock } from '../sqlite/lock.ts'
import { StateError } from '../sqlite/error.ts'
import type { FileRecord, JournalBatch, LostState, Registry, RegistryStatus, TrackedBatch } from './contract.ts'
import type { RegistryContent } from './load.ts'
import { openState, registryPath, type StateOptions } from './lost-state.ts'
import { Pending, type FileChange } from './pending.ts'
import { toJournalBatch } from './tracked-batch.ts'
import { createWriteLoop, type WriteLoop } from './write-loop.ts'

/** What is not journaled is on disk after so long. */
const writeDelayMs = 1000

export interface RegistryOptions extends StateOptions {
  /** For tests: how long changes may gather. Milliseconds. */
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
  readonly files: readonly FileRecord[]
  readonly unconfirmed: readonly JournalBatch[]
  readonly nextSequence: number
  readonly lostState: LostState
  readonly #path: string
  readonly #delayMs: number
  readonly #lock: DirectoryLock
  readonly #pending = new Pending()
  readonly #loop: WriteLoop
  #nextKey: number
  #fileCount: number
  #timer: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined

  constructor(options: RegistryOptions, content: RegistryContent, lock: DirectoryLock) {
    this.files = content.files
    this.unconfirmed = content.unconfirmed
    this.nextSequence = content.nextSequence
    this.lostState = content.lostState
    this.#path = registryPath(options.stateDir)
    this.#delayMs = options.writeDelayMs ?? writeDelayMs
    this.#lock = lock
    this.#nextKey = content.nextKey
    this.#fileCount = content.files.length
    const { durability, log } = options
    this.#loop = createWriteLoop({ path: this.#path, durability, log, pending: this.#pending })
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

  journal(batch: TrackedBatch): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closedError())
    this.#pending.journal(toJournalBatch(batch))
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
    if (this.#closed !== undefined) return Promise.reject(this.#closedError())
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
    if (this.#closed !== undefined) return // what an orderly stop could not wait for comes again from the journal
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // Only close() makes it reject, and close() says so itself.
      this.#loop.writeNow().catch(() => {})
    }, this.#delayMs)
  }

  #closedError(): StateError {
    return new StateError('state_closed', this.#path, `${this.#path} is closed: nothing more can be written`)
  }
}
