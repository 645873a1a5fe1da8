import type { TrackedFile } from '../../tracked-file.ts'

interface OpenRecord {
  /** Of its last line that is read. */
  readonly end: number
  readonly dueAtMs: number
  /** Its file was made ready once it was due. */
  readonly isWoken: boolean
}

/** The last record of each file that may get more lines, and the time at which it is taken as it is. */
export class OpenRecords {
  readonly #byFile = new Map<TrackedFile, OpenRecord>()

  /** The record ends, so far, at `end` in its file. Its time begins with each line that is read. */
  note(file: TrackedFile, end: number, dueAtMs: number): void {
    if (this.#byFile.get(file)?.end !== end) this.#byFile.set(file, { end, dueAtMs, isWoken: false })
  }

  forget(file: TrackedFile): void {
    this.#byFile.delete(file)
  }

  /** The record was not continued in time. */
  isDue(file: TrackedFile, end: number, nowMs: number): boolean {
    const record = this.#byFile.get(file)
    return record?.end === end && nowMs >= record.dueAtMs
  }

  /** Makes the files ready whose records are due. */
  wake(nowMs: number, ready: Set<TrackedFile>): void {
    for (const [file, record] of this.#byFile) {
      if (!file.isFollowed || file.place === undefined) this.#byFile.delete(file)
      else if (!record.isWoken && nowMs >= record.dueAtMs) this.#wake(file, record, ready)
    }
  }

  /** When the next record is due; undefined where none is open. */
  get nextDueAtMs(): number | undefined {
    let next: number | undefined
    for (const { dueAtMs, isWoken } of this.#byFile.values()) {
      if (!isWoken && (next === undefined || dueAtMs < next)) next = dueAtMs
    }
    return next
  }

  /** A file that cannot be read just now is tried again by the looks. */
  #wake(file: TrackedFile, record: OpenRecord, ready: Set<TrackedFile>): void {
    this.#byFile.set(file, { ...record, isWoken: true })
    ready.add(file)
  }
}
