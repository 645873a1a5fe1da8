import { isUtf8 } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { joinAndFree } from '../flow/free-bytes.ts'
import { isPlainValue, NAME_OF_TEXT } from './ecs-shape.ts'
import { hashId } from './event-id.ts'
import { readTime } from './event-time.ts'
import { makeFilebeatId, isText } from './filebeat-id.ts'
import { type Member, JsonScanner } from './json-scanner.ts'
import { type Edit, editBody } from './edit-body.ts'

/** No time is longer, even if all of it is escaped; a value of megabytes is not parsed to find that out. */
const MAX_TIME_BYTES = 256
/** Beats write a few hundred bytes; parsing a value of megabytes would hold up all connections for seconds. */
const MAX_METADATA_BYTES = 16 * 1024
/** An `@timestamp` that cannot be read is kept in this member, up to this length. */
const KEPT_TIME = 'unreadable_timestamp'
const MAX_KEPT_CHARACTERS = 1024
const DECODED_AT_ONCE_BYTES = 64 * 1024

export interface ForeignContext {
  readonly nowMs: number
  readonly makeId: () => string
  readonly scanner: JsonScanner
}

export function createForeignScanner(maxMembers: number): JsonScanner {
  const names = ['@metadata', '@timestamp', KEPT_TIME, ...NAME_OF_TEXT.keys()]
  return new JsonScanner({ names, repeatableNames: ['message'], maxMembers })
}

/**
 * Reads an event of any program: `@metadata` is cut out (its `_id` is the document's id, as Beats mean it), the time of
 * receipt is put in where `@timestamp` cannot be read or is missing, and `host` as text becomes `host.name`. All other bytes
 * stay as they came.
 */
export function readForeignEvent(
  payload: Buffer,
  { nowMs, makeId, scanner }: ForeignContext,
): StoreEvent | PoisonEvent {
  const isValid = isUtf8(payload)
  const bytes = isValid ? payload : repairUtf8(payload)
  const fault = scanner.scan(bytes, 0, bytes.length)
  if (fault !== undefined) return { id: makeId(), payload, ...fault }
  const member = scanner.find('@metadata')
  const metadataBytes = sizeOf(member)
  if (metadataBytes > MAX_METADATA_BYTES) {
    const reason = `the "@metadata" of the payload has ${metadataBytes} bytes: at most ${MAX_METADATA_BYTES} are allowed`
    return { id: makeId(), payload, type: 'metadata_too_large', reason }
  }

  const { id = findFilebeatId(bytes, scanner) ?? makeId(), ...asked } = readMetadata(bytes, member)
  const time = readTimestamp(bytes, scanner)
  const event = {
    id: isValid || !id.includes('\ufffd') ? id : hashId(payload),
    timeMs: time.timeMs ?? nowMs,
    receivedAtMs: nowMs,
    ...asked,
  }
  const edits = [...cut(member), ...shapeEdits(bytes, scanner), ...(time.timeMs === undefined ? cut(time.member) : [])]
  const added = time.timeMs === undefined ? [`"@timestamp":"${new Date(nowMs).toISOString()}"`, ...time.kept] : []
  if (edits.length === 0 && added.length === 0) return { ...event, bytes, ...scanner.braces }

  const document = editBody({ bytes, braces: scanner.braces, edits, added: added.join(',') })
  return { ...event, bytes: document, start: 0, end: document.length }
}

interface Metadata {
  readonly id?: string
  readonly doubtfulSinceMs?: number
  readonly rawIndex?: string
  readonly pipeline?: string
}

function readMetadata(bytes: Buffer, member: Member | undefined): Metadata {
  if (member === undefined) return {}
  const value = parse(bytes, member)
  if (typeof value !== 'object' || value === null) return {}
  const { _id: id, doubtful, raw_index: rawIndex, pipeline } = value as Readonly<Record<string, unknown>>
  return {
    ...(isText(id) && { id }),
    ...(isText(rawIndex) && { rawIndex }),
    ...(isText(pipeline) && { pipeline }),
    ...(typeof doubtful === 'number' && doubtful >= 0 && { doubtfulSinceMs: doubtful }),
  }
}

function findFilebeatId(bytes: Buffer, scanner: JsonScanner): string | undefined {
  const written = (name: string) => {
    const value = scanner.find(name)?.value
    return value && bytes.subarray(value.start, value.end)
  }
  return makeFilebeatId({
    agent: written('agent'),
    log: written('log'),
    message: written('message'),
    timestamp: written('@timestamp'),
  })
}

interface ReadTimestamp {
  readonly member: Member | undefined
  /** Undefined where the time cannot be read or is missing. */
  readonly timeMs: number | undefined
  /** The member that keeps what was there instead. */
  readonly kept: readonly string[]
}

function readTimestamp(bytes: Buffer, scanner: JsonScanner): ReadTimestamp {
  const member = scanner.find('@timestamp')
  if (member === undefined) return { member, timeMs: undefined, kept: [] }
  const isShort = sizeOf(member) <= MAX_TIME_BYTES
  const timeMs = isShort ? readTime(parse(bytes, member), textOf(bytes, member)) : undefined
  const isKept = timeMs === undefined && scanner.find(KEPT_TIME) === undefined && textOf(bytes, member) !== 'null'
  return { member, timeMs, kept: isKept ? [`"${KEPT_TIME}":${keptText(bytes, member)}`] : [] }
}

function keptText(bytes: Buffer, member: Member): string {
  const written = textOf(bytes, member)
  const isShort = sizeOf(member) <= MAX_TIME_BYTES
  const value = isShort ? parse(bytes, member) : undefined
  return JSON.stringify((typeof value === 'string' ? value : written).slice(0, MAX_KEPT_CHARACTERS).toWellFormed())
}

function shapeEdits(bytes: Buffer, scanner: JsonScanner): Edit[] {
  const edits: Edit[] = []
  for (const [outer, inner] of NAME_OF_TEXT) {
    const value = scanner.find(outer)?.value
    if (value === undefined || !isPlainValue(bytes.subarray(value.start, value.end))) continue
    edits.push(
      { start: value.start, end: value.start, text: `{"${inner}":` },
      { start: value.end, end: value.end, text: '}' },
    )
  }
  return edits
}

function cut(member: Member | undefined): Edit[] {
  return member === undefined ? [] : [{ start: member.start, end: member.end }]
}

function sizeOf(member: Member | undefined): number {
  return member === undefined ? 0 : member.value.end - member.value.start
}

/** As it was written; of a long value the start. */
function textOf(bytes: Buffer, { value }: Member): string {
  return bytes.toString('utf8', value.start, Math.min(value.end, value.start + 4 * MAX_KEPT_CHARACTERS))
}

function parse(bytes: Buffer, { value }: Member): unknown {
  return JSON.parse(bytes.toString('utf8', value.start, value.end))
}

/** Decoded in pieces, so that no long text comes into being. */
function repairUtf8(payload: Buffer): Buffer {
  const decoder = new StringDecoder('utf8')
  const parts: Buffer[] = []
  for (let at = 0; at < payload.length; at += DECODED_AT_ONCE_BYTES)
    parts.push(Buffer.from(decoder.write(payload.subarray(at, at + DECODED_AT_ONCE_BYTES))))
  parts.push(Buffer.from(decoder.end()))
  return joinAndFree(parts)
}
