import type { PoisonEvent, StoreEvent } from '../flow/events.ts'
import type { Frame } from '../lumberjack/wire/decoder.ts'
import { readForeignEvent } from './foreign-event.ts'
import { JsonScanner } from './json-scanner.ts'
import { readOwnEvent } from './own-event.ts'
import { readPairEvent } from '../lumberjack/receive/pair-event.ts'

/** The frames that are events. */
export type EventFrame = Extract<Frame, { readonly type: 'json' | 'pairs' }>

/** What the readers of each shape need. */
export interface Receipt {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  readonly makeId: () => string
  readonly scanner: JsonScanner
}

/** Stores take no longer id. */
const MAX_ID_BYTES = 512

/** Brings events of all shapes into ours. What no store could ever take comes back as poison, with the reason. */
export class EventReader {
  readonly #scanner = new JsonScanner()
  readonly #makeId: () => string

  constructor(makeId: () => string) {
    this.#makeId = makeId
  }

  read(frame: EventFrame, nowMs: number): StoreEvent | PoisonEvent {
    const receipt = { nowMs, makeId: this.#makeId, scanner: this.#scanner }
    const event =
      frame.type === 'pairs'
        ? readPairEvent(frame, receipt)
        : (readOwnEvent(frame.payload) ?? readForeignEvent(frame.payload, receipt))
    if (event.id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(event.id) <= MAX_ID_BYTES) return event
    const reason = `the id has ${Buffer.byteLength(event.id)} bytes, and stores take no more than ${MAX_ID_BYTES}`
    return { id: this.#makeId(), payload: frame.payload, type: 'id_too_long', reason }
  }
}

export function isPoison(event: StoreEvent | PoisonEvent): event is PoisonEvent {
  return 'payload' in event
}
