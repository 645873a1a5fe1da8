import { isUtf8 } from 'node:buffer'
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { readTime } from './event-time.ts'
import type { JsonScanner, Member, Range } from './json-scanner.ts'

const COMMA = 0x2c
const SPACE = 0x20
/** No time is longer, even if all of it is escaped; a value of megabytes is not parsed to find that out. */
const MAX_TIME_BYTES = 256
/** Beats write a few hundred bytes; parsing a value of megabytes would hold up all connections for seconds. */
const MAX_METADATA_BYTES = 16 * 1024
const OPEN_BRACE = Buffer.from('{')
const CLOSE_BRACE = Buffer.from('}')

interface ForeignContext {
  readonly nowMs: number
  readonly makeId: () => string
  readonly scanner: JsonScanner
}

/**
 * Reads an event of any program: `@metadata` is cut out (its `_id` is the document's id, as Beats mean it), and the
 * time of receipt is put in where there is no readable `@timestamp`. All other bytes stay as they came.
 */
export function readForeignEvent(
  payload: Buffer,
  { nowMs, makeId, scanner }: ForeignContext,
): StoreEvent | PoisonEvent {
  const bytes = isUtf8(payload) ? payload : Buffer.from(payload.toString())
  const fault = scanner.scan(bytes, 0, bytes.length)
  if (fault !== undefined) return { id: makeId(), payload, ...fault }
  const metadataBytes = sizeOf(scanner.metadata)
  if (metadataBytes > MAX_METADATA_BYTES) {
    const reason = `the "@metadata" of the payload has ${metadataBytes} bytes: at most ${MAX_METADATA_BYTES} are allowed`
    return { id: makeId(), payload, type: 'metadata_too_large', reason }
  }

  const metadata = readMetadata(bytes, scanner.metadata)
  const timeMs = readTimestamp(bytes, scanner.timestamp)
  const cuts = [scanner.metadata, timeMs === undefined ? scanner.timestamp : undefined].filter(cut => cut !== undefined)
  const event = { id: metadata.id ?? makeId(), timeMs: timeMs ?? nowMs, ...metadata.doubt }
  if (timeMs !== undefined && cuts.length === 0) return { ...event, bytes, ...scanner.braces }

  const added = timeMs === undefined ? `"@timestamp":"${new Date(nowMs).toISOString()}"` : ''
  const document = rebuild(bodyWithout(bytes, cuts, scanner.braces), added)
  return { ...event, bytes: document, start: 0, end: document.length }
}

interface Metadata {
  readonly id?: string
  readonly doubt?: { readonly doubtfulSinceMs: number }
}

function readMetadata(bytes: Buffer, member: Member | undefined): Metadata {
  if (member === undefined) return {}
  const value = parse(bytes, member)
  if (typeof value !== 'object' || value === null) return {}
  const { _id: id, doubtful } = value as { readonly _id?: unknown; readonly doubtful?: unknown }
  return {
    ...(typeof id === 'string' && id !== '' && { id }),
    ...(typeof doubtful === 'number' && doubtful >= 0 && { doubt: { doubtfulSinceMs: doubtful } }),
  }
}

function readTimestamp(bytes: Buffer, member: Member | undefined): number | undefined {
  if (member === undefined || sizeOf(member) > MAX_TIME_BYTES) return undefined
  return readTime(parse(bytes, member))
}

function sizeOf(member: Member | undefined): number {
  return member === undefined ? 0 : member.value.end - member.value.start
}

function parse(bytes: Buffer, { value }: Member): unknown {
  return JSON.parse(bytes.toString('utf8', value.start, value.end))
}

/** The bytes between the braces, without these members and a comma for each. */
function bodyWithout(bytes: Buffer, cuts: readonly Member[], braces: Range): Buffer {
  const parts: Buffer[] = []
  let at = braces.start + 1
  for (const cut of cuts.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, cut.start))
    at = skipSpace(bytes, cut.end)
    if (bytes[at] === COMMA) at++
  }
  parts.push(bytes.subarray(at, braces.end - 1))
  return withoutLastComma(Buffer.concat(parts))
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === SPACE || bytes[at] === 0x09) at++
  return at
}

/** A cut of the last member leaves the comma before it. */
function withoutLastComma(body: Buffer): Buffer {
  let end = body.length
  while (end > 0 && (body[end - 1] === SPACE || body[end - 1] === 0x09)) end--
  return body.subarray(0, body[end - 1] === COMMA ? end - 1 : end)
}

function rebuild(body: Buffer, added: string): Buffer {
  const comma = added !== '' && body.length > 0 ? ',' : ''
  return Buffer.concat([OPEN_BRACE, Buffer.from(added + comma), body, CLOSE_BRACE])
}
