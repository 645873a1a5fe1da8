import { crc32 } from 'node:zlib'
import type { LineRun, Origin } from '../../flow/line-batch.ts'
import type { BatchRange, TrackedBatch } from '../../registry/contract.ts'
import type { Cut } from './line-splitter.ts'
import type { TrackedFile } from '../tracked-file.ts'

export interface RunParts {
  readonly file: TrackedFile
  readonly origin: Origin
  /** Just the bytes of the lines. They begin at the file's position, which moves to their end. */
  readonly bytes: Buffer
  readonly cut: Cut
  readonly maxLineBytes: number
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
  lineCount = 0
  byteCount = 0

  /** True when the file's head grew, so that the registry needs the new one. */
  add({ file, origin, bytes, cut, maxLineBytes }: RunParts): boolean {
    const start = file.position
    const startsInsideLine = file.isInsideLine
    const checksum = crc32(bytes)
    const hasGrown = file.advance(bytes, checksum)
    file.inFlight += bytes.length
    const run = { origin, offset: start, bytes, ends: cut.ends, ...(file.utf16 && { utf16: file.utf16 }) }
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

  get isEmpty(): boolean {
    return this.#runs.length === 0
  }

  finish(head: BatchHead): TrackedBatch {
    const { lineCount, byteCount } = this
    return { ...head, runs: this.#runs, ranges: this.#ranges, lineCount, byteCount }
  }
}
