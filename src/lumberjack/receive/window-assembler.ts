import type { PoisonEvent, StoreEvent } from '../../flow/events.ts'
import { type EventFrame, type EventReader, isPoison } from '../../events/event-reader.ts'
import type { Protocol } from '../wire/frames.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ReceivedBatch } from './received-batch.ts'
import { WindowDigest } from './window-digest.ts'

/** A batch is cut when it has so many events or bytes, so that a store gets to work before the window is complete. */
const BATCH_EVENTS = 1000
const BATCH_BYTES = 1024 * 1024

/** A window that was announced. */
interface OpenWindow {
  readonly protocol: Protocol
  readonly count: number
  readonly digest: WindowDigest | undefined
  received: number
  lastSequence: number
  /** The writer numbers 1..n, as far as we have seen: then a number says how far we are. */
  isNumberedFromOne: boolean
  /** Batches that wait for the rest of a protocol 1 window, which is handed on whole or not at all. */
  readonly parts: ReceivedBatch[]
}

interface Draft {
  readonly events: StoreEvent[]
  readonly poison: PoisonEvent[]
  byteCount: number
  heldBytes: number
}

export interface AssemblerOptions {
  readonly reader: EventReader
  readonly peer: string
  /** Part of what tells one sender's window from another's: the address without the port. */
  readonly address: string
  readonly now: () => number
}

/** Puts the events of frames into the windows that were announced, and cuts batches from them. */
export class WindowAssembler {
  readonly #options: AssemblerOptions
  readonly #ready: ReceivedBatch[] = []
  #window: OpenWindow | undefined
  #hadWindow = false
  #draft: Draft = { events: [], poison: [], byteCount: 0, heldBytes: 0 }

  constructor(options: AssemblerOptions) {
    this.#options = options
  }

  /** The protocol of the window whose events are awaited; undefined between windows. */
  get openProtocol(): Protocol | undefined {
    return this.#window?.protocol
  }

  /** Events that the open window still lacks. */
  get missing(): number {
    return this.#window === undefined ? 0 : this.#window.count - this.#window.received
  }

  begin(protocol: Protocol, count: number): void {
    if (this.#window !== undefined)
      throw new ProtocolError(
        'window_unfinished',
        `a window of ${count} events began when ${this.missing} of ${this.#window.count} events of the one before were missing`,
      )
    const digest = protocol === 1 ? new WindowDigest(this.#options.address, count) : undefined
    this.#window = { protocol, count, digest, received: 0, lastSequence: 0, isNumberedFromOne: true, parts: [] }
    this.#hadWindow = true
    if (count === 0) this.#complete()
  }

  /** Throws unless the open window lacks at least `count` events. */
  expect(count: number): void {
    if (count <= this.missing) return
    if (!this.#hadWindow)
      throw new ProtocolError('event_without_window', 'an event came before any window was announced')
    throw new ProtocolError('surplus_events', `${count - this.missing} events more came than the window had announced`)
  }

  /** Takes the events of one frame of the wire; `heldBytes` of memory are let go with the last of them. */
  add(frames: readonly EventFrame[], wireBytes: Buffer, heldBytes: number): void {
    this.expect(frames.length)
    const window = this.#window as OpenWindow
    window.digest?.add(wireBytes) // before events are read: that may change the bytes
    for (const frame of frames) this.#addEvent(window, frame)
    this.#draft.heldBytes += heldBytes
    if (this.missing === 0) this.#complete()
  }

  /** Makes what there is of a protocol 2 window a batch; false when there is nothing. */
  cut(): boolean {
    if (this.#window?.protocol !== 2 || this.#draft.events.length + this.#draft.poison.length === 0) return false
    this.#cut(false)
    return true
  }

  /** The next batch for the sink. */
  take(): ReceivedBatch | undefined {
    return this.#ready.shift()
  }

  #addEvent(window: OpenWindow, frame: EventFrame): void {
    const { events, poison } = this.#draft
    if (events.length + poison.length >= BATCH_EVENTS || this.#draft.byteCount >= BATCH_BYTES) this.#cut(false)
    const event = this.#options.reader.read(frame, this.#options.now())
    if (isPoison(event)) this.#draft.poison.push(event)
    else this.#draft.events.push(event)
    this.#draft.byteCount += frame.payload.length
    window.received++
    window.isNumberedFromOne &&= frame.sequence === window.received
    window.lastSequence = frame.sequence
  }

  #complete(): void {
    const { parts, digest } = this.#window as OpenWindow
    this.#cut(true)
    const key = digest?.toKey()
    this.#ready.push(...parts.map((part, i) => ({ ...part, joinKey: `${key} ${i}` })))
    this.#window = undefined
  }

  #cut(isFinal: boolean): void {
    const window = this.#window as OpenWindow
    const batch: ReceivedBatch = {
      ...this.#draft,
      receivedAtMs: this.#options.now(),
      peer: this.#options.peer,
      protocol: window.protocol,
      ackSequence: ackOf(window, isFinal),
      isFinal,
      joinKey: undefined,
    }
    this.#draft = { events: [], poison: [], byteCount: 0, heldBytes: 0 }
    if (window.protocol === 2) this.#ready.push(batch)
    else window.parts.push(batch)
  }
}

/**
 * What an ack says: the last number of what is safe. Protocol 2 may hear it before the window is complete, but only from
 * a number that can't be taken for the window's end; for protocol 1 any ack is the end.
 */
function ackOf(window: OpenWindow, isFinal: boolean): number | undefined {
  if (isFinal) return window.lastSequence
  return window.protocol === 2 && window.isNumberedFromOne ? window.received : undefined
}
