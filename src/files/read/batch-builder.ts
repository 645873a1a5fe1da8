import { crc32 } from 'node:zlib'
import { LINE_CUT, type LineRun, type Origin } from '../../flow/line-batch.ts'
import type { BatchRange, TrackedBatch } from '../../registry/contract.ts'
import type { Cut } from './line-splitter.ts'
import type { Loan } from './read-buffers.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { writeRecordNotes } from './records/record-notes.ts'
import { keepSent } from './records/sent-records.ts'

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
  /** Bytes of files in it; more than `byteCount` where records are left out. */
  rangeBytes = 0
  leftOutCount = 0

  /** True when the file's head grew, so that the registry needs the new one. */
  add({ file, origin, bytes, loan, cut, maxLineBytes, ...how }: RunParts): boolean {
    const { startsInsideLine = file.reading.isInsideLine } = how
    const start = file.position
    const checksum = crc32(bytes)
    const hasGrown = file.reading.take(bytes, checksum)
    file.reading.noteLeavingOut(isLeavingOut(cut))
    const run = makeRun({ file, origin, bytes, cut }, start)
    // Bytes of records that were gathered are a copy.
    if (run.bytes === bytes) this.#hold(loan)
    if (run.ends.length > 0) this.#runs.push(run)
    this.#ranges.push({
      key: file.key,
      fileId: origin.fileId,
      path: origin.path,
      fields: origin.fields,
      start,
      end: file.position,
      checksum,
      lineCount: run.ends.length,
      maxLineBytes,
      startsInsideLine,
      endsUnterminated: cut.endsUnterminated,
      ...(cut.records && { records: writeRecordNotes(cut), leftOutBytes: bytes.length - run.bytes.length }),
      marks: file.marks,
    })
    this.lineCount += run.ends.length
    this.byteCount += run.bytes.length
    this.rangeBytes += bytes.length
    for (const count of cut.records?.left ?? []) this.leftOutCount += count
    return hasGrown
  }

  get loans(): Iterable<Loan> {
    return this.#loans
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
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

function makeRun(
  { file, origin, bytes, cut }: Pick<RunParts, 'file' | 'origin' | 'bytes' | 'cut'>,
  offset: number,
): LineRun {
  const { utf16 } = file.reading
  const { ends, flags } = cut
  const run = { origin, offset, bytes, ends, ...(utf16 && { utf16 }), ...(flags && { flags }) }
  return cut.records?.left === undefined ? run : keepSent(run, cut.records.left)
}

/** A rule left out the last piece of a line, of which more follows. */
function isLeavingOut({ flags, records }: Cut): boolean {
  const last = records?.left?.at(-1) ?? 0
  return last > 0 && ((flags?.at(-1) ?? 0) & LINE_CUT) !== 0
}
