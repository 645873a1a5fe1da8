import type { Holder } from '../../flow/byte-holder.ts'
import type { AckWriter } from './ack-writer.ts'
import type { WindowAssembler } from './window-assembler.ts'

/**
 * How one step of reading went. `taken`: another one can follow. `ready`: a batch may be ready, perhaps cut for
 * lack of memory: its delivery may free some. `ended`: nothing more is read from the connection.
 */
export type Step = 'taken' | 'ready' | 'ended'

/** While a larger event is read, what came is in memory beside the document that is made of it. */
const MIN_LARGE_BYTES = 2 * 1024 * 1024

interface MemoryParts {
  readonly holder: Holder
  readonly assembler: WindowAssembler
  readonly acks: AckWriter
}

/** What is read for one connection takes memory out of the common account before it is kept. */
export class ConnectionMemory {
  readonly #parts: MemoryParts

  constructor(parts: MemoryParts) {
    this.#parts = parts
  }

  /**
   * Takes memory, and waits for it if necessary. Before that, the events read so far go to the sink, because its answer
   * may free some.
   */
  async take(bytes: number): Promise<Step> {
    const { holder, assembler, acks } = this.#parts
    if (holder.tryTake(bytes)) return 'taken'
    if (assembler.cut()) return 'ready'
    acks.noteHoldUp(assembler.openProtocol)
    const isTaken = await holder.take(bytes)
    acks.noteHoldUp(undefined)
    return isTaken ? 'taken' : 'ended'
  }

  /** Counts what is there already; a `take` of nothing then waits until there is room for it. */
  add(bytes: number): void {
    this.#parts.holder.add(bytes)
  }

  give(bytes: number): void {
    this.#parts.holder.give(bytes)
  }

  /**
   * Takes memory for what `make` gives, which gives undefined where its bound is too small: first `minBytes`, then
   * `maxBytes`, which always suffice.
   */
  async hold<Made extends { readonly byteCount: number }>(
    { minBytes, maxBytes }: { readonly minBytes: number; readonly maxBytes: number },
    make: (boundBytes: number) => Promise<Made | undefined>,
  ): Promise<Made | 'ready' | 'ended'> {
    for (const bytes of minBytes >= maxBytes ? [maxBytes] : [minBytes, maxBytes]) {
      const takenBytes = bytes > MIN_LARGE_BYTES ? 2 * bytes : bytes
      const step = await this.take(takenBytes)
      if (step !== 'taken') return step
      const made = await make(bytes).catch((error: unknown) => {
        this.give(takenBytes)
        throw error
      })
      this.give(takenBytes - (made?.byteCount ?? 0))
      if (made !== undefined) return made
    }
    return 'ended'
  }
}
