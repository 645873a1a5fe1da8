import type { StoreEvent } from '../../../flow/event-batch.ts'

const NEWLINE = 10
const SPACE = 32
/** A UTF-16 unit takes at most six bytes in a JSON string (`\u0000`). */
const BYTES_PER_UNIT = 6
const ACTION_END = '}}\n'
/** The length of an action line and a document's newline, without the names; rounded up. */
const ACTION_BYTES = 64

export interface DocumentTarget {
  /** The index, data stream or alias of an event; it cannot contain characters that JSON escapes. */
  readonly nameFor: (event: StoreEvent) => string
  /** The ingest pipeline of an event; undefined for that of the request. */
  readonly pipelineFor?: (event: StoreEvent) => string | undefined
}

/**
 * Encodes the body of a bulk request that creates the events, as in
 * https://www.elastic.co/guide/en/elasticsearch/reference/8.19/docs-bulk.html: an action line and a document line each.
 * Documents are copied as bytes. A newline between the tokens of a document would end its line, so it becomes a space, which
 * is equivalent there (a JSON string cannot contain a newline).
 */
export function encodeBulk(events: readonly StoreEvent[], target: DocumentTarget): Buffer {
  const body = Buffer.allocUnsafe(events.reduce((sum, event) => sum + maxBytesOf(event, target), 0))
  let end = 0
  for (const event of events) {
    end += body.write(actionOf(event, target), end)
    const start = end
    end += event.bytes.copy(body, end, event.start, event.end)
    spaceOutNewlines(body, start, end)
    body[end++] = NEWLINE
  }
  return body.subarray(0, end)
}

export function maxBytesOf(event: StoreEvent, { nameFor, pipelineFor }: DocumentTarget): number {
  const pipeline = pipelineFor?.(event)?.length ?? 0
  const names = (nameFor(event).length + event.id.length + pipeline) * BYTES_PER_UNIT
  return ACTION_BYTES + names + (event.end - event.start)
}

function actionOf(event: StoreEvent, { nameFor, pipelineFor }: DocumentTarget): string {
  const pipeline = pipelineFor?.(event)
  const chosen = pipeline === undefined ? '' : `,"pipeline":${JSON.stringify(pipeline)}`
  return `{"create":{"_index":"${nameFor(event)}","_id":${JSON.stringify(event.id)}${chosen}${ACTION_END}`
}

function spaceOutNewlines(body: Buffer, start: number, end: number): void {
  const document = body.subarray(start, end)
  for (let at = document.indexOf(NEWLINE); at !== -1; at = document.indexOf(NEWLINE, at + 1)) document[at] = SPACE
}
