import type { Source } from '../../flow/contract.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { AckWriter } from './ack-writer.ts'
import type { ConnectionMemory } from './connection-memory.ts'
import type { FrameReader } from './frame-reader.ts'
import type { ReceivedBatch } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

interface SourceParts {
  readonly frames: FrameReader
  readonly memory: ConnectionMemory
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
  /** A batch that has a `joinKey` is safe; `isAcked` when its ack was written. */
  readonly onJoinableSafe: (joinKey: string, isAcked: boolean) => void
}

/**
 * One connection as a source of batches. Nothing is read from the socket unless the pump asks, and nothing is kept for
 * the client without memory for it.
 */
export class ConnectionSource implements Source<ReceivedBatch> {
  readonly #parts: SourceParts
  #failure: ProtocolError | undefined

  constructor(parts: SourceParts) {
    this.#parts = parts
  }

  /** How the client broke the protocol; the source has then ended. */
  get failure(): ProtocolError | undefined {
    return this.#failure
  }

  async next(stop: AbortSignal): Promise<ReceivedBatch | undefined> {
    const { assembler, acks } = this.#parts
    for (;;) {
      const batch = assembler.take()
      if (batch !== undefined) {
        acks.noteDelivery(batch.protocol)
        return batch
      }
      if (stop.aborted || this.#failure !== undefined || this.#mayLeave()) return undefined
      if (!(await this.#step(stop))) return undefined
    }
  }

  commit(batch: ReceivedBatch): void {
    const isAcked = this.#parts.acks.confirm(batch)
    this.#parts.memory.giveEvents(batch.heldBytes)
    if (batch.joinKey !== undefined) this.#parts.onJoinableSafe(batch.joinKey, isAcked)
  }

  #mayLeave(): boolean {
    const { assembler, frames } = this.#parts
    return assembler.hasEnded || (assembler.isFinishing && !frames.isInsideWindow)
  }

  /** False at the end of the connection. */
  async #step(stop: AbortSignal): Promise<boolean> {
    try {
      return await this.#parts.frames.step(stop)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#failure = error
      return true // batches that were complete before it are still delivered and acked
    }
  }
}
