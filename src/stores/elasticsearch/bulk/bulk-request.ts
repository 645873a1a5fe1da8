import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { StoreEvent } from '../../../flow/event-batch.ts'
import { BULK_FILTER, type EventAnswer, readBulkAnswer } from './bulk-answer.ts'
import { BodyRooms } from './body-rooms.ts'
import { type DocumentTarget, encodeBulk } from './bulk-body.ts'
import type { Client } from '../http/client.ts'
import type { RequestSize } from './request-size.ts'

const compress = promisify(gzip)

export interface BulkTarget extends DocumentTarget {
  /** The target of verdicts that concern all indices. */
  readonly name: string
}

export interface BulkRequestOptions {
  readonly client: Client
  readonly target: BulkTarget
  readonly size: RequestSize
  readonly isCompressed: boolean
  readonly pipeline: string | undefined
}

/** One answer for each event, in order. */
export type BulkRequest = (events: readonly StoreEvent[], signal: AbortSignal) => Promise<readonly EventAnswer[]>

export function createBulkRequest(options: BulkRequestOptions): BulkRequest {
  const { client, target, size } = options
  const rooms = new BodyRooms()
  const path = bulkPath(client.timeoutMs, options.pipeline)
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(options.isCompressed && { 'content-encoding': 'gzip' }),
  }

  return async (events, signal) => {
    let room: Buffer | undefined
    const plain = encodeBulk(events, target, bytes => (room = rooms.take(bytes)))
    const length = plain.reduce((sum, piece) => sum + piece.length, 0)
    const body = options.isCompressed ? [await compress(Buffer.concat(plain), { level: 1 })] : plain
    const result = await client.send({ method: 'POST', path, headers, body }, signal)
    // Otherwise the body may still be being written.
    if (room !== undefined && result.kind === 'answer' && result.status === 200) rooms.give(room)
    if (result.kind === 'unanswered' && result.isClosed === true) size.noteCut(length)
    if (result.kind === 'answer' && result.status !== 413) size.noteAccepted(length)
    if (result.kind === 'answer' && result.status === 413 && events.length > 1) size.noteTooLarge(length)
    return readBulkAnswer(result, events.length)
  }
}

/**
 * The time limit for the server is a third of the client's, so that its answer still comes: without a master, OpenSearch waits
 * twice this long, and without a limit servers wait for a minute.
 */
function bulkPath(timeoutMs: number, pipeline: string | undefined): string {
  const query = new URLSearchParams({
    timeout: `${Math.max(1, Math.floor(timeoutMs / 3))}ms`,
    filter_path: BULK_FILTER,
  })
  if (pipeline !== undefined) query.set('pipeline', pipeline)
  return `/_bulk?${query.toString()}`
}
