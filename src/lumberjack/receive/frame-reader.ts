import { type Frame, FrameDecoder } from '../wire/decoder.ts'
import { inflateFrame, maxInflatedBytes } from '../wire/inflate.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { ConnectionMemory } from './connection-memory.ts'
import type { EventFrame } from './event-frame.ts'
import type { ReceiverCounts, ResolvedLimits } from './receiver-contract.ts'

export type WindowFrame = Extract<Frame, { readonly type: 'window' }>

/** The events of one compressed frame, none of which is given before all are known to be well formed. */
export interface InflatedFrame {
  readonly events: readonly EventFrame[]
  /** The frame as it came. */
  readonly deflated: Buffer
  /** Bytes that the memory of the connection holds for it. */
  readonly inflatedBytes: number
}

interface FrameReaderParts {
  readonly chunks: ChunkReader
  readonly memory: ConnectionMemory
  readonly limits: ResolvedLimits
  readonly counts: ReceiverCounts
}

/** Reads the frames of one connection. Each step is taken only when asked for, and within the connection's memory. */
export class FrameReader {
  readonly #parts: FrameReaderParts
  readonly #decoder: FrameDecoder
  /** A compressed frame that waits to be inflated; no frame is taken before that. */
  #compressed: Buffer | undefined
  #isInflating = false
  /** How long the client was waited for over the window that is being read. */
  #waitedMs = 0

  constructor(parts: FrameReaderParts) {
    this.#parts = parts
    this.#decoder = new FrameDecoder(parts.limits)
  }

  /** The rest of a frame is missing. */
  get isInsideFrame(): boolean {
    return this.#decoder.wantedBytes > 0
  }

  get hasCompressed(): boolean {
    return this.#compressed !== undefined
  }

  /** A frame is being inflated, by threads that serve file requests too. */
  get isInflating(): boolean {
    return this.#isInflating
  }

  /** The frame that is being read is larger than the memory held for it. */
  get lacksMemory(): boolean {
    return this.#decoder.wantedBytes > this.#parts.memory.frameBytes
  }

  /** The whole frames that have come, up to one that has to be inflated. */
  *take(): Generator<WindowFrame | EventFrame> {
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      if (frame.type === 'compressed') {
        this.#compressed = frame.deflated
        return
      }
      if (frame.type === 'window') this.#waitedMs = 0
      yield frame
    }
    this.#parts.memory.fitFrame(this.#decoder.wantedBytes)
  }

  /** False when the connection is closed. */
  async reserve(): Promise<boolean> {
    return (await this.#parts.memory.reserveFrame(this.#decoder.wantedBytes)) !== 'closed'
  }

  /** Reads the next chunk; false at the end of the connection. Inside a window the client has limited time. */
  async read(stop: AbortSignal, isInsideWindow: boolean): Promise<boolean> {
    const { chunks, limits, counts } = this.#parts
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

  /** Inflates the compressed frame; `later` and `closed` as in `MemoryWait`. */
  async inflate(): Promise<InflatedFrame | 'later' | 'closed'> {
    const { memory, limits } = this.#parts
    const deflated = this.#compressed as Buffer
    const maxBytes = maxInflatedBytes(deflated.length, limits.inflatedBytes)
    const inflated = await memory.hold(maxBytes, boundBytes => this.#inflate(deflated, boundBytes))
    if (inflated === 'later' || inflated === 'closed') return inflated
    if (inflated === undefined) throw makeInflatedSizeError(deflated.length, limits.inflatedBytes)
    this.#compressed = undefined
    memory.fitFrame(this.#decoder.wantedBytes)
    return { events: readInflated(inflated, limits), deflated, inflatedBytes: inflated.length }
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
