import type { Source } from '../../flow/contract.ts'
import type { Protocol } from '../wire/frames.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { AckWriter } from './ack-writer.ts'
import type { ConnectionMemory } from './connection-memory.ts'
import { EVENT_OVERHEAD_BYTES, type EventFrame } from './event-frame.ts'
import type { FrameReader, WindowFrame } from './frame-reader.ts'
import type { ReceivedBatch, ReceiverCounts } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

interface SourceParts {
  readonly frames: FrameReader
  readonly memory: ConnectionMemory
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
  readonly counts: ReceiverCounts
  /** The batch is safe; `isAcked` when its ack was written. */
  readonly onSafe: (batch: ReceivedBatch, isAcked: boolean) => void
}

/**
 * One connection as a source of batches. Nothing is read from the socket unless the pump asks, and nothing is kept for
 * the client without memory for it.
 */
export class ConnectionSource implements Source<ReceivedBatch> {
  readonly #parts: SourceParts
  #lastProtocol: Protocol = 2
  /** `finishing`: no further window is begun; `finished`: a further one was announced. */
  #state: 'reading' | 'finishing' | 'finished' = 'reading'
  #failure: ProtocolError | undefined

  constructor(parts: SourceParts) {
    this.#parts = parts
  }

  /** The rest of a frame or of a window is missing. */
  get isInsideWindow(): boolean {
    return this.#parts.frames.isInsideFrame || this.#parts.assembler.openProtocol !== undefined
  }

  get isInflating(): boolean {
    return this.#parts.frames.isInflating
  }

  /** The protocol of the last window that was begun. */
  get lastProtocol(): Protocol {
    return this.#lastProtocol
  }

  /** How the client broke the protocol; the source has then ended. */
  get failure(): ProtocolError | undefined {
    return this.#failure
  }

  /** Makes the source end before the next window is begun. */
  finishWindow(): void {
    this.#state = 'finishing'
  }

  async next(stop: AbortSignal): Promise<ReceivedBatch | undefined> {
    for (;;) {
      const batch = this.#parts.assembler.take()
      if (batch !== undefined) {
        this.#parts.acks.noteDelivery(batch.protocol)
        return batch
      }
      if (stop.aborted || this.#failure !== undefined || this.#mayLeave()) return undefined
      if (!(await this.#step(stop))) return undefined
    }
  }

  commit(batch: ReceivedBatch): void {
    const isAcked = this.#parts.acks.confirm(batch)
    this.#parts.memory.giveEvents(batch.heldBytes)
    this.#parts.onSafe(batch, isAcked)
  }

  #mayLeave(): boolean {
    return this.#state === 'finished' || (this.#state === 'finishing' && !this.isInsideWindow)
  }

  /** False at the end of the connection. */
  async #step(stop: AbortSignal): Promise<boolean> {
    const { frames, memory } = this.#parts
    try {
      if (memory.isInDebt) return (await memory.payDebt()) !== 'closed'
      if (frames.hasCompressed) return await this.#inflate()
      if (this.#takeFrames()) return true
      if (frames.lacksMemory) return await frames.reserve()
      return await frames.read(stop, this.isInsideWindow)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#failure = error
      return true // batches that were complete before it are still delivered and acked
    }
  }

  /** False when no whole frame has come. */
  #takeFrames(): boolean {
    const { frames, assembler } = this.#parts
    let hasTaken = false
    for (const frame of frames.take()) {
      hasTaken = true
      if (frame.type !== 'window') this.#addEvent(frame)
      else if (this.#state === 'reading' || assembler.openProtocol !== undefined) this.#begin(frame)
      else {
        this.#state = 'finished'
        break
      }
    }
    return hasTaken || frames.hasCompressed
  }

  #begin({ protocol, count }: WindowFrame): void {
    this.#parts.assembler.begin(protocol, count)
    this.#lastProtocol = protocol
    this.#parts.counts.windows++
  }

  #addEvent(frame: EventFrame): void {
    const heldBytes = frame.payload.length + EVENT_OVERHEAD_BYTES
    this.#parts.assembler.add([frame], frame.payload, heldBytes)
    this.#parts.memory.owe(heldBytes)
  }

  async #inflate(): Promise<boolean> {
    const { frames, memory, assembler } = this.#parts
    assembler.expect(1)
    const frame = await frames.inflate()
    if (typeof frame === 'string') return frame === 'later'
    const { events, deflated, inflatedBytes } = frame
    if (events.length === 0) {
      memory.giveEvents(inflatedBytes)
      return true
    }
    const overheadBytes = events.length * EVENT_OVERHEAD_BYTES
    memory.owe(overheadBytes)
    assembler.add(events, deflated, inflatedBytes + overheadBytes)
    return true
  }
}
