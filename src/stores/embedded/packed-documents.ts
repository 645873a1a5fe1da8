import type { StoreEvent } from '../../flow/event-batch.ts'

/** What the store's thread needs of events: one copy of their documents, which is transferred. */
export interface PackedDocuments {
  readonly ids: readonly string[]
  /** Milliseconds since 1970. */
  readonly times: Float64Array<ArrayBuffer>
  /** Document `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`. */
  readonly ends: Uint32Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The sum of the documents must be below 4 GiB. */
export function packDocuments(events: readonly StoreEvent[]): PackedDocuments {
  const total = events.reduce((sum, event) => sum + event.end - event.start, 0)
  const bytes = new Uint8Array(total)
  const ends = new Uint32Array(events.length)
  const times = new Float64Array(events.length)
  let end = 0
  for (const [i, event] of events.entries()) {
    bytes.set(event.bytes.subarray(event.start, event.end), end)
    end += event.end - event.start
    ends[i] = end
    times[i] = event.timeMs
  }
  return { ids: events.map(event => event.id), times, ends, bytes }
}
