import type { StoreEvent } from '../../../flow/event-batch.ts'

const NEWLINE = 10
const SPACE = 32
/** A UTF-16 unit takes at most six bytes in a JSON string (`\u0000`). */
const BYTES_PER_UNIT = 6
const ACTION_END = '}}\n'
/** The length of an action line and a document's newline, without the two names; rounded up. */
const ACTION_BYTES = 48

/**
 * Encodes the body of a bulk request that creates the events, as in
 * https://www.elastic.co/guide/en/elasticsearch/reference/8.19/docs-bulk.html: an action line and a document line each.
 * Documents are copied as bytes. A newline between the tokens of a document would end its line, so it becomes a space, which
 * is equivalent there (a JSON string cannot contain a newline).
 */
export function encodeBulk(events: readonly StoreEvent[], nameFor: (timeMs: number) => string): Buffer {
  const body = Buffer.allocUnsafe(events.reduce((sum, event) => sum + maxBytesOf(event, nameFor), 0))
  let end = 0
  for (const event of events) {
    end += body.write(actionStart(nameFor(event.timeMs)) + JSON.stringify(event.id) + ACTION_END, end)
    const start = end
    end += event.bytes.copy(body, end, event.start, event.end)
    spaceOutNewlines(body, start, end)
    body[end++] = NEWLINE
  }
  return body.subarray(0, end)
}

export function maxBytesOf(event: StoreEvent, nameFor: (timeMs: number) => string): number {
  const name = (nameFor(event.timeMs).length + event.id.length) * BYTES_PER_UNIT
  return ACTION_BYTES + name + (event.end - event.start)
}

/** The name needs no escaping: an index's name cannot contain characters that JSON escapes. */
function actionStart(index: string): string {
  return `{"create":{"_index":"${index}","_id":`
}

function spaceOutNewlines(body: Buffer, start: number, end: number): void {
  const document = body.subarray(start, end)
  for (let at = document.indexOf(NEWLINE); at !== -1; at = document.indexOf(NEWLINE, at + 1)) document[at] = SPACE
}
