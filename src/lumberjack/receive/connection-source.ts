import type { Source } from '../../flow/contract.ts'
import type { BudgetShare } from '../../flow/byte-budget.ts'
import type { AckWriter } from './ack-writer.ts'
import type { ChunkReader } from './chunk-reader.ts'
import { type Frame, FrameDecoder } from '../wire/decoder.ts'
import type { EventFrame } from '../../events/event-reader.ts'
import { inflateFrame, maxInflatedBytes } from '../wire/inflate.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { ReceivedBatch } from './received-batch.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import type { WindowAssembler } from './window-assembler.ts'
import type { ConnectionLimits } from './receiver-limits.ts'

/** What an event takes beside its bytes, about. */
const EVENT_OVERHEAD_BYTES = 200

export interface ConnectionParts {
  readonly chunks: ChunkReader
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
  readonly limits: ConnectionLimits
  /** Memory for frames that are being read, and for events that are on their way. */
  readonly frameShare: BudgetShare
  readonly eventShare: BudgetShare
  readonly counts: ReceiverCounts
  /** The batch is safe; `isTold` when its ack went out. */
  readonly onSafe: (batch: ReceivedBatch, isTold: boolean) => void
}

/**
 * One connection as a source of batches. Nothing is read from the socket unless the pump asks, and nothing is kept for
 * the peer without room in the budgets. There are two, taken in this order, so that no two connections can wait for each
 * other: who holds frames may wait for events, and who holds events never waits for anything but the sink.
 */
