import { hash } from 'node:crypto'
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { EventReader } from '../events/event-reader.ts'
import { freeBytes } from '../flow/free-bytes.ts'
import type { EventFrame } from '../lumberjack/wire/decoder.ts'
import { readPairs } from '../lumberjack/wire/key-value-pairs.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import { type EventList, NO_EVENTS, readEventLists } from './event-lists.ts'
import { type FramePart, type FrameRequest, type FrameResumption, type WireFrame, bytesOf } from './frame-contract.ts'
import { PartDraft, type Read, withRoom } from './part-draft.ts'
import { type EventWatch, type Session, UNWATCHED } from './session.ts'

/** What an event of a list takes besides its bytes. */
const LISTED_EVENT_BYTES = 200

type EventsRequest = FrameRequest & { readonly frame: Exclude<WireFrame, { readonly type: 'runs' }> }

/** Reads a frame that is one event, or a compressed one, part by part. */
export class FrameSession implements Session {
  readonly #request: EventsRequest & FrameResumption
  readonly #watch: EventWatch
  readonly #reader: EventReader
  readonly #lists: AsyncIterator<EventList, void>
  #list = NO_EVENTS
  /** Until the first part is given out. */
  #hash: string | undefined
  /** The next event in the list, and in the frame. */
  #at = 0
  #index = 0
  /** An event that was read and did not fit into its part. */
  #left: Read | undefined
  /** Inflating it has failed, and so has ended. */
  #isBroken = false

  constructor(request: EventsRequest & Partial<FrameResumption>, watch = UNWATCHED) {
    this.#request = { from: 0, total: undefined, refused: new Map(), ...request }
    this.#hash = request.isHashed ? hash('sha256', bytesOf(request.frame), 'base64url') : undefined
    this.#watch = watch
    this.#reader = new EventReader({ makeId: () => '', limits: request.limits, sender: request.rules })
    this.#lists = readLists(request)
  }

  /** The next events, of at most `maxBytes`. Rejects with a ProtocolError. */
  async next(maxBytes: number): Promise<FramePart | 'tooSmall'> {
    return await withRoom(room => this.#next(new PartDraft(room, maxBytes)))
  }

  /** Nothing inflates the frame any more: the rest of its events is in memory. */
  get isInflated(): boolean {
    return this.#isBroken || (this.#list.isLast && this.#list.total <= this.#request.maxEvents)
  }

  async close(): Promise<void> {
    this.#list.free()
    await this.#lists.return?.()
  }

  async #next(draft: PartDraft): Promise<FramePart | 'tooSmall'> {
    while (this.#takeList(draft) && (await this.#nextList()));
    const isLast = this.#list.isLast && this.#at === this.#list.frames.length
    if (draft.isEmpty && !isLast) return 'tooSmall'
    return this.#finish(draft, isLast)
  }

  #finish(draft: PartDraft, isLast: boolean): FramePart {
    const hashed = this.#hash
    this.#hash = undefined
    const packed = draft.finish(this.#request.nowMs)
    const { total, keptBytes, frames } = this.#list
    const listBytes = this.#at < frames.length ? frames.length * LISTED_EVENT_BYTES : 0
    return { ...packed, total, isLast, keptBytes: isLast ? 0 : keptBytes() + listBytes, hash: hashed }
  }

  /** False after the last list. */
  async #nextList(): Promise<boolean> {
    if (this.#list.isLast) return false
    const { value } = await this.#lists.next().catch((error: unknown) => {
      this.#isBroken = error instanceof ProtocolError && error.code === 'bad_compression'
      throw error
    })
    this.#list = value ?? { ...NO_EVENTS, isLast: true }
    this.#at = 0
    return true
  }

  /** False when the part is full. */
  #takeList(draft: PartDraft): boolean {
    while (this.#at < this.#list.frames.length) {
      const goesOn = this.#take(draft)
      if (this.#at === this.#list.frames.length) this.#list.free()
      if (!goesOn) return false
    }
    return true
  }

  /** False when the part is full. */
  #take(draft: PartDraft): boolean {
    const frame = this.#list.frames[this.#at] as EventFrame
    if (this.#index >= this.#request.from && !this.#put(draft, frame)) return false
    this.#at++
    this.#index++
    return !draft.isFull
  }

  /** False when it does not fit. */
  #put(draft: PartDraft, frame: EventFrame): boolean {
    const read = (this.#left ??= this.#readOnce(frame))
    const added = draft.add(read, frame.sequence)
    if (added === undefined) return false
    this.#left = undefined
    this.#settle(read.event, frame, added)
    return true
  }

  #settle(event: StoreEvent | PoisonEvent, { payload }: EventFrame, added: 'copied' | 'kept'): void {
    const bytes = 'bytes' in event ? event.bytes : event.payload
    const isMade = bytes.buffer !== payload.buffer
    if (added === 'kept' && !isMade) this.#list.giveAway(payload.buffer)
    if (added === 'copied' && isMade) freeBytes(bytes)
  }

  /** Its ids count with the part that it is in: another thread may read it again. */
  #readOnce(frame: EventFrame): Read {
    const event = this.#read(frame)
    return { event, foreignIds: this.#reader.takeForeignIds() }
  }

  #read(frame: EventFrame): StoreEvent | PoisonEvent {
    const reason = this.#request.refused.get(this.#index)
    if (reason !== undefined) return { id: '', payload: frame.payload, type: 'unreadable', reason }
    this.#watch.begin(this.#index, frame.payload)
    try {
      return readEvent(this.#reader, frame, this.#request.nowMs)
    } finally {
      this.#watch.end()
    }
  }
}

export function readEvent(reader: EventReader, frame: EventFrame, nowMs: number): StoreEvent | PoisonEvent {
  const { payload } = frame
  try {
    if (frame.type === 'json') return reader.readJson(payload, nowMs)
    const { pairCount } = frame
    return reader.readPairs({ payload, pairCount, read: () => readPairs(payload, pairCount) }, nowMs)
  } catch (error) {
    return { id: '', payload, type: 'unreadable', reason: `reading it failed: ${String(error)}` }
  }
}

/** Where the events of a frame come from. */
function readLists({
  frame,
  limits,
  maxEvents,
  total,
}: EventsRequest & Partial<FrameResumption>): AsyncIterator<EventList, void> {
  if (frame.type === 'compressed')
    return readEventLists({ deflated: bufferOf(frame.deflated), limits, maxEvents, total })
  return oneList([{ ...frame, payload: bufferOf(frame.payload) }])
}

// eslint-disable-next-line typescript/require-await -- an iterator like that of a compressed frame
async function* oneList(frames: readonly EventFrame[]): AsyncGenerator<EventList, void> {
  yield { ...NO_EVENTS, frames, total: frames.length, isLast: true }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The same frame, with bytes that are its own and can be transferred. */
export function copyFrame(frame: WireFrame): { readonly frame: WireFrame; readonly buffer: ArrayBuffer } {
  const bytes = new Uint8Array(bytesOf(frame))
  if (frame.type === 'compressed') return { frame: { ...frame, deflated: bytes }, buffer: bytes.buffer }
  if (frame.type === 'runs') return { frame: { ...frame, zstd: bytes }, buffer: bytes.buffer }
  return { frame: { ...frame, payload: bytes }, buffer: bytes.buffer }
}
