import type { Readable } from 'node:stream'
import type { Source } from '../../flow/contract.ts'
import { unlessAborted } from '../../flow/abort-signals.ts'
import type { LineRun, Origin } from '../../flow/line-batch.ts'
import type { TrackedBatch } from '../../registry/contract.ts'
import { makeFileId } from '../look/identity.ts'
import { readByteOrderMark } from './byte-order-mark.ts'
import { cutLines, LF } from './line-splitter.ts'

export interface StdinOptions {
  readonly fields: Readonly<Record<string, unknown>>
  readonly maxLineBytes: number
  readonly batchLines: number
  /** Standard input unless given. Nothing is read from it before the first `next`. */
  readonly input?: Readable
  /** Milliseconds since 1970. */
  readonly clock?: () => number
}

export interface StdinStatus {
  readonly lines: number
  readonly bytes: number
  /** Lines that were given and are not acked: they cannot be read again. */
  readonly unconfirmed: number
}

/**
 * Lines of standard input, until it ends; a last line without a newline counts as one. Its batches have no ranges: there
 * is nothing to read again, so there is nothing to journal.
 */
export class StdinSource implements Source<TrackedBatch> {
  readonly #options: StdinOptions
  readonly #origin: Origin
  readonly #clock: () => number
  #chunks: AsyncIterator<Buffer> | undefined
  /** A read that a stop did not wait for. */
  #reading: Promise<IteratorResult<Buffer>> | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #offset = 0
  #sequence = 1
  #isInsideLine = false
  #isEnded = false
  #lines = 0
  #acked = 0

  constructor(options: StdinOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
    this.#origin = { fileId: makeFileId(), path: '-', fields: options.fields }
  }

  async next(stop: AbortSignal): Promise<TrackedBatch | undefined> {
    while (!stop.aborted) {
      const batch = this.#cut()
      if (batch !== undefined) return batch
      if (this.#isEnded) return undefined
      const read = await this.#read(stop)
      if (read === undefined) return undefined
      if (read.done) this.#isEnded = true
      else this.#bytes = this.#bytes.length === 0 ? read.value : Buffer.concat([this.#bytes, read.value])
    }
    return undefined
  }

  commit(batch: TrackedBatch): void {
    this.#acked += batch.lineCount
  }

  toReceipt(batch: TrackedBatch): TrackedBatch {
    return { ...batch, runs: [] }
  }

  status(): StdinStatus {
    return { lines: this.#lines, bytes: this.#offset, unconfirmed: this.#lines - this.#acked }
  }

  /** Undefined when stopped: the read continues, and the next call gets its result. */
  async #read(stop: AbortSignal): Promise<IteratorResult<Buffer> | undefined> {
    this.#chunks ??= (this.#options.input ?? process.stdin)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.#reading ??= this.#chunks.next()
    try {
      const read = await unlessAborted(this.#reading, stop)
      this.#reading = undefined
      return read
    } catch (error) {
      if (stop.aborted) return undefined
      throw error
    }
  }

  #cut(): TrackedBatch | undefined {
    const { maxLineBytes, batchLines } = this.#options
    if (this.#offset === 0) this.#skipMark()
    const tail = this.#isEnded ? 'unterminated' : 'open'
    const cutting = { maxLineBytes, startsInsideLine: this.#isInsideLine, maxLines: batchLines }
    const cut = cutLines(this.#bytes, { ...cutting, tail })
    if (cut.length === 0) return undefined
    const bytes = this.#bytes.subarray(0, cut.length)
    const run = { origin: this.#origin, offset: this.#offset, bytes, ends: cut.ends }
    this.#bytes = this.#bytes.subarray(cut.length)
    this.#offset += cut.length
    this.#isInsideLine = bytes.at(-1) !== LF
    this.#lines += cut.ends.length
    return this.#makeBatch(cut.flags === undefined ? run : { ...run, flags: cut.flags })
  }

  #skipMark(): void {
    const { length, encoding } = readByteOrderMark(this.#bytes)
    if (encoding !== 'bytes') return
    this.#bytes = this.#bytes.subarray(length)
    this.#offset = length
  }

  #makeBatch(run: LineRun): TrackedBatch {
    const counts = { lineCount: run.ends.length, byteCount: run.bytes.length }
    return { sequence: this.#sequence++, timeMs: this.#clock(), runs: [run], ranges: [], ...counts }
  }
}
