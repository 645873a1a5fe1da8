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

/** Larger documents are sent from where they are. It is more than a socket takes at once: what follows waits until they are sent. */
const MIN_UNCOPIED_BYTES = 1024 * 1024

/** Pieces that follow each other. Some are parts of the events, which have to stay until the answer. */
export type BulkBody = readonly Buffer[]

/**
 * Encodes the body of a bulk request that creates the events, as in
 * https://www.elastic.co/guide/en/elasticsearch/reference/8.19/docs-bulk.html: an action line and a document line each.
 * Documents are sent as bytes. A newline between the tokens of a document would end its line, so it becomes a space, which
 * is equivalent there (a JSON string cannot contain a newline). `allocate` gives at least the bytes that it is asked for.
 */
export function encodeBulk(
  events: readonly StoreEvent[],
  target: DocumentTarget,
  allocate: (size: number) => Buffer = size => Buffer.allocUnsafe(size),
): BulkBody {
  const uncopied = new Set(events.filter(isUncopied))
  const copied = allocate(
    events.reduce((sum, event) => sum + maxBytesOf(event, target) - (uncopied.has(event) ? sizeOf(event) : 0), 0),
  )
  const pieces: Buffer[] = []
  let start = 0
  let end = 0
  for (const event of events) {
    end += copied.write(actionOf(event, target), end)
    if (uncopied.has(event)) {
      pieces.push(copied.subarray(start, end), event.bytes.subarray(event.start, event.end))
      start = end
      copied[end++] = NEWLINE
    } else end = copyDocument(event, copied, end)
  }
  return [...pieces, copied.subarray(start, end)]
}

function isUncopied(event: StoreEvent): boolean {
  if (sizeOf(event) < MIN_UNCOPIED_BYTES) return false
  return !event.bytes.subarray(event.start, event.end).includes(NEWLINE)
}

function sizeOf({ start, end }: StoreEvent): number {
  return end - start
}

/** With its newline; returns where that ends. */
function copyDocument({ bytes, start, end }: StoreEvent, target: Buffer, at: number): number {
  const newlineAt = at + bytes.copy(target, at, start, end)
  target[newlineAt] = NEWLINE
  spaceOutNewlines(target, at, newlineAt)
  return newlineAt + 1
}

export function maxBytesOf(event: StoreEvent, { nameFor, pipelineFor }: DocumentTarget): number {
  const pipeline = pipelineFor?.(event)?.length ?? 0
  const names = (nameFor(event).length + event.id.length + pipeline) * BYTES_PER_UNIT
  return ACTION_BYTES + names + sizeOf(event)
}

function actionOf(event: StoreEvent, { nameFor, pipelineFor }: DocumentTarget): string {
  const pipeline = pipelineFor?.(event)
  const chosen = pipeline === undefined ? '' : `,"pipeline":${JSON.stringify(pipeline)}`
  return `{"create":{"_index":"${nameFor(event)}","_id":${JSON.stringify(event.id)}${chosen}${ACTION_END}`
}

/** There is a newline at `end`. */
function spaceOutNewlines(body: Buffer, start: number, end: number): void {
  for (let at = body.indexOf(NEWLINE, start); at < end; at = body.indexOf(NEWLINE, at + 1)) body[at] = SPACE
}
