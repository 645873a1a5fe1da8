import { type Frame, FrameDecoder } from '../wire/decoder.ts'
import { inflateFrame, maxInflatedBytes } from '../wire/inflate.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { ConnectionMemory } from './connection-memory.ts'
import { EVENT_OVERHEAD_BYTES, type EventFrame } from './event-frame.ts'
import type { ReceiverCounts, ResolvedLimits } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

type WindowFrame = Extract<Frame, { readonly type: 'window' }>

interface FrameReaderParts {
  readonly chunks: ChunkReader
  readonly memory: ConnectionMemory
  readonly assembler: WindowAssembler
  readonly limits: ResolvedLimits
  readonly counts: ReceiverCounts
}

/** Reads the frames of one connection into its windows, a step at a time and within the connection's memory. */
export class FrameReader {
  readonly #parts: FrameReaderParts
  readonly #decoder: FrameDecoder
  /** A compressed frame that waits to be inflated; no frame is taken before that. */
  #compressed: Buffer | undefined
  #isInflating = false
  /** Bytes of events that were read without memory for them: less than two chunks. Nothing is read before it is taken. */
  #owedBytes = 0
  /** How long the client was waited for over the window that is being read. */
  #waitedMs = 0

  constructor(parts: FrameReaderParts) {
    this.#parts = parts
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

  /** Does what is next: takes memory, inflates, takes the frames that have come, or reads. False at the connection's end. */
  async step(stop: AbortSignal): Promise<boolean> {
    const { memory } = this.#parts
    if (this.#owedBytes > 0) return await this.#payDebt()
    if (this.#compressed !== undefined) return await this.#inflateFrame(this.#compressed)
    if (this.#takeFrames()) return true
    if (this.#fitFrame()) return await this.#read(stop)
    return (await memory.reserveFrame(this.#decoder.wantedBytes)) !== 'closed'
  }

  async #payDebt(): Promise<boolean> {
    const wait = await this.#parts.memory.takeEvents(this.#owedBytes)
    if (wait === 'taken') this.#owedBytes = 0
    return wait !== 'closed'
  }

  /** Takes the whole frames that have come, up to one that has to be inflated; false when there is none. */
  #takeFrames(): boolean {
    let hasTaken = false
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      hasTaken = true
      if (frame.type === 'window') this.#begin(frame)
      else if (frame.type === 'compressed') this.#compressed = frame.deflated
      else this.#addEvent(frame)
      if (this.#compressed !== undefined || this.#parts.assembler.hasEnded) return true
    }
    if (hasTaken) this.#fitFrame()
    return hasTaken
  }

  /** Gives back the memory of frames that were taken; false when the one that has begun lacks some. */
  #fitFrame(): boolean {
    return this.#parts.memory.fitFrame(this.#decoder.wantedBytes)
  }

  #begin({ protocol, count }: WindowFrame): void {
    this.#waitedMs = 0
    if (this.#parts.assembler.begin(protocol, count)) this.#parts.counts.windows++
  }

  #addEvent(frame: EventFrame): void {
    const heldBytes = frame.payload.length + EVENT_OVERHEAD_BYTES
    this.#parts.assembler.add([frame], frame.payload, heldBytes)
    this.#owedBytes += heldBytes
  }

  /** Reads the next chunk; false at the end of the connection. Inside a window the client has limited time. */
  async #read(stop: AbortSignal): Promise<boolean> {
    const { chunks, limits, counts } = this.#parts
    const { isInsideWindow } = this
    const before = performance.now()
    const chunk = await chunks.read(stop, isInsideWindow ? limits.silenceMs : undefined)
    this.#waitedMs = isInsideWindow ? this.#waitedMs + performance.now() - before : 0
    if (chunk === undefined) {
      if (chunks.hasEnded || stop.aborted) return false
      throw makeSilenceError(limits.silenceMs)
    }
    if (this.#waitedMs > limits.windowMs) throw makeSlownessError(this.#waitedMs)
    counts.bytes += chunk.length
    this.#decoder.push(chunk)
    return true
  }

  /** No event of a compressed frame is taken before all are known to be well formed. */
  async #inflateFrame(deflated: Buffer): Promise<boolean> {
    const { memory, assembler, limits } = this.#parts
    assembler.expect(1)
    const maxBytes = maxInflatedBytes(deflated.length, limits.inflatedBytes)
    const inflated = await memory.hold(maxBytes, boundBytes => this.#inflate(deflated, boundBytes))
    if (inflated === 'later' || inflated === 'closed') return inflated === 'later'
    if (inflated === undefined) throw makeInflatedSizeError(deflated.length, limits.inflatedBytes)
    this.#compressed = undefined
    this.#fitFrame()
    const events = readInflated(inflated, limits)
    if (events.length === 0) memory.giveEvents(inflated.length)
    else this.#addInflated(events, deflated, inflated.length)
    return true
  }

  #addInflated(events: readonly EventFrame[], deflated: Buffer, inflatedBytes: number): void {
    const overheadBytes = events.length * EVENT_OVERHEAD_BYTES
    this.#owedBytes += overheadBytes
    this.#parts.assembler.add(events, deflated, inflatedBytes + overheadBytes)
  }

  async #inflate(deflated: Buffer, maxBytes: number): Promise<Buffer | undefined> {
    this.#isInflating = true
    try {
      return await inflateFrame(deflated, maxBytes)
    } finally {
      this.#isInflating = false
    }
  }
}

function readInflated(inflated: Buffer, limits: ResolvedLimits): EventFrame[] {
  const decoder = new FrameDecoder(limits, { isInflated: true })
  decoder.push(inflated)
  const frames: EventFrame[] = []
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame as EventFrame)
  if (decoder.wantedBytes > 0)
    throw new ProtocolError('cut_short', `a compressed frame ended inside its event ${frames.length + 1}`)
  return frames
}

function makeSilenceError(silenceMs: number): ProtocolError {
  return new ProtocolError('silent', `the client began a frame or a window and then sent nothing for ${silenceMs} ms`)
}

function makeSlownessError(waitedMs: number): ProtocolError {
  return new ProtocolError(
    'too_slow',
    `a window was not complete after ${Math.round(waitedMs / 1000)} s of waiting for the client`,
  )
}

function makeInflatedSizeError(deflatedBytes: number, limitBytes: number): ProtocolError {
  return new ProtocolError(
    'inflated_too_large',
    `a compressed frame of ${deflatedBytes} bytes becomes more than ${limitBytes} bytes: make the client send less at a time, or raise \`inflatedBytes\` in \`limits\``,
  )
}