export class ConnectionSource implements Source<ReceivedBatch> {
  readonly #parts: ConnectionParts
  readonly #decoder: FrameDecoder
  /** A compressed frame that waits for room to be inflated. */
  #compressed: Buffer | undefined
  /** Bytes of events that were read without asking the budget first: less than two chunks. */
  #owedBytes = 0
  /** Bytes that are held for the window that is being read. */
  #windowBytes = 0
  /** How long the peer was waited for over the window that is being read. */
  #waitedMs = 0
  /** The protocol of the last window that was begun. */
  protocol: 1 | 2 = 2
  /** No window is begun any more; and, a next one was announced. */
  #isFinishing = false
  #hasFinished = false
  /** A frame is being inflated, by threads that look after files too. */
  isInflating = false
  /** Set when the peer broke the protocol; the source has then ended. */
  failure: ProtocolError | undefined

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#decoder = new FrameDecoder(parts.limits)
  }

  /** The peer owes us the rest of a frame or of a window. */
  get isInsideWindow(): boolean {
    return this.#decoder.wantedBytes > 0 || this.#parts.assembler.openProtocol !== undefined
  }

  /** Ends before the next window is begun. */
  finishWindow(): void {
    this.#isFinishing = true
  }

  async next(stop: AbortSignal): Promise<ReceivedBatch | undefined> {
    for (;;) {
      const batch = this.#parts.assembler.take()
      if (batch !== undefined) {
        this.#parts.acks.expect(batch.protocol)
        return batch
      }
      if (stop.aborted || this.failure !== undefined || this.#mayLeave()) return undefined
      if (!(await this.#step(stop))) return undefined
    }
  }

  commit(batch: ReceivedBatch): void {
    const isTold = this.#parts.acks.confirm(batch)
    this.#parts.eventShare.give(batch.heldBytes)
    this.#parts.onSafe(batch, isTold)
  }

  #mayLeave(): boolean {
    return this.#hasFinished || (this.#isFinishing && !this.isInsideWindow)
  }

  /** False at the end of the connection. */
  async #step(stop: AbortSignal): Promise<boolean> {
    try {
      if (this.#owedBytes > 0) return await this.#payOwed()
      if (this.#compressed !== undefined) return await this.#inflate(this.#compressed)
      if (this.#takeFrames()) return true
      if (this.#decoder.wantedBytes > this.#parts.frameShare.heldBytes) return await this.#reserveFrame()
      return await this.#read(stop)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.failure = error
      return true // what was complete before is still delivered and acked
    }
  }

  async #read(stop: AbortSignal): Promise<boolean> {
    const { chunks, limits, counts } = this.#parts
    const isInside = this.isInsideWindow
    const before = performance.now()
    const chunk = await chunks.read(stop, isInside ? limits.silenceMs : undefined)
    this.#waitedMs = isInside ? this.#waitedMs + performance.now() - before : 0
    if (chunk === undefined) return this.#endOrSilence(stop)
    if (this.#waitedMs > limits.windowMs)
      throw new ProtocolError(
        'too_slow',
        `a window was not complete after ${Math.round(this.#waitedMs / 1000)} s of waiting for the client`,
      )
    counts.bytes += chunk.length
    this.#decoder.push(chunk)
    return true
  }

  #endOrSilence(stop: AbortSignal): boolean {
    const { chunks, limits } = this.#parts
    if (chunks.hasEnded || stop.aborted) return false
    throw new ProtocolError(
      'silent',
      `the client began a frame or a window and then sent nothing for ${limits.silenceMs} ms`,
    )
  }

  /** Takes the whole frames that have come, up to one that has to be inflated. False when there was none. */
  #takeFrames(): boolean {
    let frame = this.#decoder.next()
    if (frame === undefined) return false
    while (frame !== undefined && frame.type !== 'compressed') {
      if (this.#isFinishing && frame.type === 'window' && this.#parts.assembler.openProtocol === undefined) {
        this.#hasFinished = true
        return true
      }
      this.#takeFrame(frame)
      frame = this.#decoder.next()
    }
    if (frame !== undefined) this.#compressed = frame.deflated
    else this.#fitFrameShare()
    return true
  }

  #takeFrame(frame: Exclude<Frame, { type: 'compressed' }>): void {
    const { assembler, counts } = this.#parts
    if (frame.type === 'window') {
      assembler.begin(frame.protocol, frame.count)
      this.protocol = frame.protocol
      this.#windowBytes = 0
      this.#waitedMs = 0
      counts.windows++
      return
    }
    const heldBytes = frame.payload.length + EVENT_OVERHEAD_BYTES
    this.#addEvents([frame], frame.payload, heldBytes)
    this.#owedBytes += heldBytes
  }

  #addEvents(frames: readonly EventFrame[], wireBytes: Buffer, heldBytes: number): void {
    const { assembler, limits } = this.#parts
    this.#windowBytes += heldBytes
    if (
      assembler.openProtocol === 1 &&
      this.#windowBytes > limits.inflatedBytes + EVENT_OVERHEAD_BYTES * limits.windowEvents
    )
      throw new ProtocolError(
        'inflated_too_large',
        `a protocol 1 window has more than ${limits.inflatedBytes} bytes: make the client send fewer events at a time, or raise \`inflatedBytes\` in \`limits\``,
      )
    assembler.add(frames, wireBytes, heldBytes)
  }

  async #payOwed(): Promise<boolean> {
    const room = await this.#makeRoom(this.#parts.eventShare, this.#owedBytes)
    if (room === 'taken') this.#owedBytes = 0
    return room !== 'gone'
  }

  async #reserveFrame(): Promise<boolean> {
    const { frameShare } = this.#parts
    return (await this.#makeRoom(frameShare, this.#decoder.wantedBytes - frameShare.heldBytes)) !== 'gone'
  }

  /** No event of the frame is handed on before all of it is known to be well formed. */
  async #inflate(deflated: Buffer): Promise<boolean> {
    const { eventShare, limits, assembler } = this.#parts
    assembler.expect(1)
    const mostBytes = maxInflatedBytes(deflated.length, limits.inflatedBytes)
    // What fits into the reserve never waits, whatever the others hold.
    const grantedBytes = eventShare.tryTake(mostBytes) ? mostBytes : eventShare.takeReserve()
    let inflated = await this.#inflateFrame(deflated, grantedBytes)
    eventShare.give(grantedBytes - (inflated?.length ?? 0))
    if (inflated === undefined && grantedBytes < mostBytes) {
      const room = await this.#makeRoom(eventShare, mostBytes)
      if (room !== 'taken') return room === 'later'
      inflated = await this.#inflateFrame(deflated, mostBytes)
      eventShare.give(mostBytes - (inflated?.length ?? 0))
    }
    if (inflated === undefined) throw inflatedTooLarge(deflated.length, limits.inflatedBytes)
    this.#compressed = undefined
    this.#fitFrameShare()
    this.#takeInflated(inflated, deflated)
    return true
  }

  async #inflateFrame(deflated: Buffer, mostBytes: number): Promise<Buffer | undefined> {
    this.isInflating = true
    try {
      return await inflateFrame(deflated, mostBytes)
    } finally {
      this.isInflating = false
    }
  }

  #takeInflated(inflated: Buffer, deflated: Buffer): void {
    const frames = readInflated(inflated, this.#parts.limits)
    if (frames.length === 0) {
      this.#parts.eventShare.give(inflated.length)
      return
    }
    const overheadBytes = frames.length * EVENT_OVERHEAD_BYTES
    this.#owedBytes += overheadBytes
    this.#addEvents(frames, deflated, inflated.length + overheadBytes)
  }

  /**
   * Waits for memory. Before that, what was read of the window goes to the sink, whose answer may be what frees it
   * (`later`: come again). A protocol 1 window can't be handed on in parts, so waiting with one has an end.
   */
  async #makeRoom(share: BudgetShare, bytes: number): Promise<'taken' | 'later' | 'gone'> {
    const { assembler, acks, chunks, limits } = this.#parts
    if (share.tryTake(bytes)) return 'taken'
    if (assembler.cut()) return 'later'
    if (chunks.isClosed) return 'gone'
    const protocol = assembler.openProtocol
    const timer = protocol === 1 ? setTimeout(() => share.leave(), limits.windowMs) : undefined
    acks.holdUp(protocol)
    const isTaken = await share.take(bytes)
    acks.holdUp(undefined)
    clearTimeout(timer)
    if (isTaken) return 'taken'
    if (chunks.isClosed) return 'gone'
    throw new ProtocolError(
      'too_slow',
      `there was no memory for the rest of a protocol 1 window within ${limits.windowMs} ms`,
    )
  }

  /** Gives back what was held for frames that are read. */
  #fitFrameShare(): void {
    const { frameShare } = this.#parts
    const surplus = frameShare.heldBytes - this.#decoder.wantedBytes
    if (surplus > 0) frameShare.give(surplus)
  }
}

function readInflated(inflated: Buffer, limits: ConnectionLimits): EventFrame[] {
  const decoder = new FrameDecoder(limits, { isInflated: true })
  decoder.push(inflated)
  const frames: EventFrame[] = []
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame as EventFrame)
  if (decoder.wantedBytes > 0)
    throw new ProtocolError('cut_short', `a compressed frame ended inside its event ${frames.length + 1}`)
  return frames
}

function inflatedTooLarge(deflatedBytes: number, limit: number): ProtocolError {
  return new ProtocolError(
    'inflated_too_large',
    `a compressed frame of ${deflatedBytes} bytes becomes more than ${limit} bytes: make the client send less at a time, or raise \`inflatedBytes\` in \`limits\``,
  )
}
