import { isRecord } from '../../../flow/is-record.ts'
import { type ServerComplaint, readComplaint, readError } from '../http/server-complaint.ts'
import { type JsonObject, parseObject } from '../http/json.ts'
import type { HttpAnswer, HttpResult } from '../http/send-one-request.ts'

/**
 * The answer for one event. Without an answer of the server the status is 0, and the type `unsent`, `untrusted`, `unanswered`
 * (it may have been carried out) or `garbled` (200, but cut off or not an answer to the request).
 */
export interface EventAnswer extends ServerComplaint {
  /** The number of events that were sent together and share the answer; absent if the event has one of its own. */
  readonly sharedBy?: number
}

/** Selects the members to read from answers that can be long, and the error of a whole request. */
export const BULK_FILTER =
  'error,status,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.type,items.*.error.caused_by.reason'

/** How an answer to `BULK_FILTER` begins, also from a server that filters less, and how it ends. */
const ITEMS_START = /^\{(?:"errors":(?:true|false),)?"items":\[/
const MAX_START_BYTES = 32
const ITEMS_END = ']}'
const COMMA = 0x2c

/** Reads the answer to a bulk of `count` events: one for each, in order. */
export function readBulkAnswer(result: HttpResult, count: number): readonly EventAnswer[] {
  const read =
    result.kind === 'answer' ? readAnswer(result, count) : { status: 0, type: result.kind, reason: result.reason }
  if (Array.isArray(read)) return read
  return repeat({ ...read, sharedBy: count }, count)
}

function repeat(answer: EventAnswer, count: number): EventAnswer[] {
  return Array.from({ length: count }, () => answer)
}

function readAnswer(answer: HttpAnswer, count: number): ServerComplaint | EventAnswer[] {
  if (answer.status !== 200) return readComplaint(answer)
  const same = findSameItem(answer.body, count)
  if (same !== undefined) return repeat(readItem(same), count)
  const object = parseObject(answer.body)
  if (object === undefined && !/\bjson$/.test(answer.contentType)) {
    // A page of a server that is not Elasticsearch: an operator has to look.
    return { status: 200, type: 'not_elasticsearch', reason: `not JSON but ${answer.contentType || 'an unnamed type'}` }
  }
  const items = object?.['items']
  if (!Array.isArray(items)) return garbled('the answer has no list of items or is cut off')
  return items.length === count
    ? items.map(readItem)
    : garbled(`the answer has ${items.length} items for ${count} documents`)
}

/** The one item that the answer has `count` times, as when all events were stored; undefined if it is not known to be so. */
function findSameItem(body: Buffer, count: number): JsonObject | undefined {
  const start = ITEMS_START.exec(body.toString('latin1', 0, MAX_START_BYTES))?.[0].length ?? body.length
  const end = body.length - ITEMS_END.length
  const step = (end - start + 1) / count // an item and a comma
  if (!Number.isInteger(step) || step < 2 || body.toString('latin1', end) !== ITEMS_END) return undefined
  const item = parseObject(body.subarray(start, start + step - 1))
  // The list is the same after one step, so each item is the same as the one before.
  const isSame =
    count === 1 || (body[start + step - 1] === COMMA && body.compare(body, start + step, end, start, end - step) === 0)
  return isSame ? item : undefined
}

function garbled(reason: string): ServerComplaint {
  return { status: 0, type: 'garbled', reason }
}

/** `{"create": {"status": …, "error": …}}` */
function readItem(item: unknown): EventAnswer {
  const result = isRecord(item) ? Object.values(item)[0] : undefined
  if (!isRecord(result) || typeof result['status'] !== 'number')
    return { status: 500, type: 'malformed_item', reason: 'an item of the answer is not an object' }
  const { status, error } = result
  if (error === undefined) return { status, type: '', reason: '' }
  return {
    status,
    ...(isRecord(error) ? readError(error) : { type: '', reason: typeof error === 'string' ? error : '' }),
  }
}
