// What the files room and the agent know of the registry. The registry's own files turn it into SQLite.
import type { LifeSign } from '../flow/life-sign.ts'
import type { LineBatch } from '../flow/lines.ts'

/** Hash of the `length` bytes before `offset`: where a file has them, it is the file we read up to there. */
export interface Mark {
  readonly offset: number
  readonly length: number
  /** SHA-256 of the bytes, cut to 16 bytes, in hex. */
  readonly hash: string
}

/** How one generation of a file is found again. */
export interface FileIdentity {
  /** Decimal text: both are 64 bits wide. */
  readonly device: string
  readonly inode: string
  /** Nanoseconds since 1970 as decimal text; `0` where the file system does not tell, and then no witness. */
  readonly birthNs: string
  /** The first bytes of the file: grows with it up to a limit. `offset` is also its length. */
  readonly head: Mark
}

/** One file, as the registry keeps it. */
export interface FileRecord {
  /** Row id; 0 is never one. */
  readonly key: number
  readonly path: string
  readonly identity: FileIdentity
  /** Everything before it is acked (or skipped by a rule, or counted as unconfirmed or lost). */
  readonly offset: number
  /** Newest first; the first is the one at (or nearest before) `offset`. */
  readonly marks: readonly Mark[]
  /** When it was last seen, in milliseconds since 1970. */
  readonly seenAtMs: number
  /** True once its path is gone and it was read to its end. */
  readonly isGone: boolean
}

/** One byte range of one file, as it was cut and sent. */
export interface JournalRun {
  readonly key: number
  readonly fileId: string
  readonly path: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly start: number
  readonly end: number
  /** crc32 of the bytes. */
  readonly checksum: number
  readonly lineCount: number
  /** The cutting that made these lines: see `files/line-splitter.ts`. */
  readonly maxLineBytes: number
  /** The first line began before `start`. */
  readonly startsInsideLine: boolean
  /** The last line was given up without its newline. */
  readonly endsUnterminated: boolean
}

/** One batch that was about to be sent and whose ack is not on record. */
export interface JournalBatch {
  readonly sequence: number
  readonly timeMs: number
  readonly runs: readonly JournalRun[]
}

/** What the files room adds to a batch, so that it can be journaled and committed. One entry a run of the batch. */
export interface BatchRange extends JournalRun {
  /** Marks that hold once `end` is acked, newest first. */
  readonly marks: readonly Mark[]
}

/** A batch as the files source yields it. */
export interface TrackedBatch extends LineBatch {
  readonly ranges: readonly BatchRange[]
  /** Sent by an earlier run, but some of its ranges are gone: its journal record has to be replaced before it is sent. */
  readonly isPartOfRecord?: true
}

/** What was done about a registry that was damaged or gone; it stays so until `settleLostState`, over restarts too. */
export type LostState = 'none' | 'resend' | 'end'

export type RegistryHealth =
  | { readonly isHealthy: true }
  /** Nothing can be journaled, so nothing new is sent. `sinceMs`: since when, in milliseconds since 1970. */
  | { readonly isHealthy: false; readonly reason: string; readonly remedy: string; readonly sinceMs: number }

export interface RegistryStatus {
  /** Transactions that are durable. */
  readonly commits: number
  /** File records, journal records and deletions that they wrote. */
  readonly rows: number
  readonly journaledBatches: number
  /** Transactions that failed; each was tried again. */
  readonly failures: number
  /** Calls of `journal` and `flush` that wait. */
  readonly waiting: number
  /** File records. */
  readonly files: number
  readonly health: RegistryHealth
}

/** The agent's durable state. */
export interface Registry {
  /**
   * `resend`: every file is to be sent from its beginning. `end`: files that are there now are to be followed from
   * their end. Both whatever their `startPosition` says.
   */
  readonly lostState: LostState
  /** All files that were there when `lostState` was found are added: from now on a restart is an ordinary one. */
  settleLostState(): void
  /** All files known when the registry was opened. */
  readonly files: readonly FileRecord[]
  /** What an earlier run sent or was about to send, without an ack on record; for each file in the order of sending. */
  readonly unconfirmed: readonly JournalBatch[]
  /** First sequence number that no journal record has. */
  readonly nextSequence: number
  /** Takes up a file that is not known yet, and gives its key at once; on disk with the next write. */
  add(file: Omit<FileRecord, 'key'>): number
  /** Changes what is known of a file (path, identity, offset moved without an ack, gone); on disk within a second. */
  update(key: number, change: Partial<Omit<FileRecord, 'key'>>): void
  /** Drops a file's record; on disk within a second. */
  forget(key: number): void
  /** Resolves when the batch's ranges are durable: only then may its first byte be sent. One fsync for all that wait. */
  journal(batch: TrackedBatch): Promise<void>
  /** The batch is acked: its offsets move and its journal record goes, in one transaction within a second. */
  commit(batch: TrackedBatch): void
  /** A journal record whose bytes can't be sent again any more: it goes with the next write. */
  dropUnconfirmed(sequence: number): void
  /** Writes what is pending and resolves when it is durable. */
  flush(): Promise<void>
  status(): RegistryStatus
  lifeSigns(): readonly LifeSign[]
  /**
   * Writes what is pending (tried once more where writing fails), lets go of the state directory. What could not be made
   * durable any more, this call included, rejects with a StateError `state_closed`.
   */
  close(): Promise<void>
}
