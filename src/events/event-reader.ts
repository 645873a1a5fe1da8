import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { makeStorable } from './event-id.ts'
import { readAgentEvent } from './read-agent-event.ts'
import { createForeignScanner, readForeignEvent } from './read-foreign-event.ts'
import { readPairEvent } from './read-pair-event.ts'
import type { JsonScanner } from './json-scanner.ts'

export interface EventReaderOptions {
  /** Gives ids to events that come without one. */
  readonly makeId: () => string
  readonly limits: EventLimits
}

export interface EventLimits {
  readonly eventBytes: number
  /** Members of objects and elements of arrays of one event, in all; pairs of protocol 1. */
  readonly eventMembers: number
}

/** Bytes that reading may add to a document: a time, the text of another one, names. */
export const MAX_ADDED_BYTES = 8 * 1024
/** A key becomes a string. */
const MAX_KEY_CHARACTERS = 64 * 1024

/** Pairs of protocol 1 that are well framed; they are not read before it is known how many they are. */
export interface PairPayload {
  readonly payload: Buffer
  readonly pairCount: number
  readonly read: () => ReadonlyMap<string, Buffer>
}

/**
 * Reads events of our agent and of any other program. One that no store could ever take is poison. No event can
 * exhaust a heap: nothing is built of one that is over a limit, and no long text becomes a string.
 */
export class EventReader {
  readonly #options: EventReaderOptions
  readonly #scanner: JsonScanner

  constructor(options: EventReaderOptions) {
    this.#options = options
    this.#scanner = createForeignScanner(options.limits.eventMembers)
  }

  /** `nowMs`: time of receipt, in milliseconds since 1970. The payload may be changed, and belongs to the event. */
  readJson(payload: Buffer, nowMs: number): StoreEvent | PoisonEvent {
    const context = { nowMs, makeId: this.#options.makeId, scanner: this.#scanner }
    const event = readAgentEvent(payload) ?? readForeignEvent(payload, context)
    if (isPoison(event)) return event
    if (event.end - event.start > this.#maxBytes) return this.#tooLarge(payload)
    const id = makeStorable(event.id)
    return id === event.id ? event : { ...event, id }
  }

  readPairs({ payload, pairCount, read }: PairPayload, nowMs: number): StoreEvent | PoisonEvent {
    const { makeId, limits } = this.#options
    if (pairCount > limits.eventMembers) {
      const reason = `the event has ${pairCount} pairs, the limit is ${limits.eventMembers}: raise \`eventMembers\` in \`limits\``
      return { id: makeId(), payload, type: 'too_many_members', reason }
    }
    const pairs = read()
    const longest = pairs.keys().reduce((most, key) => Math.max(most, key.length), 0)
    if (longest > MAX_KEY_CHARACTERS) {
      const reason = `a key of the event has ${longest} characters: at most ${MAX_KEY_CHARACTERS} are allowed`
      return { id: makeId(), payload, type: 'key_too_long', reason }
    }
    return readPairEvent(pairs, { nowMs, makeId, maxBytes: this.#maxBytes }) ?? this.#tooLarge(payload)
  }

  get #maxBytes(): number {
    return this.#options.limits.eventBytes + MAX_ADDED_BYTES
  }

  /** What came was within the limit. */
  #tooLarge(payload: Buffer): PoisonEvent {
    const reason = `the document that is made of the event has more than ${this.#maxBytes} bytes: raise \`eventBytes\` in \`limits\``
    return { id: this.#options.makeId(), payload, type: 'document_too_large', reason }
  }
}

export function isPoison(event: StoreEvent | PoisonEvent): event is PoisonEvent {
  return 'payload' in event
}
