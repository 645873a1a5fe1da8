// The other side of `thread.ts`: runs inside the worker thread.
import { parentPort } from 'node:worker_threads'
import { freeBytes } from '../flow/free-bytes.ts'
import { classifyFault, StateError, type DatabaseFault } from './error.ts'
import { findOwnThread } from './thread-activity.ts'
import type { MigrationProgress } from './schema-versions.ts'
import type { ThreadReply } from './thread.ts'
import { reasonOf } from '../flow/error-reason.ts'

interface Call {
  readonly id: number
  /** Absent in the last message, which closes. */
  readonly request?: unknown
  readonly moved?: readonly ArrayBuffer[]
}

/** Answers calls one at a time until the message that closes; an error of `answer` is returned as a fault. */
export function serveDatabase(answer: (request: never) => unknown, close: () => void): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs as a worker thread only')
  port.postMessage({ thread: findOwnThread() } satisfies ThreadReply<unknown>)
  port.on('message', ({ id, request, moved = [] }: Call) => {
    if (request === undefined) {
      port.close()
      close()
      return
    }
    port.postMessage(tryAnswer(answer, id, request))
    // The garbage collector would let them pile up: the thread makes little garbage of its own.
    for (const buffer of moved) freeBytes(new Uint8Array(buffer))
  })
}

/** Tells the thread that asks how far a call is. */
export function reportProgress(progress: MigrationProgress): void {
  const port = parentPort
  if (port === null) throw new Error('this file runs as a worker thread only')
  port.postMessage({ progress } satisfies ThreadReply<unknown>)
}

function tryAnswer(answer: (request: never) => unknown, id: number, request: unknown): ThreadReply<unknown> {
  try {
    return { id, reply: answer(request as never) } // the types meet in the room that makes both sides
  } catch (error) {
    return { id, fault: findFault(error), message: reasonOf(error) }
  }
}

function findFault(error: unknown): DatabaseFault {
  if (!(error instanceof StateError)) return classifyFault(error)
  if (error.code === 'state_unusable') return classifyFault(error.cause)
  if (error.code === 'state_missing' || error.code === 'state_replaced') return 'gone'
  return 'damaged'
}
