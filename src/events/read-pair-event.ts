import { isUtf8 } from 'node:buffer'
import type { StoreEvent } from '../flow/event-batch.ts'

/** Top-level names of our shape: a field with such a name would be in the document twice. */
const OWN_MEMBERS = new Set(['@metadata', '@timestamp', 'message', 'host', 'log', 'fields'])
const KNOWN_PAIRS = new Set(['line', 'host', 'file', 'offset'])

/**
 * Brings the pairs of protocol 1 into our shape. Fields stay strings at top level; fields named like members of ours
 * go under `fields`. Bytes that are not UTF-8 become U+FFFD, and `log.flags` reports that.
 */
export function readPairEvent(
  pairs: ReadonlyMap<string, Buffer>,
  { nowMs, makeId }: { readonly nowMs: number; readonly makeId: () => string },
): StoreEvent {
  const line = pairs.get('line') ?? pairs.get('message')
  const host = pairs.get('host')
  const log = logMembers(pairs)
  const members = [
    `"@timestamp":"${new Date(nowMs).toISOString()}"`,
    ...(line === undefined ? [] : [member('message', line)]),
    ...(host === undefined ? [] : [`"host":{${member('name', host)}}`]),
    ...(log.length === 0 ? [] : [`"log":{${log.join(',')}}`]),
  ].concat(fieldMembers(pairs))
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

/** Anything else is kept as a field, where it cannot spoil the mapping of the number. */
function isOffset(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function fieldMembers(pairs: ReadonlyMap<string, Buffer>): string[] {
  const members: string[] = []
  const renamed: string[] = []
  for (const [key, value] of pairs) {
    if (key === 'offset' && !isOffset(value.toString())) renamed.push(member(key, value))
    else if (KNOWN_PAIRS.has(key) || (key === 'message' && !pairs.has('line'))) continue
    else if (key === 'agent') members.push(`"agent":{${member('name', value)}}`)
    else (OWN_MEMBERS.has(key) ? renamed : members).push(member(key, value))
  }
  if (renamed.length > 0) members.push(`"fields":{${renamed.join(',')}}`)
  return members
}

function member(key: string, value: Buffer): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value.toString())}`
}
