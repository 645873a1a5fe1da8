import type { FileRecord, JournalRun, Registry } from '../registry/contract.ts'
import type { TrackedFile } from './tracked-file.ts'

/**
 * Keeps in the registry how large files were when they were last seen, so that a file that is not found at the next start is
 * known to have been read to its end, or not. Sizes are written with acks and ends, not with each growth.
 */
export class SeenSizes {
  readonly #registry: Registry
  readonly #gone = new WeakSet<TrackedFile>()
  /** What an earlier run saw of files that are not found, and did not read or send; undefined where it is not known. */
  readonly #left = new Map<TrackedFile, number | undefined>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  restore(file: TrackedFile, record: FileRecord, journaled: readonly JournalRun[]): void {
    const sentEnd = journaled.reduce((end, run) => Math.max(end, run.end), record.offset)
    if (record.isGone) this.#gone.add(file)
    // A file of the first edition that is gone was read to its end.
    const { seenSize = record.isGone ? sentEnd : undefined } = record
    this.#left.set(file, seenSize === undefined ? undefined : Math.max(0, seenSize - sentEnd))
    if (seenSize !== undefined) file.progress.noteRecorded(seenSize)
  }

  dropLeft(file: TrackedFile): void {
    this.#left.delete(file)
  }

  leftOf(file: TrackedFile): number | undefined {
    return this.#left.get(file)
  }

  /** The bytes that an earlier run saw, and neither read nor sent, and that a file of this size does not have. */
  countCut(file: TrackedFile, size: number): number {
    const end = Math.max(file.size, file.progress.sentEnd)
    return Math.max(0, end + (this.#left.get(file) ?? 0) - Math.max(end, size))
  }

  /** A look of an earlier run found that it was gone: nothing can have been written to it since. */
  wasGone(file: TrackedFile): boolean {
    return this.#gone.has(file)
  }

  /**
   * The bytes that an earlier run left count as seen, as if this run had seen them: where they are not found, they are lost.
   * Of a file that is there, and ends at `end`, a program may have cut off NULs meanwhile, which were no line.
   */
  recall(file: TrackedFile, end = Infinity): void {
    const left = this.#left.get(file) ?? 0
    this.#left.delete(file)
    if (file.isFollowed) file.progress.growTo(Math.min(file.size + left, end))
  }

  /** What an earlier run sent of a file that is not found is not left once it counts as unconfirmed: no later run counts it again. */
  recordLeft(file: TrackedFile): void {
    const left = this.#left.get(file)
    if (left !== undefined) this.#update(file, file.settled + left)
  }

  record(file: TrackedFile): void {
    this.#update(file, file.size - file.progress.padding)
  }

  #update(file: TrackedFile, seenSize: number): void {
    if (file.progress.noteRecorded(seenSize)) this.#registry.update(file.key, { seenSize })
  }

  /** The record of a file with bytes that are not acked must not look like that of a file that was read to its end. */
  recordGrowth(file: TrackedFile): void {
    const { hasUnreadText, recordedSize } = file.progress
    if (hasUnreadText && (recordedSize ?? 0) <= file.settled) this.record(file)
  }
}
