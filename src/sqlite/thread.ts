// A worker thread that owns a database, seen from the thread that asks: commits never block it.
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { unlessAborted } from '../flow/abort-signals.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { DatabaseFault } from './error.ts'
import type { MigrationProgress, OnProgress } from './schema-versions.ts'
import { startWorker } from '../workers/start-worker.ts'
import { lookAtThread } from './thread-activity.ts'
import { reasonOf } from '../flow/error-reason.ts'

/** What the thread answers (`serveDatabase`). Its first message names its thread of the system, if it is known. */
export type ThreadReply<Reply> =
  | { readonly thread: string | undefined }
  | { readonly progress: MigrationProgress }
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly fault: DatabaseFault; readonly message: string }

export interface ThreadOptions {
  /** The file that calls `serveDatabase`. */
  readonly entry: URL
  readonly workerData: unknown
  /** Heap limits of the thread, in MiB. A thread that exceeds them dies, and the next call starts another. */
  readonly heapMb: { readonly young: number; readonly old: number }
  /** Called while the thread converts a file of an earlier version. */
  readonly onProgress?: OnProgress
}

/** A failed call: the database's fault, or the thread's death (`other`). The request may have been carried out. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code = 'database_call_failed'
  readonly fault: DatabaseFault

  constructor(fault: DatabaseFault, message: string) {
    super(message)
    this.fault = fault
  }
}

interface Waiter<Reply> {
  resolve(reply: Reply): void
  reject(error: CallError): void
}

/** Calls are answered in the order in which they were made. */
export class DatabaseThread<Request, Reply> {
  readonly #options: ThreadOptions
  readonly #waiters = new Map<number, Waiter<Reply>>()
  #worker: Worker | undefined
  /** The thread of the system, as `/proc` names it. */
  #systemThread: string | undefined
  #answers = 0
  #isClosed = false
  #lastId = 0

  constructor(options: ThreadOptions) {
    this.#options = options
  }

  /** Rejects with a CallError. `transfer`: buffers of the request that are moved instead of copied, and are then gone. */
  call(request: Request, transfer: ArrayBuffer[] = []): Promise<Reply> {
    if (this.#isClosed) return Promise.reject(new CallError('other', "the database's thread was closed"))
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      worker.postMessage({ id, request, moved: transfer }, transfer)
    })
  }

  /** The thread hangs when it makes no progress on a call; waiting for a slow disk, however long, is not hanging. */
  lifeSign(part: string): LifeSign {
    const isAsked = this.#waiters.size > 0 && this.#systemThread !== undefined
    const activity = isAsked ? lookAtThread(this.#systemThread ?? '') : undefined
    return { part, steps: this.#answers + (activity?.calls ?? 0), isDue: activity?.isInSystem === false }
  }

  /**
   * Lets the thread close its database and resolves when it has ended. Once `giveUp` fires, it is ended in the middle of its
   * work, which is as good as a kill: what was answered is durable.
   */
  async close(giveUp?: AbortSignal): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (worker === undefined) return
    const ended = once(worker, 'exit')
    worker.postMessage({ id: 0 }, [])
    try {
      await (giveUp === undefined ? ended : unlessAborted(ended, giveUp))
    } catch {
      // It ends at the next step of its own code; a statement of SQLite is not broken off.
      void worker.terminate()
    }
  }

  #start(): Worker {
    const { entry, workerData, heapMb } = this.#options
    const worker = startWorker(entry, {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: heapMb.young, maxOldGenerationSizeMb: heapMb.old },
    })
    worker.on('message', (answer: ThreadReply<Reply>) => this.#settle(answer))
    worker.on('error', error => this.#end(worker, reasonOf(error)))
    worker.on('exit', code => this.#end(worker, `it ended with code ${code}`))
    return worker
  }

  #settle(answer: ThreadReply<Reply>): void {
    if ('thread' in answer) {
      this.#systemThread = answer.thread
      return
    }
    if ('progress' in answer) return this.#options.onProgress?.(answer.progress)
    this.#answers++
    const waiter = this.#waiters.get(answer.id)
    this.#waiters.delete(answer.id)
    if ('reply' in answer) waiter?.resolve(answer.reply)
    else waiter?.reject(new CallError(answer.fault, answer.message))
  }

  #end(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#systemThread = undefined
    for (const waiter of this.#waiters.values()) {
      waiter.reject(new CallError('other', `the database's thread ended before it answered: ${reason}`))
    }
    this.#waiters.clear()
  }
}
