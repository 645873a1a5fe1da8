import type { Readable } from 'node:stream'
import type { Source } from '../../flow/contract.ts'
import { unlessAborted } from '../../flow/abort-signals.ts'
import type { LineRun, Origin } from '../../flow/line-batch.ts'
import type { TrackedBatch } from '../../registry/contract.ts'
import type { ByteCounts } from '../contract.ts'
import { makeFileId } from '../look/identity.ts'
import { orderOf, readByteOrderMark } from './byte-order-mark.ts'
import type { Cut, Cutting } from './line-splitter.ts'
import { wholeUnits } from './chunk.ts'
import { formByMark } from '../file-form.ts'
import { findLineDecoder } from '../text/decode-lines.ts'
import { findLineCutter, type LineCutter } from '../text/line-cutter.ts'
import { joinRecords } from './records/join-records.ts'
import { makeLineTexts } from './records/line-texts.ts'
import { rulesOf } from './records/record-rules.ts'
import type { RecordSettings } from './records/record-settings.ts'
import { countLeftOut, keepSent } from './records/sent-records.ts'

export interface StdinOptions {
  readonly fields: Readonly<Record<string, unknown>>
  readonly maxLineBytes: number
  readonly batchLines: number
  /** Standard input unless given. Nothing is read from it before the first `next`. */
  readonly input?: Readable
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Called when the file id is drawn, which begins with the result. Default: nothing. */
  readonly idPrefix?: () => string
  /** How lines become records; absent where each line is one. */
  readonly records?: RecordSettings
}

/** `seen` is the sum of all others. */
export type StdinBytes = Pick<
  ByteCounts,
  'seen' | 'acked' | 'refused' | 'inFlight' | 'unread' | 'skipped' | 'outsideLines'
>

export interface StdinStatus {
  readonly lines: number
  readonly bytes: StdinBytes
  /** Lines that were read and are not acked, the beginning of one included: they cannot be read again. */
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
  #ackedLines = 0
  /** Counted apart from the rest, so that the sum proves something. */
  #seen = 0
  #acked = 0
  #refused = 0
  #inFlight = 0
  #skipped = 0
  #outsideLines = 0
  /** Up to where lines of an open record are read, and when it is taken as it is. */
  #open: { readonly end: number; readonly dueAtMs: number } | undefined
  #isLeavingOut = false
  readonly #cutter: LineCutter
  /** By sequence: bytes of the input that a batch has. */
  readonly #sizes = new Map<number, number>()

  constructor(options: StdinOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
    this.#cutter = findLineCutter(options.records?.text ?? formByMark(undefined))
    this.#origin = { fileId: makeFileId(options.idPrefix?.()), path: '-', fields: options.fields }
  }

  async next(stop: AbortSignal): Promise<TrackedBatch | undefined> {
    while (!stop.aborted) {
      const batch = this.#cut()
      if (batch !== undefined) return batch
      if (this.#isEnded) return undefined
      const read = await this.#readUntilDue(stop)
      if (read === undefined) continue
      if (read.done) this.#isEnded = true
      else this.#take(read.value)
    }
    return undefined
  }

  commit(batch: TrackedBatch): void {
    const size = this.#sizes.get(batch.sequence) ?? 0
    const refusedBytes = Math.min(batch.refusedBytes ?? 0, size)
    this.#sizes.delete(batch.sequence)
    this.#ackedLines += batch.lineCount
    this.#inFlight -= size
    this.#acked += size - refusedBytes
    this.#refused += refusedBytes
  }

  toReceipt(batch: TrackedBatch): TrackedBatch {
    return { ...batch, runs: [] }
  }

  status(): StdinStatus {
    const unconfirmed = this.#lines - this.#ackedLines + this.#countWaiting()
    return { lines: this.#lines, bytes: this.#countBytes(), unconfirmed }
  }

  #countBytes(): StdinBytes {
    return {
      seen: this.#seen,
      acked: this.#acked,
      refused: this.#refused,
      inFlight: this.#inFlight,
      unread: this.#bytes.length,
      skipped: this.#skipped,
      outsideLines: this.#outsideLines,
    }
  }

  #take(chunk: Buffer): void {
    this.#seen += chunk.length
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
  }

