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
