import { hash } from 'node:crypto'
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { EventReader } from '../events/event-reader.ts'
import { packEvents, packedBytes } from '../events/packed-events.ts'
import type { EventFrame } from '../lumberjack/wire/decoder.ts'
import { readPairs } from '../lumberjack/wire/key-value-pairs.ts'
import { type EventList, readEventLists } from './event-lists.ts'
import { type FramePart, type FrameRequest, type FrameResumption, type WireFrame, bytesOf } from './frame-contract.ts'

/** A part ends here, so that a large frame takes little room, and others get their turn. It is a batch, or less. */
const PART_BYTES = 1024 * 1024
const PART_EVENTS = 1000

const NOTHING: EventList = { frames: [], total: 0, isLast: false }

/** Called before and after an event is read. */
export interface EventWatch {
  readonly begin: (index: number, payload: Buffer) => void
  readonly end: () => void
}

const UNWATCHED: EventWatch = { begin: () => {}, end: () => {} }

interface Draft {
  readonly events: (StoreEvent | PoisonEvent)[]
  readonly sequences: number[]
  byteCount: number
}

/** Reads one frame, part by part. */
export class FrameSession {
  readonly #request: FrameRequest & FrameResumption
  readonly #watch: EventWatch
  readonly #reader: EventReader
  readonly #lists: AsyncIterator<EventList, void>
  #list = NOTHING
  /** Until the first part is given out. */
  #hash: string | undefined
  /** The next event in the list, and in the frame. */
  #at = 0
  #index = 0
  /** An event that was read and did not fit into its part. */
  #left: StoreEvent | PoisonEvent | undefined

  constructor(request: FrameRequest & Partial<FrameResumption>, watch = UNWATCHED, lists = readLists(request)) {
    this.#request = { from: 0, refused: new Map(), ...request }
    this.#hash = request.isHashed ? hash('sha256', bytesOf(request.frame), 'base64url') : undefined
    this.#watch = watch
    this.#reader = new EventReader({ makeId: () => '', limits: request.limits, sender: request.rules })
    this.#lists = lists
  }

  /** The next events, of at most `maxBytes`. Rejects with a ProtocolError. */
  async next(maxBytes: number): Promise<FramePart | 'tooSmall'> {
    const draft: Draft = { events: [], sequences: [], byteCount: 0 }
    while (this.#takeList(draft, maxBytes) && (await this.#nextList()));
    const isLast = this.#list.isLast && this.#at === this.#list.frames.length
    if (draft.events.length === 0 && !isLast) return 'tooSmall'
    return this.#finish(draft, isLast)
  }

  async close(): Promise<void> {
    await this.#lists.return?.()
  }

  #finish({ events, sequences }: Draft, isLast: boolean): FramePart {
    const hashed = this.#hash
    this.#hash = undefined
    const packed = packEvents(events, this.#request.nowMs)
    const foreignIds = this.#reader.takeForeignIds()
    const { total } = this.#list
    return { events: packed, sequences: Uint32Array.from(sequences), total, isLast, hash: hashed, foreignIds }
  }

  /** False after the last list. */
  async #nextList(): Promise<boolean> {
    if (this.#list.isLast) return false
    const { value } = await this.#lists.next()
    this.#list = value ?? { ...NOTHING, isLast: true }
    this.#at = 0
    return true
  }

  /** False when the part is full. */
  #takeList(draft: Draft, maxBytes: number): boolean {
    while (this.#at < this.#list.frames.length) if (!this.#take(draft, maxBytes)) return false
    return true
  }

  /** False when the part is full. */
  #take(draft: Draft, maxBytes: number): boolean {
    const frame = this.#list.frames[this.#at] as EventFrame
    if (this.#index >= this.#request.from) {
      const event = (this.#left ??= this.#read(frame))
      const bytes = packedBytes(event)
      if (draft.byteCount + bytes > maxBytes) return false
      this.#left = undefined
      draft.events.push(event)
      draft.sequences.push(frame.sequence)
      draft.byteCount += bytes
    }
    this.#at++
    this.#index++
    return draft.byteCount < PART_BYTES && draft.events.length < PART_EVENTS
  }

  #read(frame: EventFrame): StoreEvent | PoisonEvent {
    const reason = this.#request.refused.get(this.#index)
    if (reason !== undefined) return { id: '', payload: frame.payload, type: 'unreadable', reason }
    this.#watch.begin(this.#index, frame.payload)
    try {
      return readEvent(this.#reader, frame, this.#request.nowMs)
    } catch (error) {
      return { id: '', payload: frame.payload, type: 'unreadable', reason: `reading it failed: ${String(error)}` }
    } finally {
      this.#watch.end()
    }
  }
}

export function readEvent(reader: EventReader, frame: EventFrame, nowMs: number): StoreEvent | PoisonEvent {
  if (frame.type === 'json') return reader.readJson(frame.payload, nowMs)
  const { payload, pairCount } = frame
  return reader.readPairs({ payload, pairCount, read: () => readPairs(payload, pairCount) }, nowMs)
}

/** Where the events of a frame come from. */
export function readLists({ frame, limits, maxEvents }: FrameRequest): AsyncIterator<EventList, void> {
  if (frame.type === 'compressed') return readEventLists(bufferOf(frame.deflated), limits, maxEvents)
  return oneList([{ ...frame, payload: bufferOf(frame.payload) }])
}

// eslint-disable-next-line typescript/require-await -- an iterator like that of a compressed frame
export async function* oneList(frames: readonly EventFrame[]): AsyncGenerator<EventList, void> {
  yield { frames, total: frames.length, isLast: true }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The same frame, with bytes that are its own and can be transferred. */
export function copyFrame(frame: WireFrame): { readonly frame: WireFrame; readonly buffer: ArrayBuffer } {
  const bytes = new Uint8Array(bytesOf(frame))
  const copied = frame.type === 'compressed' ? { ...frame, deflated: bytes } : { ...frame, payload: bytes }
  return { frame: copied, buffer: bytes.buffer }
}
