import type { BudgetShare, ByteBudget } from '../../flow/byte-budget.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { AckWriter } from './ack-writer.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { ResolvedLimits } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

/**
 * How one step of reading went. `taken`: another one can follow. `ready`: a batch may be ready, perhaps cut for
 * lack of memory: its delivery may free some. `ended`: nothing more is read from the connection.
 */
export type Step = 'taken' | 'ready' | 'ended'

interface MemoryParts {
  /** For frames that are being read. */
  readonly frameBudget: ByteBudget
  /** For events on their way to the sink. */
  readonly eventBudget: ByteBudget
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
  readonly chunks: ChunkReader
  readonly limits: ResolvedLimits
}

/**
 * The memory of one connection: its shares of two budgets. They are taken in the order frames, events, so that no two
 * connections can wait for each other: one that holds frames may wait for events, and one that holds events waits only
 * for the sink.
 */
export class ConnectionMemory {
  readonly #parts: MemoryParts
  readonly #frameShare: BudgetShare
  readonly #eventShare: BudgetShare

  constructor(parts: MemoryParts) {
    this.#parts = parts
    this.#frameShare = parts.frameBudget.open()
    this.#eventShare = parts.eventBudget.open()
  }

  /** Takes memory for a frame that is being read. */
  async takeFrames(bytes: number): Promise<Step> {
    return await this.#makeRoom(this.#frameShare, bytes)
  }

  giveFrames(bytes: number): void {
    this.#frameShare.give(bytes)
  }

  /** Takes memory for events that are here already. */
  async takeEvents(bytes: number): Promise<Step> {
    return await this.#makeRoom(this.#eventShare, bytes)
  }

  giveEvents(bytes: number): void {
    this.#eventShare.give(bytes)
  }

  /**
   * Takes memory for what `make` gives, which gives undefined where its bound is too small; `maxBytes` always suffice.
   * The reserve is tried first: what fits into it never waits, whatever the others hold.
   */
  async hold<Made extends { readonly byteCount: number }>(
    maxBytes: number,
    make: (boundBytes: number) => Promise<Made | undefined>,
  ): Promise<Made | 'ready' | 'ended'> {
    const eventShare = this.#eventShare
    const grantedBytes = eventShare.tryTake(maxBytes) ? maxBytes : eventShare.takeReserve()
    const made = await make(grantedBytes)
    eventShare.give(grantedBytes - (made?.byteCount ?? 0))
    if (made !== undefined) return made
    const wait = await this.#makeRoom(eventShare, maxBytes)
    if (wait !== 'taken') return wait
    const madeAgain = (await make(maxBytes)) as Made
    eventShare.give(maxBytes - madeAgain.byteCount)
    return madeAgain
  }

  leave(): void {
    this.#frameShare.leave()
    this.#eventShare.leave()
  }

  /** Ends all waiting, and gives back everything. */
  close(): void {
    for (const share of [this.#frameShare, this.#eventShare]) {
      share.leave()
      share.give(share.heldBytes)
    }
  }

  /**
   * Waits for memory. Before that, the events read so far go to the sink, because its answer may free memory. A
   * protocol 1 window cannot be handed on in parts, so waiting with one has a limit.
   */
  async #makeRoom(share: BudgetShare, bytes: number): Promise<Step> {
    const { assembler, acks, chunks, limits } = this.#parts
    if (share.tryTake(bytes)) return 'taken'
    if (assembler.cut()) return 'ready'
    if (chunks.isClosed) return 'ended'
    const protocol = assembler.openProtocol
    const timer = protocol === 1 ? setTimeout(() => share.leave(), limits.windowMs) : undefined
    acks.noteHoldUp(protocol)
    const isTaken = await share.take(bytes)
    acks.noteHoldUp(undefined)
    clearTimeout(timer)
    if (isTaken) return 'taken'
    if (chunks.isClosed) return 'ended'
    throw new ProtocolError(
      'too_slow',
      `there was no memory for the rest of a protocol 1 window within ${limits.windowMs} ms`,
    )
  }
}
