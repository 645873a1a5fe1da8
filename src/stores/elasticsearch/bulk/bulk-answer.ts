import { isRecord } from '../../../flow/is-record.ts'
import { type Complaint, readComplaint, readError } from '../http/server-complaint.ts'
import { parseObject } from '../http/json.ts'
import type { HttpAnswer } from '../http/send-one-request.ts'

/**
 * The answer to a bulk request.
 * - `items`: one entry per event, in order.
 * - `whole`: one answer for all events.
 * - `garbled`: 200, but cut off or not an answer to the request, which may have been carried out.
 */
export type BulkAnswer =
  | { readonly kind: 'items'; readonly items: readonly Complaint[] }
  | { readonly kind: 'whole'; readonly complaint: Complaint }
  | { readonly kind: 'garbled'; readonly reason: string }

/** Selects the members to read from answers that can be long, and the error of a whole request. */
export const BULK_FILTER =
  'error,status,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.type,items.*.error.caused_by.reason'

/** Reads the answer to a bulk of `count` events. */
export function readBulkAnswer(answer: HttpAnswer, count: number): BulkAnswer {
  if (answer.status !== 200) return { kind: 'whole', complaint: readComplaint(answer) }
  const object = parseObject(answer.body)
  if (object === undefined && !/\bjson$/.test(answer.contentType)) {
    // A page of a server that is not Elasticsearch: an operator has to look.
    const reason = `not JSON but ${answer.contentType || 'an unnamed type'}`
    return { kind: 'whole', complaint: { status: 200, type: 'not_elasticsearch', reason } }
  }
  const items = object?.['items']
  if (!Array.isArray(items)) return { kind: 'garbled', reason: 'the answer has no list of items or is cut off' }
  if (items.length !== count) {
    return { kind: 'garbled', reason: `the answer has ${items.length} items for ${count} documents` }
  }
  return { kind: 'items', items: items.map(readItem) }
}

/** `{"create": {"status": …, "error": …}}` */
function readItem(item: unknown): Complaint {
  const result = isRecord(item) ? Object.values(item)[0] : undefined
  if (!isRecord(result))
    return { status: 500, type: 'malformed_item', reason: 'an item of the answer is not an object' }
  const status = typeof result['status'] === 'number' ? result['status'] : 500
  const error = result['error']
  if (error === undefined) return { status, type: '', reason: '' }
  return {
    status,
    ...(isRecord(error) ? readError(error) : { type: '', reason: typeof error === 'string' ? error : '' }),
  }
}
