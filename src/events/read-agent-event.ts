import { isUtf8 } from 'node:buffer'
import { type AgentEnvelope, findEnvelope, hasEnvelope, mayHaveName } from './agent-envelope.ts'
import { OPEN_BRACE, COMMA } from './json-bytes.ts'
import type { StoreEvent } from '../flow/event-batch.ts'
import { isRecord } from '../flow/is-record.ts'
import { NAME_OF_TEXT } from './ecs-shape.ts'
import { readTime } from './event-time.ts'

/** How our agent begins an event; the rest of it is the document without its opening brace. */
const ID_START = '{"@metadata":{"_id":"'
const ID = /\{"@metadata":\{"_id":"[\w-]+(?=")/y
const AFTER_ID = /"(?:,"doubtful":(\d{1,15}))?\},(?="@timestamp":")/y

/** A document of this size is not nested too deep: it has at most half as many levels as bytes. */
const MAX_BYTES = 1000

/** What is known of an event without its id, message and offset. */
interface Surroundings {
  /** From the end of the id to the comma after `@metadata`. */
  readonly commaAt: number
  readonly timeMs: number
  readonly doubtfulSinceMs: number | undefined
  readonly envelope: AgentEnvelope | undefined
}

/** Reads events of our own agent. Most have the envelope of the one before, so only their messages are parsed. */
export class AgentEventReader {
  #last: Surroundings | undefined

  /**
   * Cuts an event into id and document by position: the comma after `@metadata` becomes the document's opening brace.
   * Undefined, with the payload unchanged, when it is not exactly as our agent writes it.
   */
  read(payload: Buffer, nowMs: number): StoreEvent | undefined {
    if (payload.length > MAX_BYTES || !isUtf8(payload)) return undefined
    const text = payload.toString('latin1')
    ID.lastIndex = 0
    if (!ID.test(text)) return undefined
    const idEnd = ID.lastIndex
    const envelope = this.#last?.envelope
    if (envelope === undefined || !hasEnvelope(text, idEnd, envelope)) this.#last = look(text, idEnd)
    if (this.#last === undefined) return undefined
    const { commaAt, timeMs, doubtfulSinceMs } = this.#last
    const start = idEnd + commaAt
    payload[start] = OPEN_BRACE
    const id = payload.toString('latin1', ID_START.length, idEnd) // a part of `text` would keep all of it in memory
    const event = { id, timeMs, bytes: payload, start, end: payload.length, receivedAtMs: nowMs }
    return doubtfulSinceMs === undefined ? event : { ...event, doubtfulSinceMs }
  }
}

function look(text: string, idEnd: number): Surroundings | undefined {
  AFTER_ID.lastIndex = idEnd
  const after = AFTER_ID.exec(text)
  if (after === null || text.includes('\n') || text.includes('\r')) return undefined
  const [{ length }, doubtful] = after as unknown as [string, string | undefined]
  if (mayHaveName(text.slice(idEnd + length + 1))) return undefined
  const timeMs = timeOf(text)
  if (timeMs === undefined) return undefined
  const doubtfulSinceMs = doubtful === undefined ? undefined : Number(doubtful)
  return { commaAt: length - 1, timeMs, doubtfulSinceMs, envelope: findEnvelope(text) }
}

/** Puts back what reading has changed in the payload of an event. */
export function restorePayload(payload: Buffer, { bytes, start }: StoreEvent): void {
  if (bytes === payload && start > 0 && payload[0] === OPEN_BRACE) payload[start] = COMMA
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
