import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { readAgentEvent } from './read-agent-event.ts'
import { readForeignEvent } from './read-foreign-event.ts'
import { JsonScanner } from './json-scanner.ts'

/** The longest id that stores take. */
const MAX_ID_BYTES = 512

/** Reads JSON payloads of our agent and of any other program. One that no store could ever take is poison. */
export class EventReader {
  readonly #scanner = new JsonScanner()
  readonly #makeId: () => string

  constructor(makeId: () => string) {
    this.#makeId = makeId
  }

  /** `nowMs`: time of receipt, in milliseconds since 1970. The payload may be changed, and belongs to the event. */
  read(payload: Buffer, nowMs: number): StoreEvent | PoisonEvent {
    const context = { nowMs, makeId: this.#makeId, scanner: this.#scanner }
    const event = readAgentEvent(payload) ?? readForeignEvent(payload, context)
    if (event.id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(event.id) <= MAX_ID_BYTES) return event
    const reason = `the id has ${Buffer.byteLength(event.id)} bytes: stores take at most ${MAX_ID_BYTES}`
    return { id: this.#makeId(), payload, type: 'id_too_long', reason }
  }
}

export function isPoison(event: StoreEvent | PoisonEvent): event is PoisonEvent {
  return 'payload' in event
}
