import { Backoff, wait } from '../flow/backoff.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { MINUTE_MS } from '../flow/time-units.ts'
import { StateError, type DatabaseFault } from '../sqlite/error.ts'
import { CallError } from '../sqlite/thread.ts'
import type { Log } from '../telemetry/log.ts'
import type { RegistryHealth, RegistryStatus } from './contract.ts'
import { type PendingChanges, type RegistryWrite, splitWrite } from './pending-changes.ts'
import type { RegistryThread } from './registry-thread.ts'

export interface WriteLoopOptions {
  readonly path: string
  /** Ends with the loop. */
  readonly thread: RegistryThread
  readonly log: Log
  readonly pending: PendingChanges
}

/** File records in one transaction: a message that the thread's heap holds easily. */
const MAX_ROWS = 5000

const REMEDIES: Readonly<Record<DatabaseFault, string>> = {
  full: 'free space on the disk of the state directory',
  read_only: 'make the state directory writable for the user that runs forwarder',
  busy: 'stop the other program that writes to the registry',
  io: 'check the disk of the state directory and the rights to write there',
  gone: 'restart the agent: it then starts with a new registry, or with the one that is there',
  damaged: 'stop the agent, copy the registry and start the agent again: it then lists the remedies',
  constraint: 'stop the agent, copy the registry and start the agent again: it then lists the remedies',
  other: 'it is retried; restart the agent if the error stays',
}

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

/** Writes pending changes on a thread, one transaction after the other. */
export class WriteLoop {
  readonly #options: WriteLoopOptions
  readonly #thread: RegistryThread
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
    this.#thread = options.thread
  }

  /** Writes all pending changes in the next transaction; resolves when it is durable. Retries until it is closed. */
  writeNow(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (!this.#isRunning) void this.#run() // it never rejects: failures go to the waiters
    })
  }

  /** Writes the pending changes, at most once more, and ends. Rejects with `state_closed` if that fails. */
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

  /** The changes that come during one transaction go into the next. */
  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting
      this.#waiting = []
      await this.#write().then(
        () => waiting.forEach(waiter => waiter.resolve()),
        (error: unknown) => waiting.forEach(waiter => waiter.reject(error)),
      )
    }
    this.#isRunning = false
  }

  async #write(): Promise<void> {
    if (this.#givenUp !== undefined) throw this.#givenUp
    if (this.#options.pending.isEmpty) return
    for (const part of splitWrite(this.#options.pending.take(), MAX_ROWS)) await this.#writePart(part)
  }

  async #writePart(part: RegistryWrite): Promise<void> {
    for (;;) {
      const error = await this.#tryOnce(part)
      if (error === undefined) return this.#noteSuccess()
      this.#noteFailure(error)
      if (this.#closing.signal.aborted) throw this.#giveUp(error)
      // The wait is the back-pressure: a batch that is not journaled is not sent.
      await wait(this.#backoff.nextMs(), this.#closing.signal)
    }
  }

  async #tryOnce(part: RegistryWrite): Promise<CallError | undefined> {
    try {
      this.#counts.rows += await this.#thread.write(part)
      this.#counts.commits++
      this.#counts.journaledBatches += part.journaled.length
      this.#options.pending.noteWritten(part)
      return undefined
    } catch (error) {
      if (error instanceof CallError) return error
      throw error
    }
  }

  #noteSuccess(): void {
    if (this.#health.isHealthy) return
    const { path, log } = this.#options
    log.info({ path, afterMs: Date.now() - this.#health.sinceMs }, 'the registry is writable again')
    this.#health = { isHealthy: true }
    this.#backoff.reset()
  }

  #noteFailure(error: CallError): void {
    this.#counts.failures++
    const now = Date.now()
    const sinceMs = this.#health.isHealthy ? now : this.#health.sinceMs
    if (this.#health.isHealthy || now - this.#remindedAtMs >= MINUTE_MS) {
      this.#remindedAtMs = now
      const fields = { path: this.#options.path, reason: error.message, remedy: REMEDIES[error.fault], sinceMs }
      this.#options.log.error(fields, 'cannot write the registry; nothing new is sent until it is writable')
    }
    this.#health = { isHealthy: false, reason: error.message, remedy: REMEDIES[error.fault], sinceMs }
  }

  #giveUp(cause: CallError): StateError {
    const { path } = this.#options
    const message = `${path} was closed before everything was written to it (${cause.message}); ${REMEDIES[cause.fault]}`
    this.#givenUp = new StateError('state_closed', path, { message, cause })
    return this.#givenUp
  }
}
