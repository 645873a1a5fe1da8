import { hash } from 'node:crypto'
import type { StoreEvent } from '../flow/event-batch.ts'
import { isRecord } from '../flow/is-record.ts'
import { isText } from './filebeat-id.ts'

/** What is parsed on the main thread. */
const MAX_BYTES = 16 * 1024
const MARK_CHARACTERS = 12

/**
 * The agent that sent an event: the start of the SHA-256 of its `agent.id`, or else of its `host.name`, so that no text of an
 * event is shown. Undefined where there is neither, or where it only repeats the name in the certificate.
 */
export function findAgent({ bytes, start, end }: StoreEvent, certifiedName?: string): string | undefined {
  if (end - start > MAX_BYTES) return undefined
  const event = parse(bytes.toString('utf8', start, end))
  const id = member(event, 'agent', 'id') ?? member(event, 'host', 'name')
  return id === undefined || id === certifiedName ? undefined : hash('sha256', id).slice(0, MARK_CHARACTERS)
}

function member(event: unknown, outer: string, inner: string): string | undefined {
  const value = isRecord(event) ? event[outer] : undefined
  const found = isRecord(value) ? value[inner] : undefined
  return isText(found) ? found : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a document that a store will refuse says nothing of its agent
  }
}
