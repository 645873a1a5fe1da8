import { isRecord } from '../../../flow/is-record.ts'
import type { HttpAnswer } from './send-one-request.ts'
import { parseObject, readString } from './json.ts'

/** A server's answer that is not a success: one item of a bulk answer, or the answer to a whole request. */
export interface ServerComplaint {
  readonly status: number
  /** `error.type`; '' if there is none. */
  readonly type: string
  readonly reason: string
}

const MAX_TEXT_BYTES = 200

/** Reads an answer that is not a success. `error` is an object or a string (406), or the body is the text of a proxy. */
export function readComplaint(answer: HttpAnswer): ServerComplaint {
  const { status } = answer
  const error = parseObject(answer.body)?.['error']
  if (isRecord(error)) return { status, ...readError(error) }
  if (typeof error === 'string') return { status, type: 'text', reason: error }
  const text =
    answer.contentType === 'text/html' ? 'an HTML page' : answer.body.toString('utf8', 0, MAX_TEXT_BYTES).trim()
  return { status, type: 'text', reason: text === '' ? 'an empty answer' : text }
}

/** Includes the cause: often only it has the text that decides. */
export function readError(error: Readonly<Record<string, unknown>>): {
  readonly type: string
  readonly reason: string
} {
  const cause = error['caused_by']
  const because = isRecord(cause) ? `; ${readString(cause, 'type')}: ${readString(cause, 'reason')}` : ''
  return { type: readString(error, 'type'), reason: readString(error, 'reason') + because }
}