  #countWaiting(): number {
    return this.#cutBytes({ maxLines: Infinity, tail: 'unterminated' }).ends.length
  }

  #cutBytes(how: Pick<Cutting, 'maxLines' | 'tail'>): Cut {
    const { maxLineBytes } = this.#options
    const cutting = { maxLineBytes, startsInsideLine: this.#isInsideLine, ...how }
    const isWhole = how.tail !== 'open' || this.#cutter.unitBytes === 1
    return this.#cutter.cut(isWhole ? this.#bytes : wholeUnits(this.#bytes), cutting)
  }

  /** Undefined when stopped, or when an open record is due. */
  async #readUntilDue(stop: AbortSignal): Promise<IteratorResult<Buffer> | undefined> {
    if (this.#open === undefined) return await this.#read(stop)
    const due = new AbortController()
    const timer = setTimeout(() => due.abort(), Math.max(1, this.#open.dueAtMs - performance.now()))
    const read = await this.#read(AbortSignal.any([stop, due.signal]))
    clearTimeout(timer)
    return read
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
    if (this.#offset === 0) this.#skipMark()
    const tail = this.#isEnded ? 'unterminated' : 'open'
    const { records, batchLines } = this.#options
    const lines = this.#cutBytes({ maxLines: records === undefined ? batchLines : Infinity, tail })
    const cut = records === undefined || rulesOf(records).isPlain ? lines : this.#joinLines(lines, records)
    if (cut.length === 0) return undefined
    const run = this.#takeRun(cut)
    return run.ends.length === 0 ? this.#cut() : this.#makeBatch(run)
  }

  #joinLines(lines: Cut, settings: RecordSettings): Cut {
    const rules = rulesOf(settings)
    const end = this.#offset + lines.length
    const isDue = this.#open?.end === end && performance.now() >= this.#open.dueAtMs
    const cut = joinRecords(lines, {
      rules,
      textOf: makeLineTexts(this.#bytes, settings.text ?? { utf16: undefined }),
      maxRecords: this.#options.batchLines,
      isFlushed: this.#isEnded || isDue,
      isLeavingOut: this.#isLeavingOut,
    })
    if (cut.length === lines.length) this.#open = undefined
    else if (this.#open?.end !== end) this.#open = { end, dueAtMs: performance.now() + rules.timeoutMs }
    return cut
  }

  /** The records that are sent; the bytes of the others are skipped. */
  #takeRun(cut: Cut): LineRun {
    const { ends, flags, records } = cut
    const bytes = this.#bytes.subarray(0, cut.length)
    const form = this.#options.records?.text
    const decode = form && findLineDecoder(form)
    const lines = { offset: this.#offset, bytes, ends, ...(flags && { flags }) }
    const whole = { origin: this.#origin, ...(decode?.({ ...lines, flags }) ?? lines) }
    const run = records?.left === undefined ? whole : keepSent(whole, records.left)
    this.#bytes = this.#bytes.subarray(cut.length)
    this.#offset += cut.length
    const skippedBytes = countLeftOut(cut)
    this.#sizes.set(this.#sequence, cut.length - skippedBytes)
    this.#inFlight += cut.length - skippedBytes
    this.#skipped += skippedBytes
    this.#isInsideLine = !this.#cutter.endsLine(bytes)
    this.#isLeavingOut = (records?.left?.at(-1) ?? 0) > 0
    this.#lines += run.ends.length
    return run
  }

  #skipMark(): void {
    const { length, encoding } = readByteOrderMark(this.#bytes)
    if (orderOf(encoding) !== undefined) return
    this.#bytes = this.#bytes.subarray(length)
    this.#offset = length
    this.#outsideLines = length
  }

  #makeBatch(run: LineRun): TrackedBatch {
    const counts = { lineCount: run.ends.length, byteCount: run.bytes.length }
    return { sequence: this.#sequence++, timeMs: this.#clock(), runs: [run], ranges: [], ...counts }
  }
}
