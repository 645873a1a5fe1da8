import { type EventFrame, type Frame, FrameDecoder } from '../wire/decoder.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ChunkReader } from './chunk-reader.ts'
import { ClientPace } from './client-pace.ts'
import type { ConnectionMemory, Step } from './connection-memory.ts'
import { type OpenedFrame, maxOpenedBytes, openCompressedFrame } from './open-compressed-frame.ts'
import { type ReceiverCounts, type ResolvedLimits, EVENT_MEMORY_OVERHEAD_BYTES } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

/** Events as large as a chunk keep little else in memory. */
const MAX_COPIED_BYTES = 16 * 1024

type WindowFrame = Extract<Frame, { readonly type: 'window' }>

interface FrameReaderParts {
  readonly chunks: ChunkReader
  readonly memory: ConnectionMemory
  readonly assembler: WindowAssembler
  readonly limits: ResolvedLimits
  readonly counts: ReceiverCounts
  readonly isAckDue: () => boolean
}

/** Reads the frames of one connection into its windows, within the connection's memory. */
export class FrameReader {
  readonly #parts: FrameReaderParts
  #decoder: FrameDecoder
  /** A chunk that there is no memory for yet; no other one is read before that. */
  #chunk: Buffer | undefined
  /** A compressed frame that waits to be inflated; no frame is taken before that. */
  #compressed: Buffer | undefined
  #isInflating = false
  /** Memory that is held for chunks, beyond that of the events. */
  #chunkBytes = 0
  /** Events were read without waiting for memory: of less than two chunks. Nothing more is read before there is room. */
  #isInDebt = false
  #isClosed = false
  #isInsideAtEnd = false
  readonly #pace: ClientPace

  constructor(parts: FrameReaderParts) {
    this.#parts = parts
    this.#pace = new ClientPace(parts.limits)
    this.#decoder = new FrameDecoder(parts.limits)
  }

  /** The rest of a frame or of a window is missing. */
  get isInsideWindow(): boolean {
    return this.#isInsideAtEnd || this.#decoder.wantedBytes > 0 || this.#parts.assembler.openProtocol !== undefined
  }

  /** A frame is being inflated, by threads that serve file requests too. */
  get isInflating(): boolean {
    return this.#isInflating
  }

  /** Reads on until a batch may be ready; false when the connection, or the reading of windows, has ended. */
  async read(stop: AbortSignal): Promise<boolean> {
    for (;;) {
      const step = await this.#step(stop)
      if (step !== 'taken') return step === 'ready'
    }
  }

  /** Nothing more is read: what was read and is not part of a batch is dropped. */
  close(): void {
    this.#isInsideAtEnd = this.isInsideWindow
    this.#isClosed = true
    this.#chunk = undefined
    this.#compressed = undefined
    this.#decoder = new FrameDecoder(this.#parts.limits)
    this.#parts.memory.give(this.#chunkBytes + this.#parts.assembler.drop())
    this.#chunkBytes = 0
  }

  async #step(stop: AbortSignal): Promise<Step> {
    if (this.#isInDebt) return await this.#payDebt()
    if (this.#chunk !== undefined) return await this.#takeChunk(this.#chunk)
    if (this.#compressed !== undefined) return await this.#openFrame(this.#compressed)
    return this.#takeFrames() ?? (await this.#readChunk(stop))
  }

  async #payDebt(): Promise<Step> {
    const step = await this.#parts.memory.take(0)
    if (step === 'taken') this.#isInDebt = false
    return step
  }

  async #takeChunk(chunk: Buffer): Promise<Step> {
    const step = await this.#parts.memory.take(chunk.length)
    if (step !== 'taken') return step
    this.#chunk = undefined
    this.#chunkBytes += chunk.length
    this.#decoder.push(chunk)
    return 'taken'
  }

