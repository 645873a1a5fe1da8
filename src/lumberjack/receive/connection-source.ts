import { setImmediate } from 'node:timers/promises'
import type { Source } from '../../flow/contract.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { AckWriter } from './ack-writer.ts'
import type { FrameReader } from './frame-reader.ts'
import type { ReceivedBatch } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

const BATCHES_PER_TURN = 50

interface SourceParts {
  readonly frames: FrameReader
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
  /** How long the client may leave its acks unread. */
  readonly silenceMs: number
  /** A window that has a `joinKey` is safe. */
  readonly onJoinableSafe: (isAckWritten: boolean) => void
}

/**
 * One connection as a source of batches. Nothing is read from the socket unless the pump asks, and nothing is kept for
 * the client without memory for it.
 */
export class ConnectionSource implements Source<ReceivedBatch> {
  readonly #parts: SourceParts
  #hasEnded = false
  #taken = 0
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
      if (acks.isUnread && !this.#hasEnded) await this.#waitUntilAcksAreRead(stop)
      const batch = assembler.take()
      if (batch !== undefined) return await this.#pass(batch)
      if (stop.aborted || this.#hasEnded) return undefined
      if (!(await this.#read(stop))) this.#end()
    }
  }

  /** Tiny windows that come together would keep everybody else from a turn. */
  async #pass(batch: ReceivedBatch): Promise<ReceivedBatch> {
    if (++this.#taken % BATCHES_PER_TURN === 0) await setImmediate()
    this.#parts.acks.noteDelivery(batch.protocol)
    return batch
  }

  /** What a commit needs. */
  toReceipt(batch: ReceivedBatch): ReceivedBatch {
    return { ...batch, events: [], poison: [] }
  }

  /** Drops what is not with the sink yet: its client sends it again. */
  abandon(): void {
    this.#end()
    while (this.#parts.assembler.take() !== undefined);
  }

  commit(batch: ReceivedBatch): void {
    const isAcked = this.#parts.acks.confirm(batch)
    if (batch.joinKey !== undefined) this.#parts.onJoinableSafe(isAcked)
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#parts.frames.close()
  }

  async #waitUntilAcksAreRead(stop: AbortSignal): Promise<void> {
    const { acks, silenceMs } = this.#parts
    if (await acks.waitUntilRead(stop, silenceMs)) return
    this.#end()
    this.#failure = new ProtocolError(
      'acks_unread',
      `the client sends windows and has not read their acks for ${silenceMs} ms`,
    )
  }

  /** False at the end. Batches that were complete before the client broke the protocol are still delivered and acked. */
  async #read(stop: AbortSignal): Promise<boolean> {
    try {
      return await this.#parts.frames.read(stop)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#failure = error
      return false
    }
  }
}
