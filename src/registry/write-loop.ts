import { Backoff, wait } from '../flow/backoff.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { Durability } from '../sqlite/database.ts'
import { StateError, type DatabaseFault } from '../sqlite/error.ts'
import { CallError, DatabaseThread } from '../sqlite/thread.ts'
import type { Log } from '../telemetry/log.ts'
import type { RegistryHealth, RegistryStatus } from './contract.ts'
import { splitWrite, type Pending, type RegistryWrite } from './pending.ts'
import type { RegistryWorkerData } from './worker.ts'

export interface WriteLoopOptions {
  readonly path: string
  readonly durability: Durability
  readonly log: Log
  readonly pending: Pending
}

export interface WriteLoop {
  /** Writes all that is pending in the next transaction, resolves when it is durable; tries for ever until closed. */
  writeNow(): Promise<void>
  /** Writes what is pending, once more at most, and ends. Rejects with `state_closed` where that fails. */
  close(): Promise<void>
  status(): Omit<RegistryStatus, 'files'>
  lifeSigns(): readonly LifeSign[]
}

// While a write fails: said again so often.
const remindAfterMs = 60_000
const heapMb = { young: 2, old: 64 }
// So many file records in one transaction: a message that the thread's heap holds easily.
const maxRows = 5000

export function createWriteLoop(options: WriteLoopOptions): WriteLoop {
  return new ThreadedWriteLoop(options)
}

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

class ThreadedWriteLoop implements WriteLoop {
  readonly #options: WriteLoopOptions
  readonly #thread: DatabaseThread<RegistryWrite, number>
  readonly #backoff = new Backoff({ firstMs: 50, maxMs: 5000 })
  readonly #closing = new AbortController()
  readonly #counts = { commits: 0, rows: 0, journaledBatches: 0, failures: 0 }
  #waiting: Waiter[] = []
  #isRunning = false
  #health: RegistryHealth = { isHealthy: true }
  #remindedAtMs = 0
  #givenUp: StateError | undefined

  constructor(options: WriteLoopOptions) {
    this.#options = options
    const { path, durability } = options
    const workerData: RegistryWorkerData = { path, durability }
    this.#thread = new DatabaseThread({ entry: new URL('worker.ts', import.meta.url), workerData, heapMb })
  }

  writeNow(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (!this.#isRunning) void this.#run() // it never rejects: its failures go to the waiters
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    try {
      await this.writeNow()
    } finally {
      await this.#thread.close()
    }
  }

  status(): Omit<RegistryStatus, 'files'> {
    return { ...this.#counts, waiting: this.#waiting.length, health: this.#health }
  }

  lifeSigns(): readonly LifeSign[] {
    const { commits, failures } = this.#counts
    const isDue = this.#waiting.length > 0 && !this.#isRunning
    return [{ part: 'the journal', steps: commits + failures, isDue }, this.#thread.lifeSign("the journal's thread")]
  }

  /** All that came while one transaction was under way goes into the next. */
  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting
      this.#waiting = []
      try {
        await this.#write()
        for (const waiter of waiting) waiter.resolve()
      } catch (error) {
        for (const waiter of waiting) waiter.reject(error)
      }
    }
    this.#isRunning = false
  }

  async #write(): Promise<void> {
    if (this.#givenUp !== undefined) throw this.#givenUp
    if (this.#options.pending.isEmpty) return
    for (const part of splitWrite(this.#options.pending.take(), maxRows)) await this.#writePart(part)
  }

  async #writePart(part: RegistryWrite): Promise<void> {
    for (;;) {
      const error = await this.#tryOnce(part)
      if (error === undefined) return this.#noteSuccess()
      this.#noteFailure(error)
      if (this.#closing.signal.aborted) throw this.#giveUp(error)
      // The wait is the back-pressure: whoever journals is not answered, and so does not send.
      await wait(this.#backoff.next(), this.#closing.signal)
    }
  }

  async #tryOnce(part: RegistryWrite): Promise<CallError | undefined> {
    try {
      this.#counts.rows += await this.#thread.call(part)
      this.#counts.commits++
      this.#counts.journaledBatches += part.journaled.length
      return undefined
    } catch (error) {
      if (error instanceof CallError) return error
      throw error
    }
  }

  #noteSuccess(): void {
    if (this.#health.isHealthy) return
    const { path, log } = this.#options
    log.info({ path, afterMs: Date.now() - this.#health.sinceMs }, 'the registry can be written again')
    this.#health = { isHealthy: true }
    this.#backoff.reset()
  }

  #noteFailure(error: CallError): void {
    this.#counts.failures++
    const now = Date.now()
    const sinceMs = this.#health.isHealthy ? now : this.#health.sinceMs
    if (this.#health.isHealthy || now - this.#remindedAtMs >= remindAfterMs) {
      this.#remindedAtMs = now
      const fields = { path: this.#options.path, reason: error.message, remedy: remedies[error.fault], sinceMs }
      this.#options.log.error(fields, 'the registry cannot be written: nothing new is sent until it can')
    }
    this.#health = { isHealthy: false, reason: error.message, remedy: remedies[error.fault], sinceMs }
  }

  #giveUp(cause: CallError): StateError {
    const { path } = this.#options
    const message = `${path} was closed before everything was written to it (${cause.message}); ${remedies[cause.fault]}`
    this.#givenUp = new StateError('state_closed', path, { message, cause })
    return this.#givenUp
  }
}

const remedies: Readonly<Record<DatabaseFault, string>> = {
  full: 'make room on the disk of the state directory',
  read_only: 'make the state directory writable for the user that runs forwarder',
  busy: 'end the other program that writes to the registry',
  io: 'check the disk of the state directory and the rights to write there',
  damaged: 'stop the agent, keep a copy of the registry, and start again: it then says what can be done',
  constraint: 'stop the agent, keep a copy of the registry, and start again: it then says what can be done',
  other: 'it is tried again; if it stays so, restart the agent',
}
