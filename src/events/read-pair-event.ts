import { isUtf8 } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'
import type { StoreEvent } from '../flow/event-batch.ts'
import { joinAndFree } from '../flow/free-bytes.ts'

/** Top-level names of our shape: a field with such a name would be in the document twice. */
const OWN_MEMBERS = new Set(['@metadata', '@timestamp', 'message', 'host', 'log', 'fields'])
const KNOWN_PAIRS = new Set(['line', 'host', 'file', 'offset'])
/** Longer texts are written in pieces: JSON takes up to six bytes for one, and no long string may come into being. */
const PIECE_BYTES = 64 * 1024

interface PairContext {
  readonly nowMs: number
  readonly makeId: () => string
  /** The most bytes of a document. */
  readonly maxBytes: number
}

/** A text or bytes of the document, or a list of them. */
type Part = string | Buffer | readonly Part[]

/**
 * Brings the pairs of protocol 1 into our shape. Fields stay strings at top level; fields named like members of ours
 * go under `fields`. Bytes that are not UTF-8 become U+FFFD, and `log.flags` reports that. Undefined for a document of
 * more than `maxBytes`.
 */
export function readPairEvent(
  pairs: ReadonlyMap<string, Buffer>,
  { nowMs, makeId, maxBytes }: PairContext,
): StoreEvent | undefined {
  const line = pairs.get('line') ?? pairs.get('message')
  const host = pairs.get('host')
  const log = logMembers(pairs)
  const members: readonly Part[] = [
    `"@timestamp":"${new Date(nowMs).toISOString()}"`,
    ...(line === undefined ? [] : [member('message', line)]),
    ...(host === undefined ? [] : [object('host', [member('name', host)])]),
    ...(log.length === 0 ? [] : [object('log', log)]),
  ]
  const bytes = join(['{', commas(members.concat(fieldMembers(pairs))), '}'], maxBytes)
  return bytes && { id: makeId(), timeMs: nowMs, bytes, start: 0, end: bytes.length, receivedAtMs: nowMs }
}

function logMembers(pairs: ReadonlyMap<string, Buffer>): Part[] {
  const members: Part[] = []
  const file = pairs.get('file')
  if (file !== undefined) members.push(object('file', [member('path', file)]))
  const offset = pairs.get('offset')
  if (offset !== undefined && isOffset(offset)) members.push(`"offset":${Number(offset.toString())}`)
  if ([...pairs.values()].some(value => !isUtf8(value))) members.push('"flags":["invalid_utf8"]')
  return members
}

/** Anything else is kept as a field, where it cannot spoil the mapping of the number. */
function isOffset(value: Buffer): boolean {
  return value.length <= 15 && /^\d+$/.test(value.toString())
}

function fieldMembers(pairs: ReadonlyMap<string, Buffer>): Part[] {
  const members: Part[] = []
  const renamed: Part[] = []
  for (const [key, value] of pairs) {
    if (key === 'offset' && !isOffset(value)) renamed.push(member(key, value))
    else if (KNOWN_PAIRS.has(key) || (key === 'message' && !pairs.has('line'))) continue
    else if (key === 'agent') members.push(object('agent', [member('name', value)]))
    else (OWN_MEMBERS.has(key) ? renamed : members).push(member(key, value))
  }
  if (renamed.length > 0) members.push(object('fields', renamed))
  return members
}

function object(key: string, members: readonly Part[]): Part {
  return [`${JSON.stringify(key)}:{`, commas(members), '}']
}

function member(key: string, value: Buffer): Part {
  if (value.length <= PIECE_BYTES) return `${JSON.stringify(key)}:${JSON.stringify(value.toString())}`
  return [`${JSON.stringify(key)}:"`, value, '"']
}

function commas(parts: readonly Part[]): Part {
  return parts.map((part, i) => (i === 0 ? part : [',', part]))
}

/** The document; undefined for one of more than `maxBytes`. Buffers among the parts are texts still to be escaped. */
function join(parts: Part, maxBytes: number): Buffer | undefined {
  const joined: Buffer[] = []
  let byteCount = 0
  let text = ''
  for (const piece of piecesOf(parts)) {
    text += piece
    if (text.length < PIECE_BYTES) continue
    byteCount += joined[joined.push(Buffer.from(text)) - 1]?.length ?? 0
    text = ''
    if (byteCount > maxBytes) return undefined
  }
  const last = Buffer.from(text)
  if (byteCount + last.length > maxBytes) return undefined
  return joined.length === 0 ? last : joinAndFree([...joined, last])
}

function* piecesOf(part: Part): Generator<string, void> {
  if (typeof part === 'string') yield part
  else if (Buffer.isBuffer(part)) yield* escapedPieces(part)
  else for (const inner of part) yield* piecesOf(inner)
}

function* escapedPieces(bytes: Buffer): Generator<string, void> {
  const decoder = new StringDecoder('utf8')
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    yield escape(decoder.write(bytes.subarray(at, at + PIECE_BYTES)))
  yield escape(decoder.end())
}

function escape(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