  /** Takes the whole frames that have come, up to one that has to be inflated; undefined when there is none. */
  #takeFrames(): Step | undefined {
    let step: Step | undefined
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      this.#pace.beginFrame()
      if (frame.type === 'compressed') {
        this.#compressed = frame.deflated
        return 'taken'
      }
      if (frame.type !== 'window') this.#addEvent(frame)
      else if (!this.#begin(frame)) return 'ended'
      step = 'ready'
    }
    this.#freeChunks()
    return step
  }

  #begin({ protocol, count }: WindowFrame): boolean {
    this.#pace.beginWindow()
    const isBegun = this.#parts.assembler.begin(protocol, count)
    if (isBegun) this.#parts.counts.windows++
    return isBegun
  }

  /** A small payload is copied: it would keep the whole chunk in memory. */
  #addEvent(frame: EventFrame): void {
    const heldBytes = frame.payload.length + EVENT_MEMORY_OVERHEAD_BYTES
    const payload = frame.payload.length <= MAX_COPIED_BYTES ? Buffer.from(frame.payload) : frame.payload
    this.#borrow(heldBytes)
    this.#parts.assembler.add([{ ...frame, payload }], payload, heldBytes)
  }

  #borrow(bytes: number): void {
    this.#parts.memory.add(bytes)
    this.#isInDebt = true
  }

  /** Gives back the memory of chunks of which nothing is needed any more. */
  #freeChunks(): void {
    const neededBytes = this.#decoder.bufferedBytes + (this.#compressed?.length ?? 0)
    this.#parts.memory.give(this.#chunkBytes - neededBytes)
    this.#chunkBytes = neededBytes
  }

  async #readChunk(stop: AbortSignal): Promise<Step> {
    const { chunks, counts, assembler } = this.#parts
    const { isInsideWindow } = this
    if (assembler.isFinishing && !isInsideWindow) return 'ended'
    const silenceMs = this.#pace.silenceMs(isInsideWindow)
    const before = performance.now()
    const chunk = await chunks.read(stop, silenceMs)
    if (chunk === undefined) return this.#judgeSilence(stop, silenceMs)
    this.#pace.note(chunk.length, performance.now() - before, isInsideWindow)
    counts.bytes += chunk.length
    this.#chunk = chunk
    return 'taken'
  }

  /** A client that waits for an ack may be silent; one that has nothing to send is to connect again. */
  #judgeSilence(stop: AbortSignal, silenceMs: number): Step {
    if (this.#parts.chunks.hasEnded || stop.aborted) return 'ended'
    if (this.isInsideWindow) throw makeSilenceError(silenceMs)
    return this.#parts.isAckDue() ? 'taken' : 'ended'
  }

  /** No event of a compressed frame is taken before all are known to be well formed. */
  async #openFrame(deflated: Buffer): Promise<Step> {
    const { memory, assembler, limits } = this.#parts
    assembler.expect(1)
    const maxBytes = maxOpenedBytes(deflated, limits)
    const opened = await memory.hold(maxBytes, grantedBytes => this.#open(deflated, grantedBytes))
    if (opened === 'ready' || opened === 'ended') return opened
    if (this.#isClosed) return 'ended'
    this.#compressed = undefined
    this.#freeChunks()
    if (opened.events.length === 0) memory.give(opened.byteCount)
    else this.#addOpened(opened, deflated)
    return 'ready'
  }

  #addOpened({ events, byteCount }: OpenedFrame, deflated: Buffer): void {
    const overheadBytes = events.length * EVENT_MEMORY_OVERHEAD_BYTES
    this.#borrow(overheadBytes)
    this.#parts.assembler.add(events, deflated, byteCount + overheadBytes)
  }

  async #open(deflated: Buffer, maxBytes: number): Promise<OpenedFrame | undefined> {
    this.#isInflating = true
    try {
      return await openCompressedFrame(deflated, { limits: this.#parts.limits, maxBytes })
    } finally {
      this.#isInflating = false
    }
  }
}

function makeSilenceError(silenceMs: number): ProtocolError {
  return new ProtocolError('silent', `the client began a frame or a window and then sent nothing for ${silenceMs} ms`)
}
