import type { CopyCount, CopyReason, LossReason } from './contract.ts'

const NONE: CopyCount = { files: 0, bytes: 0 }

/** What became of every byte that this run saw. `seen` is counted apart from the rest, so that the sum proves something. */
export class ByteAccount {
  seen = 0
  acked = 0
  refused = 0
  inFlight = 0
  skipped = 0
  copied = 0
  unconfirmed = 0
  outsideLines = 0
  lines = 0
  recordsLeftOut = 0
  /** Lines that were not in the format of their file. */
  damagedLines = 0
  truncations = 0
  /** Files that were recognised by bytes which were read in another file, by reason. */
  readonly copies: Record<CopyReason, CopyCount> = {
    copy: NONE,
    'earlier copy': NONE,
    successor: NONE,
    'written over': NONE,
    archive: NONE,
  }
  readonly lost: Record<LossReason, number> = { truncated: 0, deleted: 0, unreadable: 0 }

  /** `bytes` of a file are left out, since they were read in another one, or before its end was written over. */
  noteCopy(reason: CopyReason, bytes: number): void {
    const before = this.copies[reason]
    this.copies[reason] = { files: before.files + 1, bytes: before.bytes + bytes }
  }

  /** A generation is continued in another file, where its first `bytes` are seen again. */
  countInherited(reason: CopyReason, bytes: number): void {
    this.noteCopy(reason, bytes)
    this.copied += bytes
    this.seen += bytes
  }
}
