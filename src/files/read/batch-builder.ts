import { crc32 } from 'node:zlib'
import type { LineRun, Origin } from '../../flow/line-batch.ts'
import type { BatchRange, TrackedBatch } from '../../registry/contract.ts'
import type { Cut } from './line-splitter.ts'
import type { Loan } from './read-buffers.ts'
import type { TrackedFile } from '../tracked-file.ts'

export interface RunParts {
  readonly file: TrackedFile
  readonly origin: Origin
  /** Just the bytes of the lines. They begin at the file's position, which moves to their end. */
  readonly bytes: Buffer
  /** The buffer that they are in, where it is lent: the batch holds it from now on. */
  readonly loan: Loan | undefined
  readonly cut: Cut
  readonly maxLineBytes: number
  /** Default: as the file's last read left it. */
  readonly startsInsideLine?: boolean
}

export interface BatchHead {
  readonly sequence: number
  readonly timeMs: number
  readonly doubtfulSinceMs?: number
}

/** Gathers runs into a batch, and moves their files on. */
export class BatchBuilder {
  readonly #runs: LineRun[] = []
  readonly #ranges: BatchRange[] = []
  readonly #loans = new Set<Loan>()
  lineCount = 0
  byteCount = 0

  /** True when the file's head grew, so that the registry needs the new one. */
  add({ file, origin, bytes, loan, cut, maxLineBytes, ...how }: RunParts): boolean {
    const { startsInsideLine = file.reading.isInsideLine } = how
    this.#hold(loan)
    const start = file.position
    const checksum = crc32(bytes)
    const hasGrown = file.reading.take(bytes, checksum)
    const { utf16 } = file.reading
    const run = { origin, offset: start, bytes, ends: cut.ends, ...(utf16 && { utf16 }) }
    this.#runs.push(cut.flags === undefined ? run : { ...run, flags: cut.flags })
    this.#ranges.push({
      key: file.key,
      fileId: origin.fileId,
      path: origin.path,
      fields: origin.fields,
      start,
      end: file.position,
      checksum,
      lineCount: cut.ends.length,
      maxLineBytes,
      startsInsideLine,
      endsUnterminated: cut.endsUnterminated,
      marks: file.marks,
    })
    this.lineCount += cut.ends.length
    this.byteCount += bytes.length
    return hasGrown
  }

  get loans(): Iterable<Loan> {
    return this.#loans
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  finish(head: BatchHead): TrackedBatch {
    const { lineCount, byteCount } = this
    return { ...head, runs: this.#runs, ranges: this.#ranges, lineCount, byteCount }
  }

  #hold(loan: Loan | undefined): void {
    if (loan === undefined || this.#loans.has(loan)) return
    loan.hold()
    this.#loans.add(loan)
  }
}
