import {
  type FrameLimits,
  type Protocol,
  EVENT_HEADER_BYTES,
  SHORT_FRAME_BYTES,
  TYPE_COMPRESSED,
  TYPE_JSON,
  TYPE_PAIRS,
  TYPE_RUNS,
  TYPE_WINDOW,
  VERSION_1,
  VERSION_2,
} from './frames.ts'
import { FrameBuffer } from './frame-buffer.ts'
import { PairWalk } from './key-value-pairs.ts'
import { ProtocolError, formatFirstBytes, makeStrangerError } from './protocol-error.ts'

/** A frame from a writer. Its buffers are parts of the pushed chunks and belong to the caller. */
export type Frame =
  | { readonly type: 'window'; readonly protocol: Protocol; readonly count: number }
  | { readonly type: 'json'; readonly sequence: number; readonly payload: Buffer }
  /** `payload` is `pairCount` pairs, whose lengths are known to fit. */
  | { readonly type: 'pairs'; readonly sequence: number; readonly payload: Buffer; readonly pairCount: number }
  | { readonly type: 'compressed'; readonly deflated: Buffer }
  /** One zstd frame, which was not looked at. */
  | { readonly type: 'runs'; readonly zstd: Buffer }

/** A frame that is one event. */
export type EventFrame = Extract<Frame, { readonly type: 'json' | 'pairs' }>

/** A J, D or W frame's letter determines its structure, with any digit: some clients send `1J`. */
const types = new Set([TYPE_WINDOW, TYPE_PAIRS, TYPE_JSON, TYPE_COMPRESSED])

export interface DecoderOptions {
  /** The bytes come out of a compressed frame, which may hold only events. */
  readonly isInflated?: boolean
  /** The connection has selected our own wire form: it may have R frames. */
  readonly allowsRuns?: boolean
  /** Nobody else uses the chunks that are pushed: `free` gives their memory back. */
  readonly ownsChunks?: boolean
}

