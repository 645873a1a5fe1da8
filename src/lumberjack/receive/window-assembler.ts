import type { PoisonEvent, StoreEvent } from '../../flow/event-batch.ts'
import { findAgent } from '../../events/find-agent.ts'
import { EventReader, type SenderRules, isPoison } from '../../events/event-reader.ts'
import { unpackEvents } from '../../events/packed-events.ts'
import type { FramePart } from '../../workers/frame-contract.ts'
import { readEvent } from '../../workers/frame-session.ts'
import type { EventFrame } from '../wire/decoder.ts'
import type { Protocol } from '../wire/frames.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import { WindowDigest } from './join-repeated-windows.ts'
import { type ReceivedBatch, type ResolvedLimits, EVENT_MEMORY_OVERHEAD_BYTES } from './receiver-contract.ts'

/**
 * A batch of protocol 2 is cut at this size, so that the store starts before the window is complete. A window of
 * protocol 1 is one batch: it is acked as a whole, and comes again as a whole.
 */
const BATCH_EVENTS = 1000
const BATCH_BYTES = 1024 * 1024
/** So many first events of a connection are looked at for its agent. */
const MAX_LOOKS = 10

interface OpenWindow {
  readonly protocol: Protocol
  readonly count: number
  readonly digest: WindowDigest | undefined
  received: number
  heldBytes: number
  lastSequence: number
  /** The client has numbered its events 1, 2, … so far: then a number is the count of events. */
  isNumberedFromOne: boolean
}

interface Placed {
  readonly sequence: number
  readonly byteCount: number
}

interface Draft {
  readonly events: StoreEvent[]
  readonly poison: PoisonEvent[]
  byteCount: number
  heldBytes: number
}

export interface AssemblerOptions {
  /** Gives ids to events that come without one. */
  readonly makeId: () => string
  readonly peer: string
  /** In the client's certificate. */
  readonly name?: string | undefined
  /** Of a sender with a certificate. */
  readonly rules: SenderRules | undefined
  readonly onForeignIds: (count: number) => void
  /** The client's address without the port, and the name in its certificate: they distinguish equal windows of clients. */
  readonly origin: string
  readonly limits: Pick<ResolvedLimits, 'inflatedBytes' | 'windowEvents' | 'eventBytes' | 'eventMembers'>
  readonly now: () => number
}

/** Puts the events of frames into the windows that were announced, and cuts batches from them. */
export class WindowAssembler {
  readonly #options: AssemblerOptions
  /** Many connections never send an event that is read here. */
  #lazyReader: EventReader | undefined
  readonly #ready: ReceivedBatch[] = []
  #window: OpenWindow | undefined
  #lastProtocol: Protocol | undefined
  #isFinishing = false
  #agent: string | undefined
  /** Events in which the agent was looked for. */
  #looks = 0
  #draft: Draft = { events: [], poison: [], byteCount: 0, heldBytes: 0 }

  constructor(options: AssemblerOptions) {
    this.#options = options
  }

  get #reader(): EventReader {
    const { makeId, limits, rules } = this.#options
    return (this.#lazyReader ??= new EventReader({ makeId, limits, sender: rules }))
  }

  /** Which agent sends over this connection, as far as its events tell. */
  get agent(): string | undefined {
    return this.#agent
  }

  get openProtocol(): Protocol | undefined {
    return this.#window?.protocol
  }

  /** The protocol of the last window that was begun; undefined before the first. */
  get lastProtocol(): Protocol | undefined {
    return this.#lastProtocol
  }

  /** No further window is begun. */
  get isFinishing(): boolean {
    return this.#isFinishing
  }

  /** Events that the open window lacks. */
  get missing(): number {
    return this.#window === undefined ? 0 : this.#window.count - this.#window.received
  }

