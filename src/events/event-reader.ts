import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { makeStorable } from './event-id.ts'
import { readAgentEvent } from './read-agent-event.ts'
import { createForeignScanner, readForeignEvent } from './read-foreign-event.ts'
import { readPairEvent } from './read-pair-event.ts'
import type { JsonScanner } from './json-scanner.ts'

export interface EventReaderOptions {
  /** Gives ids to events that come without one. */
  readonly makeId: () => string
  /** How many members of objects and elements of arrays, or pairs, an event may have. */
  readonly maxMembers: number
}

/** Pairs of protocol 1 that are well framed; they are not read before it is known how many they are. */
export interface PairPayload {
  readonly payload: Buffer
  readonly pairCount: number
  readonly read: () => ReadonlyMap<string, Buffer>
}

/** Reads events of our agent and of any other program. One that no store could ever take is poison. */
export class EventReader {
  readonly #options: EventReaderOptions
  readonly #scanner: JsonScanner

  constructor(options: EventReaderOptions) {
    this.#options = options
    this.#scanner = createForeignScanner(options.maxMembers)
  }

  /** `nowMs`: time of receipt, in milliseconds since 1970. The payload may be changed, and belongs to the event. */
  readJson(payload: Buffer, nowMs: number): StoreEvent | PoisonEvent {
    const context = { nowMs, makeId: this.#options.makeId, scanner: this.#scanner }
    const event = readAgentEvent(payload) ?? readForeignEvent(payload, context)
    const id = makeStorable(event.id)
    return id === event.id ? event : { ...event, id }
  }

  readPairs({ payload, pairCount, read }: PairPayload, nowMs: number): StoreEvent | PoisonEvent {
    const { makeId, maxMembers } = this.#options
    if (pairCount <= maxMembers) return readPairEvent(read(), { nowMs, makeId })
    const reason = `the event has ${pairCount} pairs, the limit is ${maxMembers}: raise \`eventMembers\` in \`limits\``
    return { id: makeId(), payload, type: 'too_many_members', reason }
  }
}

export function isPoison(event: StoreEvent | PoisonEvent): event is PoisonEvent {
  return 'payload' in event
}
