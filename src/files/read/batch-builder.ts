import { crc32 } from 'node:zlib'
import { LINE_CUT, type LineRun, type Origin } from '../../flow/line-batch.ts'
import type { BatchRange, TrackedBatch } from '../../registry/contract.ts'
import type { Cut } from './line-splitter.ts'
import type { Loan } from './read-buffers.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { originOfStream } from '../containers/stream-origin.ts'
import type { ContainerRecords } from '../containers/container-records.ts'
import { findLineDecoder } from '../text/decode-lines.ts'
import { writeRangeNotes } from './records/range-notes.ts'
import { countLeftOut, countRecordsLeftOut, keepSent } from './records/sent-records.ts'

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
    const runs = makeRuns({ file, origin, bytes, cut }, start)
    const lineCount = runs.reduce((sum, { ends }) => sum + ends.length, 0)
    if (cut.records?.container) file.reading.noteStreams(cut.records.container.stateBehind)
    // Bytes of records that were made, or gathered, are a copy.
    if (runs.some(run => run.bytes === bytes)) this.#hold(loan)
    this.#runs.push(...runs)
    this.#ranges.push({
      key: file.key,
      fileId: origin.fileId,
      path: origin.path,
      fields: origin.fields,
      ...(origin.format !== undefined && { format: origin.format }),
      start,
      end: file.position,
      checksum,
      lineCount,
      maxLineBytes,
      startsInsideLine,
      endsUnterminated: cut.endsUnterminated,
      ...(cut.records && { records: writeRangeNotes(cut), leftOutBytes: countLeftOut(cut) }),
      marks: file.marks,
    })
    this.lineCount += lineCount
    for (const run of runs) this.byteCount += run.bytes.length
    this.rangeBytes += bytes.length
    this.leftOutCount += countRecordsLeftOut(cut)
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

function makeRuns(parts: Pick<RunParts, 'file' | 'origin' | 'bytes' | 'cut'>, offset: number): readonly LineRun[] {
  const { container } = parts.cut.records ?? {}
  const runs = container === undefined ? [makeRun(parts, offset)] : makeStreamRuns(container, parts.origin)
  return runs.filter(({ ends }) => ends.length > 0)
}

function makeStreamRuns({ streams }: ContainerRecords, origin: Origin): readonly LineRun[] {
  return streams.map(({ key, lines, left }) => {
    const run = { origin: originOfStream(origin, key), ...lines }
    return left === undefined ? run : keepSent(run, left)
  })
}

function makeRun(
  { file, origin, bytes, cut }: Pick<RunParts, 'file' | 'origin' | 'bytes' | 'cut'>,
  offset: number,
): LineRun {
  const { utf16 } = file.reading
  const { ends, flags, records = {} } = cut
  const decode = records.text && findLineDecoder(records.text)
  const run: LineRun = decode
    ? { origin, ...decode({ bytes, ends, flags, offset }) }
    : { origin, offset, bytes, ends, ...(utf16 && !records.text && { utf16 }), ...(flags && { flags }) }
  return records.left === undefined ? run : keepSent(run, records.left)
}

/** A rule left out the last piece of a line, of which more follows. */
function isLeavingOut({ flags, records }: Cut): boolean {
  const last = records?.left?.at(-1) ?? 0
  return last > 0 && ((flags?.at(-1) ?? 0) & LINE_CUT) !== 0
}
