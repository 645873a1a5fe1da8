import test from 'ava'
import { EventReader, type SenderRules, isPoison } from '../../../src/events/event-reader.ts'

/** The time of receipt of all events. */
export const NOW_MS = Date.UTC(2026, 0, 1)
/** The member that an event without a time gets. */
export const RECEIVED = '"@timestamp":"2026-01-01T00:00:00.000Z"'

export function read(text: string | Buffer, sender?: SenderRules) {
  return new EventReader({
    makeId: () => 'made',
    limits: { eventBytes: 2_000_000, eventMembers: 1000 },
    sender,
  }).readJson(Buffer.from(text), NOW_MS)
}

export function readJson(text: string | Buffer, sender?: SenderRules) {
  const event = read(text, sender)
  if (isPoison(event)) return { poison: event.type, id: event.id }
  const { bytes, start, end, receivedAtMs: _, ...rest } = event
  return { ...rest, document: bytes.toString('utf8', start, end) }
}

/** An event is read into this document, with the id and the time of receipt where no others are given. */
export const documents = test.macro({
  title: (providedTitle = '') => providedTitle,
  exec: (
    t,
    payload: string,
    expected: string | { readonly document: string; readonly id?: string; readonly timeMs?: number },
  ) => {
    const rest = typeof expected === 'string' ? { document: expected } : expected
    t.deepEqual(readJson(payload), { id: 'made', timeMs: NOW_MS, ...rest } as ReturnType<typeof readJson>)
  },
})
