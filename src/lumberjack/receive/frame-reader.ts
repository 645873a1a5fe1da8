import { type EventFrame, type Frame, FrameDecoder } from '../wire/decoder.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ChunkReader } from './chunk-reader.ts'
import { ClientPace } from './client-pace.ts'
import type { ConnectionMemory, Step } from './connection-memory.ts'
import { type OpenedFrame, maxOpenedBytes, openCompressedFrame } from './open-compressed-frame.ts'
import { type ReceiverCounts, type ResolvedLimits, EVENT_MEMORY_OVERHEAD_BYTES } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

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
  readonly #decoder: FrameDecoder
  /** A compressed frame that waits to be inflated; no frame is taken before that. */
  #compressed: Buffer | undefined
  #isInflating = false
  /** Memory that is held for the frame that is being read. */
  #reservedBytes = 0
  /** Bytes of events that were read without memory for them: less than two chunks. Nothing is read before it is taken. */
  #owedBytes = 0
  readonly #pace: ClientPace

  constructor(parts: FrameReaderParts) {
    this.#parts = parts
    this.#pace = new ClientPace(parts.limits)
    this.#decoder = new FrameDecoder(parts.limits)
  }

  /** The rest of a frame or of a window is missing. */
  get isInsideWindow(): boolean {
    return this.#decoder.wantedBytes > 0 || this.#parts.assembler.openProtocol !== undefined
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

  async #step(stop: AbortSignal): Promise<Step> {
    if (this.#owedBytes > 0) return await this.#payDebt()
    if (this.#compressed !== undefined) return await this.#openFrame(this.#compressed)
    const step = this.#takeFrames()
    if (step !== undefined) return step
    const lackedBytes = this.#fitFrame()
    return lackedBytes > 0 ? await this.#reserveFrame(lackedBytes) : await this.#readChunk(stop)
  }

  async #payDebt(): Promise<Step> {
    const step = await this.#parts.memory.takeEvents(this.#owedBytes)
    if (step === 'taken') this.#owedBytes = 0
    return step
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
    if (step === 'ready') this.#fitFrame()
    return step
  }

  #begin({ protocol, count }: WindowFrame): boolean {
    this.#pace.beginWindow()
    const isBegun = this.#parts.assembler.begin(protocol, count)
    if (isBegun) this.#parts.counts.windows++
    return isBegun
  }

  #addEvent(frame: EventFrame): void {
    const heldBytes = frame.payload.length + EVENT_MEMORY_OVERHEAD_BYTES
    this.#parts.assembler.add([frame], frame.payload, heldBytes)
    this.#owedBytes += heldBytes
  }

  /** Gives back the memory of frames that were taken; returns how many bytes the one that has begun lacks. */
  #fitFrame(): number {
    const lackedBytes = this.#decoder.wantedBytes - this.#reservedBytes
    if (lackedBytes >= 0) return lackedBytes
    this.#parts.memory.giveFrames(-lackedBytes)
    this.#reservedBytes += lackedBytes
    return 0
  }

  async #reserveFrame(bytes: number): Promise<Step> {
    const step = await this.#parts.memory.takeFrames(bytes)
    if (step === 'taken') this.#reservedBytes += bytes
    return step
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
    this.#decoder.push(chunk)
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
    this.#compressed = undefined
    this.#fitFrame()
    if (opened.events.length === 0) memory.giveEvents(opened.byteCount)
    else this.#addOpened(opened, deflated)
    return 'ready'
  }

  #addOpened({ events, byteCount }: OpenedFrame, deflated: Buffer): void {
    const overheadBytes = events.length * EVENT_MEMORY_OVERHEAD_BYTES
    this.#owedBytes += overheadBytes
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