/**
 * Bytes in, frames out; bytes may be split anywhere. The sizes that a peer announces are checked against the limits before
 * memory is kept for them, and memory grows only with bytes that have come. It does not know whether a window is full.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits
  readonly #isInflated: boolean
  readonly #allowsRuns: boolean
  readonly #buffer: FrameBuffer
  #pairs: PairWalk | undefined
  /** Bytes of the frame that is being read, as far as they are known. */
  #wanted = 0

  constructor(limits: FrameLimits, options: DecoderOptions = {}) {
    const { isInflated = false, allowsRuns = false, ownsChunks = false } = options
    this.#limits = limits
    this.#isInflated = isInflated
    this.#allowsRuns = allowsRuns
    this.#buffer = new FrameBuffer(ownsChunks)
  }

  push(chunk: Buffer): void {
    this.#buffer.push(chunk, { bytes: this.#wanted, isExact: this.#pairs === undefined })
  }

  /** Bytes that the frame which has begun will take, as far as it has announced them; 0 between frames. */
  get wantedBytes(): number {
    return this.#buffer.length === 0 ? 0 : Math.max(this.#wanted, this.#buffer.length)
  }

  /** Bytes that were pushed and are not part of a frame that was given out. */
  get bufferedBytes(): number {
    return this.#buffer.unusedBytes
  }

  /** The next whole frame; undefined when more bytes are needed. Throws ProtocolError, and must not be used after that. */
  next(): Frame | undefined {
    this.#wanted = this.#measure()
    if (this.#wanted === 0 || this.#buffer.length < this.#wanted) return undefined
    const bytes = this.#buffer.take(this.#wanted)
    const pairCount = this.#pairs?.count ?? 0
    this.#pairs = undefined
    this.#wanted = 0
    return toFrame(bytes, pairCount)
  }

  /** Memory of what was pushed, until it is given back. */
  get heldBytes(): number {
    return this.#buffer.heldBytes
  }

  /** No frame that was given out is used any more: its memory is given back, if the chunks are the decoder's. */
  free(): void {
    this.#buffer.free()
  }

  /** The buffer of a frame that was given out belongs to the caller from now on. */
  giveAway(buffer: ArrayBufferLike): void {
    this.#buffer.giveAway(buffer)
  }

  /** As `free`; no more frames are taken either. */
  freeAll(): void {
    this.#buffer.freeAll()
  }

  /** The whole events of an inflated frame that have come, at most `maxEvents`. */
  takeEvents(maxEvents = Infinity): EventFrame[] {
    const frames: EventFrame[] = []
    while (frames.length < maxEvents) {
      const frame = this.next()
      if (frame === undefined) break
      frames.push(frame as EventFrame)
    }
    return frames
  }

  /** An inflated frame is over; `count`: its whole events. */
  checkEnd(count: number): void {
    if (this.wantedBytes === 0) return
    throw new ProtocolError('cut_short', `a compressed frame ended inside its event ${count + 1}`)
  }

  /** Size of the frame at the start of the buffer, or the part of it that is known; 0 as long as its header is incomplete. */
  #measure(): number {
    const { bytes, start, length } = this.#buffer
    if (length === 0) return 0
    this.#checkStart(bytes, start, length)
    const type = bytes[start + 1]
    if (length < SHORT_FRAME_BYTES) return 0
    if (type === TYPE_WINDOW) return this.#measureWindow(bytes.readUInt32BE(start + 2))
    if (type === TYPE_COMPRESSED || type === TYPE_RUNS) return this.#measureCompressed(bytes.readUInt32BE(start + 2))
    if (length < EVENT_HEADER_BYTES) return 0
    const size = bytes.readUInt32BE(start + 6)
    return type === TYPE_JSON ? this.#measureJson(size) : this.#measurePairs(size)
  }

  #checkStart(bytes: Buffer, start: number, length: number): void {
    const version = bytes[start]
    if (version !== VERSION_1 && version !== VERSION_2) throw this.#versionError(bytes.subarray(start, start + length))
    if (length < 2) return
    const type = bytes[start + 1] as number
    if (!types.has(type) && !(type === TYPE_RUNS && version === VERSION_2 && this.#allowsRuns))
      throw new ProtocolError(
        'bad_type',
        this.#at(`type W, D, J or C, not ${formatFirstBytes(bytes.subarray(start, start + 2))}`),
      )
    if (this.#isInflated && (type === TYPE_WINDOW || type === TYPE_COMPRESSED))
      throw new ProtocolError(
        'nested_frame',
        this.#at('one event, not a window or a compressed frame inside a compressed one'),
      )
  }

  #versionError(bytes: Buffer): ProtocolError {
    if (this.#buffer.position === 0 && !this.#isInflated) return makeStrangerError(bytes)
    return new ProtocolError('bad_version', this.#at(`version 1 or 2, not the bytes ${formatFirstBytes(bytes)}`))
  }

  #measureWindow(count: number): number {
    const limit = this.#limits.windowEvents
    if (count > limit)
      throw new ProtocolError('window_too_large', this.#over(`a window of ${count} events`, 'windowEvents', limit))
    return SHORT_FRAME_BYTES
  }

  #measureCompressed(size: number): number {
    const limit = this.#limits.frameBytes
    if (size > limit)
      throw new ProtocolError('frame_too_large', this.#over(`a compressed frame of ${size} bytes`, 'frameBytes', limit))
    return SHORT_FRAME_BYTES + size
  }

  #measureJson(size: number): number {
    const limit = this.#limits.eventBytes
    if (size > limit)
      throw new ProtocolError('event_too_large', this.#over(`an event of ${size} bytes`, 'eventBytes', limit))
    return EVENT_HEADER_BYTES + size
  }

  #measurePairs(count: number): number {
    this.#pairs ??= new PairWalk(count)
    const { bytes, start, length } = this.#buffer
    const size = this.#pairs.measure(bytes.subarray(start + EVENT_HEADER_BYTES, start + length))
    const limit = this.#limits.eventBytes
    if (size > limit)
      throw new ProtocolError('event_too_large', this.#over(`an event of at least ${size} bytes`, 'eventBytes', limit))
    return EVENT_HEADER_BYTES + size
  }

  #at(expected: string): string {
    return `${this.#where()}: expected a frame of ${expected}`
  }

  #over(what: string, name: string, limit: number): string {
    return `${this.#where()}: ${what} was announced, the limit is ${limit}: make the client send less at a time, or raise \`${name}\` in \`limits\``
  }

  #where(): string {
    return `at byte ${this.#buffer.position} ${this.#isInflated ? 'of an inflated frame' : 'of the connection'}`
  }
}

function toFrame(bytes: Buffer, pairCount: number): Frame {
  const value = bytes.readUInt32BE(2)
  const type = bytes[1]
  if (type === TYPE_WINDOW) return { type: 'window', protocol: bytes[0] === VERSION_1 ? 1 : 2, count: value }
  if (type === TYPE_COMPRESSED) return { type: 'compressed', deflated: bytes.subarray(SHORT_FRAME_BYTES) }
  if (type === TYPE_RUNS) return { type: 'runs', zstd: bytes.subarray(SHORT_FRAME_BYTES) }
  const payload = bytes.subarray(EVENT_HEADER_BYTES)
  if (type === TYPE_JSON) return { type: 'json', sequence: value, payload }
  return { type: 'pairs', sequence: value, payload, pairCount }
}

/**
 * The events of an inflated frame, at most one more than `maxEvents`. Throws ProtocolError unless the bytes are whole
 * events and nothing else.
 */
export function decodeInflated(inflated: Buffer, limits: FrameLimits, maxEvents = Infinity): EventFrame[] {
  const decoder = new FrameDecoder(limits, { isInflated: true })
  decoder.push(inflated)
  const frames = decoder.takeEvents(maxEvents + 1)
  if (frames.length <= maxEvents) decoder.checkEnd(frames.length)
  return frames
}
