import { isUtf8 } from 'node:buffer'
import type { StoreEvent } from '../../flow/events.ts'
import type { EventFrame, Receipt } from '../../events/event-reader.ts'
import { readPairs } from '../wire/pair-walk.ts'

/** Top-level names of our shape: a field that is called so would stand twice in the document. */
const ours = new Set(['@metadata', '@timestamp', 'message', 'host', 'log', 'fields'])
/** Pairs that have a place of their own in our shape. */
const known = new Set(['line', 'host', 'file', 'offset'])

/**
 * Brings the pairs of protocol 1 into our shape. Fields stay strings at top level; those named like members of ours go
 * under `fields`. Bytes that are no UTF-8 become U+FFFD, and `log.flags` says so.
 */
export function readPairEvent(frame: Extract<EventFrame, { type: 'pairs' }>, { nowMs, makeId }: Receipt): StoreEvent {
  const pairs = readPairs(frame.payload, frame.pairCount)
  const members = [`"@timestamp":"${new Date(nowMs).toISOString()}"`]
  const line = pairs.get('line') ?? pairs.get('message')
  if (line !== undefined) members.push(member('message', line))
  const host = pairs.get('host')
  if (host !== undefined) members.push(`"host":{${member('name', host)}}`)
  const log = logMembers(pairs)
  if (log.length > 0) members.push(`"log":{${log.join(',')}}`)
  members.push(...fieldMembers(pairs))
  const bytes = Buffer.from(`{${members.join(',')}}`)
  return { id: makeId(), timeMs: nowMs, bytes, start: 0, end: bytes.length }
}

function logMembers(pairs: ReadonlyMap<string, Buffer>): string[] {
  const members: string[] = []
  const file = pairs.get('file')
  if (file !== undefined) members.push(`"file":{${member('path', file)}}`)
  const offset = pairs.get('offset')?.toString()
  if (offset !== undefined && isOffset(offset)) members.push(`"offset":${Number(offset)}`)
  if ([...pairs.values()].some(value => !isUtf8(value))) members.push('"flags":["invalid_utf8"]')
  return members
}

/** An offset that is none is kept as a field, where it can't spoil the number's mapping. */
function isOffset(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function fieldMembers(pairs: ReadonlyMap<string, Buffer>): string[] {
  const members: string[] = []
  const renamed: string[] = []
  for (const [key, value] of pairs) {
    if (key === 'offset' && !isOffset(value.toString())) renamed.push(member(key, value))
    else if (known.has(key) || (key === 'message' && !pairs.has('line'))) continue
    else (ours.has(key) ? renamed : members).push(member(key, value))
  }
  if (renamed.length > 0) members.push(`"fields":{${renamed.join(',')}}`)
  return members
}

function member(key: string, value: Buffer): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value.toString())}`
}
