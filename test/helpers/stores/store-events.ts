import type { EventBatch, StoreEvent } from '../../../src/flow/event-batch.ts'

/** Makes an event; a document without a time gets the event's. Other bytes surround its own, as on the wire. */
export function makeEvent(
  id: string,
  document: Readonly<Record<string, unknown>>,
  timeMs: number = Date.now(),
): StoreEvent {
  const json = JSON.stringify({ '@timestamp': new Date(timeMs).toISOString(), ...document })
  return eventOf(id, json, timeMs)
}

/** Makes an event with exactly these bytes as its document. */
export function eventOf(id: string, json: string, timeMs: number = Date.now()): StoreEvent {
  const bytes = Buffer.from(`xx${json}yy`)
  return { id, timeMs, bytes, start: 2, end: bytes.length - 2 }
}

/** Makes `count` events like log lines, with the ids `<prefix>-0` and so on. */
export function makeEvents(prefix: string, count: number, timeMs: number = Date.now()): StoreEvent[] {
  return Array.from({ length: count }, (_, i) =>
    makeEvent(
      `${prefix}-${i}`,
      {
        message: `line ${i} of ${prefix}`,
        host: { name: 'web1' },
        log: { file: { path: '/var/log/a.log' }, offset: i },
      },
      timeMs,
    ),
  )
}

export function makeBatch(events: readonly StoreEvent[], more: Partial<EventBatch> = {}): EventBatch {
  const byteCount = events.reduce((sum, event) => sum + event.end - event.start, 0)
  return { events, poison: [], receivedAtMs: Date.now(), peer: '127.0.0.1:1', byteCount, ...more }
}
