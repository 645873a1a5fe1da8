// Events on their way between threads: a few flat buffers, which are transferred instead of copied.
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { isPoison } from './event-reader.ts'

export interface PackedEvents {
  /** '' where an event came without an id. */
  readonly ids: readonly string[]
  /** Milliseconds since 1970. */
  readonly times: Float64Array<ArrayBuffer>
  readonly receivedAtMs: number
  /** The index and the pipeline that senders ask for, by position. */
  readonly asked: ReadonlyMap<number, Asked>
  /** Times of first tries, in milliseconds since 1970; NaN where there was none. Absent where no event has one. */
  readonly doubtfulSince: Float64Array<ArrayBuffer> | undefined
  /** Event `i` is `bytes[ends[i - 1] ?? 0 .. ends[i])`: a document, or the payload of an event with a fault. */
  readonly ends: Float64Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the events that no store could ever take, by position. */
  readonly faults: ReadonlyMap<number, { readonly type: string; readonly reason: string }>
}

/** Before the payload of an event. */
const MAX_HEADER_BYTES = 10

type Asked = Pick<StoreEvent, 'rawIndex' | 'pipeline'>

/** What an event takes in a packed batch. */
export function packedBytes(event: StoreEvent | PoisonEvent): number {
  return isPoison(event) ? event.payload.length : event.end - event.start
}

/** Packs events one by one, so that none of them keeps the memory that it was read from. */
export class EventPacker {
  readonly #ids: string[] = []
  readonly #times: number[] = []
  readonly #ends: number[] = []
  readonly #asked = new Map<number, Asked>()
  readonly #firstTries = new Map<number, number>()
  readonly #faults = new Map<number, { readonly type: string; readonly reason: string }>()
  readonly #room: Buffer
  /** One event that takes more than the room. */
  #large: Uint8Array<ArrayBuffer> | undefined
  #byteCount = 0

  /** Events are joined in `room`, which is for other use after `pack`. */
  constructor(room: Buffer) {
    this.#room = room
  }

  get count(): number {
    return this.#ids.length
  }

  get byteCount(): number {
    return this.#byteCount
  }

  /** What documents that are written may take. */
  get freeBytes(): number {
    return this.#large === undefined ? this.#room.length - this.#byteCount : 0
  }

  /** Any first event fits. */
  fits(event: StoreEvent | PoisonEvent): boolean {
    return this.count === 0 || (this.#large === undefined && this.#byteCount + packedBytes(event) <= this.#room.length)
  }

  /** Adds an event that fits; true where its bytes were copied. Otherwise they belong to the batch from now on. */
  add(event: StoreEvent | PoisonEvent): boolean {
    const i = this.count
    const isCopied = isPoison(event)
      ? this.#put(event.payload, 0, event.payload.length)
      : this.#put(event.bytes, event.start, event.end)
    if (isPoison(event)) this.#faults.set(i, { type: event.type, reason: event.reason })
    else this.#note(i, event)
    this.#times.push(isPoison(event) ? 0 : event.timeMs)
    this.#ids.push(event.id)
    this.#ends.push(this.#byteCount)
    return isCopied
  }

  /** Writes documents, a byte a character, that take at most `freeBytes`; `noteWritten` follows for each of them. */
  write(text: string): void {
    this.#room.write(text, this.#byteCount, 'latin1')
  }

  noteWritten(
    event: Pick<StoreEvent, 'id' | 'timeMs'> & { readonly doubtfulSinceMs: number | undefined },
    byteCount: number,
  ): void {
    if (event.doubtfulSinceMs !== undefined) this.#firstTries.set(this.count, event.doubtfulSinceMs)
    this.#byteCount += byteCount
    this.#times.push(event.timeMs)
    this.#ids.push(event.id)
    this.#ends.push(this.#byteCount)
  }

  /** All were received at this time. */
  pack(receivedAtMs: number): PackedEvents {
    const firstTries =
      this.#firstTries.size > 0 && Float64Array.from(this.#ids, (_, i) => this.#firstTries.get(i) ?? NaN)
    return {
      ids: this.#ids,
      times: Float64Array.from(this.#times),
      receivedAtMs,
      asked: this.#asked,
      doubtfulSince: firstTries === false ? undefined : firstTries,
      ends: Float64Array.from(this.#ends),
      // Not of a pool, since it is transferred.
      bytes: this.#large ?? new Uint8Array(this.#room.subarray(0, this.#byteCount)),
      faults: this.#faults,
    }
  }

  #note(i: number, event: StoreEvent): void {
    const rawIndex = 'rawIndex' in event && { rawIndex: event.rawIndex }
    const pipeline = 'pipeline' in event && { pipeline: event.pipeline }
    if (rawIndex !== false || pipeline !== false) this.#asked.set(i, { ...rawIndex, ...pipeline })
    if (event.doubtfulSinceMs !== undefined) this.#firstTries.set(i, event.doubtfulSinceMs)
  }

  /** True where they were copied. */
  #put(bytes: Buffer, start: number, end: number): boolean {
    const part = bytes.subarray(start, end)
    const isLarge = part.length > this.#room.length
    const isKept = isLarge && isAlone(bytes)
    if (isKept) this.#large = part as Uint8Array<ArrayBuffer>
    else if (isLarge) this.#large = new Uint8Array(part)
    else part.copy(this.#room, this.#byteCount)
    this.#byteCount += part.length
    return !isKept
  }
}

/** Nothing else is in its memory but, at most, the header of the frame that it came in: the rest would have to fit there. */
function isAlone({ buffer, byteLength }: Buffer): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength - byteLength <= MAX_HEADER_BYTES
}

/** The events, as views of the buffer. `makeId` gives ids to those without one. */
export function unpackEvents(packed: PackedEvents, makeId: () => string): (StoreEvent | PoisonEvent)[] {
  const { times, receivedAtMs, ends, asked, doubtfulSince, faults } = packed
  const bytes = Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength)
  let start = 0
  return packed.ids.map((packedId, i) => {
    const id = packedId === '' ? makeId() : packedId
    const end = ends[i] as number
    const fault = faults.get(i)
    const event = { id, timeMs: times[i] as number, bytes, start, end, receivedAtMs }
    start = end
    if (fault !== undefined) return { id, payload: bytes.subarray(event.start, end), ...fault }
    const doubtfulSinceMs = doubtfulSince?.[i] ?? NaN
    if (asked.size === 0 && Number.isNaN(doubtfulSinceMs)) return event
    return { ...event, ...asked.get(i), ...(!Number.isNaN(doubtfulSinceMs) && { doubtfulSinceMs }) }
  })
}

/** The buffers to transfer. */
export function buffersOf({ times, ends, bytes, doubtfulSince }: PackedEvents): ArrayBuffer[] {
  return [times.buffer, ends.buffer, bytes.buffer, ...(doubtfulSince === undefined ? [] : [doubtfulSince.buffer])]
}
