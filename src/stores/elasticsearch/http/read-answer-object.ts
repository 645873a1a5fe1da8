import { readComplaint } from './server-complaint.ts'
import type { HttpResult } from './send-one-request.ts'
import { type JsonObject, parseObject } from './json.ts'
import { StoreError } from './store-error.ts'

const MAX_REASON_CHARACTERS = 300

/** The object that answers `request`, as messages name it. Throws a StoreError `forbidden` or `unavailable`. */
export function readObject(result: HttpResult, request: string): JsonObject {
  if (result.kind !== 'answer')
    throw new StoreError('unavailable', `the store does not answer ${request}: ${result.reason}`)
  if (result.status !== 200) {
    const { status, type, reason } = readComplaint(result)
    const code = status === 401 || status === 403 ? 'forbidden' : 'unavailable'
    const text = `${status} ${type} ${reason.slice(0, MAX_REASON_CHARACTERS)}`.trim()
    throw new StoreError(code, `the store refused ${request}: ${text}`)
  }
  const object = parseObject(result.body)
  if (object !== undefined) return object
  throw new StoreError('unavailable', `the store answered ${request} with something other than a JSON object`)
}
