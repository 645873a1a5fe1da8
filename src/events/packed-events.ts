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

type Asked = Pick<StoreEvent, 'rawIndex' | 'pipeline'>

/** What an event takes in a packed batch. */
export function packedBytes(event: StoreEvent | PoisonEvent): number {
  return isPoison(event) ? event.payload.length : event.end - event.start
}

/** All were received at this time. */
export function packEvents(events: readonly (StoreEvent | PoisonEvent)[], receivedAtMs: number): PackedEvents {
  const byteCount = events.reduce((sum, event) => sum + packedBytes(event), 0)
  const bytes = new Uint8Array(byteCount) // not of a pool, since it is transferred
  const ends = new Float64Array(events.length)
  const times = new Float64Array(events.length)
  const faults = new Map<number, { readonly type: string; readonly reason: string }>()
  let end = 0
  for (const [i, event] of events.entries()) {
    if (isPoison(event)) {
      bytes.set(event.payload, end)
      faults.set(i, { type: event.type, reason: event.reason })
    } else {
      event.bytes.copy(bytes, end, event.start, event.end)
      times[i] = event.timeMs
    }
    end += packedBytes(event)
    ends[i] = end
  }
  const ids = events.map(({ id }) => id)
  return { ids, times, receivedAtMs, asked: askedOf(events), doubtfulSince: firstTriesOf(events), ends, bytes, faults }
}

function askedOf(events: readonly (StoreEvent | PoisonEvent)[]): ReadonlyMap<number, Asked> {
  const asked = new Map<number, Asked>()
  for (const [i, event] of events.entries()) {
    const rawIndex = 'rawIndex' in event && { rawIndex: event.rawIndex }
    const pipeline = 'pipeline' in event && { pipeline: event.pipeline }
    if (rawIndex !== false || pipeline !== false) asked.set(i, { ...rawIndex, ...pipeline })
  }
  return asked
}

function firstTriesOf(events: readonly (StoreEvent | PoisonEvent)[]): Float64Array<ArrayBuffer> | undefined {
  return events.some(event => 'doubtfulSinceMs' in event) ? Float64Array.from(events, firstTryOf) : undefined
}

function firstTryOf(event: StoreEvent | PoisonEvent): number {
  return 'doubtfulSinceMs' in event ? event.doubtfulSinceMs : NaN
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
