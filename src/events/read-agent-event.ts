import { isUtf8 } from 'node:buffer'
import { OPEN_BRACE, COMMA } from './json-bytes.ts'
import type { StoreEvent } from '../flow/event-batch.ts'
import { isRecord } from '../flow/is-record.ts'
import { NAME_OF_TEXT } from './ecs-shape.ts'
import { readTime } from './event-time.ts'

/** How our agent begins an event; the rest of it is the document without its opening brace. */
const AGENT_START = /\{"@metadata":\{"_id":"([\w-]+)"(?:,"doubtful":(\d{1,15}))?\},(?="@timestamp":")/y

/** A document of this size is not nested too deep: it has at most half as many levels as bytes. */
const MAX_BYTES = 1000

/**
 * Cuts an event of our own agent into id and document by position: the comma after `@metadata` becomes the document's
 * opening brace. Undefined, with the payload unchanged, when it is not exactly as our agent writes it.
 */
export function readAgentEvent(payload: Buffer, nowMs: number): StoreEvent | undefined {
  if (payload.length > MAX_BYTES || !isUtf8(payload)) return undefined
  const text = payload.toString('latin1')
  AGENT_START.lastIndex = 0
  const match = AGENT_START.exec(text)
  if (match === null || text.includes('\n') || text.includes('\r')) return undefined
  const [whole, id, doubtful] = match as unknown as [string, string, string | undefined]
  if (mayRepeat(text, whole.length + 1)) return undefined
  const timeMs = timeOf(text)
  if (timeMs === undefined) return undefined
  const start = whole.length - 1
  payload[start] = OPEN_BRACE
  const event = { id, timeMs, bytes: payload, start, end: payload.length, receivedAtMs: nowMs }
  return doubtful === undefined ? event : { ...event, doubtfulSinceMs: Number(doubtful) }
}

/** Puts back what reading has changed in the payload of an event. */
export function restorePayload(payload: Buffer, { bytes, start }: StoreEvent): void {
  if (bytes === payload && start > 0 && payload[0] === OPEN_BRACE) payload[start] = COMMA
}

/** There is another string that begins with `@`: if it is a key, it may be a second `@metadata`. */
function mayRepeat(text: string, timestampKey: number): boolean {
  return text.includes('"@', timestampKey) || text.includes('"\\u0040', timestampKey)
}

/** Undefined when the text is not JSON, has no time, or has text where an object belongs. Native parsing is faster than any check of ours. */
function timeOf(text: string): number | undefined {
  try {
    const event = JSON.parse(text) as Readonly<Record<string, unknown>>
    return isShaped(event) ? readTime(event['@timestamp']) : undefined
  } catch {
    return undefined // the scanner reports the fault and its position
  }
}

/** Another program can begin its events as our agent does. */
function isShaped(event: Readonly<Record<string, unknown>>): boolean {
  for (const name of NAME_OF_TEXT.keys()) if (event[name] !== undefined && !isRecord(event[name])) return false
  return true
}
