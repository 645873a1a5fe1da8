import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { ClaimedHost } from './claimed-host.ts'
import { editBody } from './edit-body.ts'
import { type IdBinding, bindId } from './event-id.ts'
import { claimsField } from './field-claim.ts'
import { AgentEventReader, restorePayload } from './read-agent-event.ts'
import { createForeignScanner, readForeignEvent } from './read-foreign-event.ts'
import { readPairEvent } from './read-pair-event.ts'
import type { JsonScanner } from './json-scanner.ts'

export interface EventReaderOptions {
  /** Gives ids to events that come without one. */
  readonly makeId: () => string
  readonly limits: EventLimits
  readonly sender?: SenderRules | undefined
}

/** What holds for the events of a sender whose certificate has a name. */
export interface SenderRules extends IdBinding {
  /** Events that say they are from another host than this one are refused. */
  readonly onlyHost?: string
  /** Where the name in the certificate is stored. A sender without a name may not use the field either. */
  readonly nameField?: { readonly field: string; readonly name: string | undefined }
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
  readonly #agentEvents = new AgentEventReader()
  readonly #scanner: JsonScanner
  readonly #claimedHost: ClaimedHost
  #foreignIds = 0

  constructor(options: EventReaderOptions) {
    this.#options = options
    this.#scanner = createForeignScanner(options.limits.eventMembers)
    this.#claimedHost = new ClaimedHost(options.limits.eventMembers)
  }

  /** `nowMs`: time of receipt, in milliseconds since 1970. The payload may be changed, and belongs to the event. */
  readJson(payload: Buffer, nowMs: number): StoreEvent | PoisonEvent {
    const context = { nowMs, makeId: this.#options.makeId, scanner: this.#scanner }
    const event = this.#agentEvents.read(payload, nowMs) ?? readForeignEvent(payload, context)
    return isPoison(event) ? event : this.#check(event, payload)
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
    const event = readPairEvent(pairs, { nowMs, makeId, maxBytes: this.#maxBytes })
    return event === undefined ? this.#tooLarge(payload) : this.#check(event, payload)
  }

  /** How many ids with the hash of another name there were since the last call. */
  takeForeignIds(): number {
    const count = this.#foreignIds
    this.#foreignIds = 0
    return count
  }

  #check(event: StoreEvent, payload: Buffer): StoreEvent | PoisonEvent {
    const claim = this.#findClaim(event)
    if (claim !== undefined) {
      restorePayload(payload, event)
      return { id: this.#options.makeId(), payload, ...claim }
    }
    const named = this.#addName(event)
    if (named.end - named.start > this.#maxBytes) {
      restorePayload(payload, event)
      return this.#tooLarge(payload)
    }
    if (named.id === '') return named
    const { id, isForeign } = bindId(named.id, this.#options.sender)
    if (isForeign) this.#foreignIds++
    return id === named.id ? named : { ...named, id }
  }

  /** What the event says that its sender may not say. */
  #findClaim(event: StoreEvent): Pick<PoisonEvent, 'type' | 'reason'> | undefined {
    const { onlyHost, nameField } = this.#options.sender ?? {}
    const other = onlyHost === undefined ? undefined : this.#claimedHost.findOther(event, onlyHost)
    if (other !== undefined) {
      const reason = `host.name is ${other.slice(0, 200)}, and the certificate of its sender is for "${onlyHost}"`
      return { type: 'foreign_host', reason }
    }
    if (nameField === undefined || !claimsField(event, nameField.field)) return undefined
    const reason = `the event has "${nameField.field}" or a value above or below it, which \`nameField\` in \`ids\` keeps for the name in the certificate of its sender`
    return { type: 'claimed_name', reason }
  }

  #addName(event: StoreEvent): StoreEvent {
    const { field, name } = this.#options.sender?.nameField ?? {}
    if (field === undefined || name === undefined) return event
    const { bytes, start, end } = event
    const added = `${JSON.stringify(field)}:${JSON.stringify(name)}`
    const document = editBody({ bytes, braces: { start, end }, edits: [], added })
    return { ...event, bytes: document, start: 0, end: document.length }
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
