import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { StoreEvent } from '../../../flow/event-batch.ts'
import type { Verdict } from '../../contract.ts'
import { BULK_FILTER, readBulkAnswer } from './bulk-answer.ts'
import { type DocumentTarget, encodeBulk } from './bulk-body.ts'
import type { Client } from '../http/client.ts'
import type { HttpFailure } from '../http/http-failure.ts'
import type { RequestSize } from './request-size.ts'
import type { Complaint } from '../http/server-complaint.ts'
import { judgeItems, judgeWhole } from './verdict.ts'

const compress = promisify(gzip)

/** The outcome of one request. Only `verdicts` is final; the other two ask for a smaller request. */
export type BulkOutcome =
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[]; readonly isPerEvent: boolean }
  | { readonly kind: 'too_large' }
  /** HTTP 400 for the whole request. */
  | { readonly kind: 'rejected'; readonly complaint: Complaint }

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

export type BulkRequest = (events: readonly StoreEvent[], signal: AbortSignal) => Promise<BulkOutcome>

export function createBulkRequest(options: BulkRequestOptions): BulkRequest {
  const { client, target, size } = options
  const path = bulkPath(client.timeoutMs, options.pipeline)
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(options.isCompressed && { 'content-encoding': 'gzip' }),
  }

  return async (events, signal) => {
    const plain = encodeBulk(events, target)
    const body = options.isCompressed ? await compress(plain, { level: 1 }) : plain
    const result = await client.send({ method: 'POST', path, headers, body }, signal)
    const all = (verdict: Verdict): BulkOutcome => ({
      kind: 'verdicts',
      verdicts: events.map(() => verdict),
      isPerEvent: false,
    })
    if (result.kind !== 'answer') {
      if (result.kind === 'unanswered' && !signal.aborted) size.noteCut(plain.length)
      return all(judgeFailure(result, target.name))
    }
    if (result.status === 413) {
      if (events.length > 1) size.noteTooLarge(plain.length)
      return { kind: 'too_large' }
    }
    size.noteAccepted()
    const answer = readBulkAnswer(result, events.length)
    if (answer.kind === 'garbled') return all({ kind: 'retry', reason: answer.reason, isDoubtful: true })
    if (answer.kind === 'whole') {
      const { complaint } = answer
      return complaint.status === 400 ? { kind: 'rejected', complaint } : all(judgeWhole(complaint, target.name))
    }
    const targetOf = (i: number) => nameOf(events[i], target)
    const verdicts = judgeItems(answer.items, { targetOf, hasPipeline: options.pipeline !== undefined })
    return { kind: 'verdicts', verdicts, isPerEvent: true }
  }
}

function nameOf(event: StoreEvent | undefined, { nameFor, name }: BulkTarget): string {
  return event === undefined ? name : nameFor(event)
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

function judgeFailure({ kind, reason }: HttpFailure, target: string): Verdict {
  return kind === 'untrusted'
    ? holdUntrusted(target, reason)
    : { kind: 'retry', reason, isDoubtful: kind === 'unanswered' }
}

export function holdUntrusted(target: string, reason: string): Verdict {
  const remedy = 'check "ca" or "caFingerprint" in the settings of the store and the names in the server\'s certificate'
  return { kind: 'held', target, reason, remedy }
}