  /** The number of the next event in the open window, if its events are numbered from 1. */
  get nextPlace(): number {
    return (this.#window?.received ?? 0) + 1
  }

  /** From now on no further window is begun. */
  finish(): void {
    this.#isFinishing = true
  }

  /** False when the window is not begun, because the windows are finished. */
  begin(protocol: Protocol, count: number): boolean {
    if (this.#window !== undefined)
      throw new ProtocolError(
        'window_unfinished',
        `a window of ${count} events began when ${this.missing} of ${this.#window.count} events of the previous window were missing`,
      )
    if (this.#isFinishing) return false
    const digest = protocol === 1 && count > 0 ? new WindowDigest(this.#options.origin, count) : undefined
    this.#window = {
      protocol,
      count,
      digest,
      received: 0,
      heldBytes: 0,
      lastSequence: 0,
      isNumberedFromOne: true,
    }
    this.#lastProtocol = protocol
    if (count === 0) this.#complete()
    return true
  }

  /** Throws unless the open window lacks at least `count` events. */
  expect(count: number): void {
    if (count <= this.missing) return
    if (this.#lastProtocol === undefined)
      throw new ProtocolError('event_without_window', 'an event came before any window was announced')
    throw new ProtocolError('surplus_events', `${count - this.missing} events more came than the window had announced`)
  }

  /** Takes the events of one frame of the wire; `heldBytes` of memory are given back with the last of them. */
  add(frames: readonly EventFrame[], wireBytes: Uint8Array, heldBytes: number): void {
    this.#checkSize(heldBytes)
    this.expect(frames.length)
    const window = this.#window as OpenWindow
    window.digest?.add(wireBytes) // before the events are read, which may change the bytes
    this.#cutLarge(frames.length)
    for (const frame of frames) {
      const event = readEvent(this.#reader, frame, this.#options.now())
      this.#put(window, event, { sequence: frame.sequence, byteCount: frame.payload.length })
    }
    this.#options.onForeignIds(this.#reader.takeForeignIds())
    this.#draft.heldBytes += heldBytes
    if (this.missing === 0) this.#complete()
  }

  /** The hash of a frame is wanted with its events. */
  get isHashed(): boolean {
    return this.#window?.digest !== undefined
  }

  /** Takes the next events of a frame that others have read. */
  addPart(part: FramePart, heldBytes: number): void {
    this.#checkSize(heldBytes)
    this.expect(part.sequences.length)
    if (part.hash !== undefined) this.#window?.digest?.add(Buffer.from(part.hash))
    if (part.sequences.length === 0) return
    const window = this.#window as OpenWindow
    this.#cutLarge(part.sequences.length)
    this.#options.onForeignIds(part.foreignIds)
    let start = 0
    for (const [i, event] of unpackEvents(part.events, this.#options.makeId).entries()) {
      const end = part.events.ends[i] as number
      this.#put(window, event, { sequence: part.sequences[i] as number, byteCount: end - start })
      start = end
    }
    this.#draft.heldBytes += heldBytes
    if (this.missing === 0) this.#complete()
  }

  /** Makes a batch of the events of a protocol 2 window so far; false when there are none. */
  cut(): boolean {
    if (this.#window?.protocol !== 2 || this.#draft.events.length + this.#draft.poison.length === 0) return false
    this.#cut(false)
    return true
  }

  /** Drops what is not part of a batch yet; returns the bytes that it held. */
  drop(): number {
    const { heldBytes } = this.#draft
    this.#window = undefined
    this.#draft = { events: [], poison: [], byteCount: 0, heldBytes: 0 }
    return heldBytes
  }

  take(): ReceivedBatch | undefined {
    return this.#ready.shift()
  }

  /** A protocol 1 window is held as a whole. */
  #checkSize(moreBytes: number): void {
    if (this.#window === undefined) return
    this.#window.heldBytes += moreBytes
    const { inflatedBytes, windowEvents } = this.#options.limits
    if (this.#window.protocol === 2) return
    if (this.#window.heldBytes <= inflatedBytes + EVENT_MEMORY_OVERHEAD_BYTES * windowEvents) return
    throw new ProtocolError(
      'inflated_too_large',
      `a protocol 1 window has more than ${inflatedBytes} bytes: make the client send fewer events at a time, or raise \`inflatedBytes\` in \`limits\``,
    )
  }

  #put(window: OpenWindow, event: StoreEvent | PoisonEvent, { sequence, byteCount }: Placed): void {
    if (isPoison(event)) this.#draft.poison.push(event)
    else {
      if (this.#agent === undefined && this.#looks < MAX_LOOKS) this.#look(event)
      this.#draft.events.push(event)
    }
    this.#draft.byteCount += byteCount
    window.received++
    window.isNumberedFromOne &&= sequence === window.received
    window.lastSequence = sequence
  }

  #look(event: StoreEvent): void {
    this.#looks++
    this.#agent = findAgent(event, this.#options.name)
  }

  /** Called before further events are put, which stay together: they share a buffer, which one batch is to hold. */
  #cutLarge(moreEvents: number): void {
    const { events, poison, byteCount } = this.#draft
    const size = events.length + poison.length
    const isLarge = size + moreEvents > BATCH_EVENTS || byteCount >= BATCH_BYTES
    if (size > 0 && isLarge && this.#window?.protocol === 2) this.#cut(false)
  }

  #complete(): void {
    this.#cut(true)
    this.#window = undefined
  }

  #cut(isFinal: boolean): void {
    const window = this.#window as OpenWindow
    this.#ready.push({
      ...this.#draft,
      receivedAtMs: this.#options.now(),
      peer: this.#options.peer,
      agent: this.#agent,
      protocol: window.protocol,
      ackSequence: findAckSequence(window, isFinal),
      isFinal,
      joinKey: window.digest?.toKey(),
    })
    this.#draft = { events: [], poison: [], byteCount: 0, heldBytes: 0 }
  }
}

/**
 * The number of the last event that is safe. A protocol 2 client may get it before the window is complete, but only if
 * it cannot be taken for the end of the window; for a protocol 1 client any ack is the end.
 */
function findAckSequence(window: OpenWindow, isFinal: boolean): number | undefined {
  if (isFinal) return window.lastSequence
  return window.protocol === 2 && window.isNumberedFromOne ? window.received : undefined
}
