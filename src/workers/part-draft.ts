import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { EventPacker, packedBytes } from '../events/packed-events.ts'
import type { FramePart } from './frame-contract.ts'

/** A part ends here, so that a large frame takes little room, and others get their turn. It is a batch, or less. */
export const PART_BYTES = 1024 * 1024
const PART_EVENTS = 1000
/** Events are joined here; a larger one is a part of its own. */
const ROOM_BYTES = PART_BYTES + 64 * 1024
/** For the next part. */
const rooms: Buffer[] = []

/** An event, with the number of its ids that had the hash of another name. */
export interface Read {
  readonly event: StoreEvent | PoisonEvent
  readonly foreignIds: number
}

/** Documents of events that follow each other, a byte a character. */
export interface WrittenDocuments {
  readonly text: string
  readonly ends: readonly number[]
  readonly idOf: (i: number) => string
  readonly timeOf: (i: number) => number
  readonly doubtfulSinceMs: number | undefined
}

/** The part of a frame that is being made. */
export class PartDraft {
  readonly #events: EventPacker
  readonly #sequences: number[] = []
  readonly #maxBytes: number
  #foreignIds = 0

  /** Of at most `maxBytes`. */
  constructor(room: Buffer, maxBytes: number) {
    this.#events = new EventPacker(room)
    this.#maxBytes = maxBytes
  }

  get isEmpty(): boolean {
    return this.#events.count === 0
  }

  get isFull(): boolean {
    return this.#events.byteCount >= PART_BYTES || this.#events.count >= PART_EVENTS
  }

  /** Undefined when it does not fit. The bytes of an event that is kept belong to the part. */
  add({ event, foreignIds }: Read, sequence: number): 'copied' | 'kept' | undefined {
    if (this.#events.byteCount + packedBytes(event) > this.#maxBytes || !this.#events.fits(event)) return undefined
    const isCopied = this.#events.add(event)
    this.#sequences.push(sequence)
    this.#foreignIds += foreignIds
    return isCopied ? 'copied' : 'kept'
  }

  /** Adds the documents from `from` on that fit, numbered from `sequence` on; returns how many. */
  addWritten(documents: WrittenDocuments, from: number, sequence: number): number {
    const start = documents.ends[from - 1] ?? 0
    const space = Math.min(this.#maxBytes - this.#events.byteCount, this.#events.freeBytes)
    const most = Math.min(documents.ends.length, from + PART_EVENTS - this.#events.count)
    let to = from
    while (to < most && (documents.ends[to] as number) - start <= space) to++
    if (to === from) return 0
    this.#events.write(documents.text.slice(start, documents.ends[to - 1]))
    for (let i = from; i < to; i++) {
      const { doubtfulSinceMs } = documents
      const byteCount = (documents.ends[i] as number) - (documents.ends[i - 1] ?? 0)
      this.#events.noteWritten({ id: documents.idOf(i), timeMs: documents.timeOf(i), doubtfulSinceMs }, byteCount)
      this.#sequences.push(sequence + i - from)
    }
    return to - from
  }

  noteForeignIds(count: number): void {
    this.#foreignIds += count
  }

  finish(receivedAtMs: number): Pick<FramePart, 'events' | 'sequences' | 'foreignIds'> {
    const events = this.#events.pack(receivedAtMs)
    return { events, sequences: Uint32Array.from(this.#sequences), foreignIds: this.#foreignIds }
  }
}

/** Lends a room for events to `make`. */
export async function withRoom<Made>(make: (room: Buffer) => Made | Promise<Made>): Promise<Made> {
  const room = rooms.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES)
  try {
    return await make(room)
  } finally {
    if (rooms.length === 0) rooms.push(room)
  }
}
