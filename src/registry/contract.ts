// The registry as the agent and `files` use it; the other files here store it in SQLite.
import type { LifeSign } from '../flow/life-sign.ts'
import type { LineBatch } from '../flow/line-batch.ts'

/** Hash of the `length` bytes before `offset`: a file that has them is the file that was read up to there. */
export interface Mark {
  readonly offset: number
  readonly length: number
  /** SHA-256 of the bytes, cut to 16 bytes, in hex. */
  readonly hash: string
  /** CRC-32 of all bytes from 0 to `offset`. Undefined where not all were read, and in records of earlier versions. */
  readonly digest?: number
}

/** Identifies one generation of a file. */
export interface FileIdentity {
  /** Decimal text: both are 64 bits wide. */
  readonly device: string
  readonly inode: string
  /** Nanoseconds since 1970 as decimal text; `0` if the file system has none, which proves nothing. */
  readonly birthNs: string
  /** The first bytes of the file, growing with it up to a limit. `offset` is also its length. */
  readonly head: Mark
}

/** The registry's record of one file. */
export interface FileRecord {
  /** Row id; never 0. */
  readonly key: number
  readonly path: string
  readonly identity: FileIdentity
  /** All bytes before it are acked, skipped by a rule, or counted as unconfirmed or lost. */
  readonly offset: number
  /** Newest first; the first is at `offset` or nearest before it. */
  readonly marks: readonly Mark[]
  /** When the file was last seen, in milliseconds since 1970. */
  readonly seenAtMs: number
  /** True once its path is gone and it was read to the end. */
  readonly isGone: boolean
  /** The reason why the file was taken for this one when it was found last; absent in records of the first edition. */
  readonly evidence?: string
  /** Its size when that was last on record: it may be longer. Absent in records of the first edition. */
  readonly seenSize?: number
  /** The path of the file itself where `path` is a symbolic link. */
  readonly realPath?: string
  /** The format of its lines, where that was found by its first ones: see `files/containers/file-format.ts`. */
  readonly format?: string
}

/**
 * Why a generation ended.
 *
 * - `read`: its file is gone, and it was read to its end.
 * - `deleted`: its file is gone, and bytes that were not read with it.
 * - `truncated`: its file was truncated; `lostBytes` were not read before, and no copy had them.
 * - `unreadable`: its file is gone and could not be read to its end.
 * - `replaced`: another generation of the same file continues it.
 * - `unfollowed`: its file was deleted when no pattern matched it any more.
 */
export type FinishedOutcome = 'read' | 'deleted' | 'truncated' | 'unreadable' | 'replaced' | 'unfollowed'

/** A generation that is not followed any more; kept for 90 days after its end. */
export interface FinishedGeneration {
  readonly path: string
  readonly identity: FileIdentity
  /** Bytes that were read and acked, or left out by a rule: all before it. */
  readonly size: number
  /** CRC-32 of the bytes 0 to `size`; undefined where it is not known. */
  readonly digest: number | undefined
  /** In milliseconds since 1970. */
  readonly endedAtMs: number
  readonly outcome: FinishedOutcome
  readonly lostBytes: number
}

/** One byte range of one file, as it was cut and sent. */
export interface JournalRun {
  readonly key: number
  readonly fileId: string
  readonly path: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The name of the format of the lines; absent where it was not known. */
  readonly format?: string
  readonly start: number
  readonly end: number
  /** crc32 of the bytes. */
  readonly checksum: number
  readonly lineCount: number
  /** The length at which lines were cut: see `files/read/line-splitter.ts`. */
  readonly maxLineBytes: number
  /** The first line began before `start`. */
  readonly startsInsideLine: boolean
  /** The last line was sent without its newline. */
  readonly endsUnterminated: boolean
  /** Where the range was cut into records by rules: how, as `files/read/records/record-notes.ts` wrote it. */
  readonly records?: Uint8Array
}

/** A batch that was about to be sent and has no recorded ack. */
export interface JournalBatch {
  readonly sequence: number
  readonly timeMs: number
  readonly runs: readonly JournalRun[]
}

/** What `files` adds to each run of a batch, so that the batch can be journaled and committed. */
export interface BatchRange extends JournalRun {
  /** Marks that hold once `end` is acked, newest first. */
  readonly marks: readonly Mark[]
  /** Bytes of records that a rule left out. */
  readonly leftOutBytes?: number
}

/** A batch as the source of files gives it. */
export interface TrackedBatch extends LineBatch {
  readonly ranges: readonly BatchRange[]
  /** An earlier run sent it, but some ranges are gone: its journal record has to be replaced before it is sent. */
  readonly isPartOfRecord?: true
  /** With `commit`: bytes of its lines that no collector takes. */
  readonly refusedBytes?: number
}

/** How a damaged or missing registry was replaced; kept until `settleLostState`, over restarts too. */
export type LostState = 'none' | 'resend' | 'end'

export type RegistryHealth =
  | { readonly isHealthy: true }
  /** Nothing can be journaled, so nothing new is sent. `sinceMs`: in milliseconds since 1970. */
  | { readonly isHealthy: false; readonly reason: string; readonly remedy: string; readonly sinceMs: number }

export interface RegistryStatus {
  /** Durable transactions. */
  readonly commits: number
  /** File records, journal records and deletions in them. */
  readonly rows: number
  readonly journaledBatches: number
  /** Failed attempts at a transaction; each was retried. */
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
   * `resend`: every file is sent from its beginning. `end`: files that exist now are followed from their end. Both override
   * `startPosition`.
   */
  readonly lostState: LostState
  /** All files that existed when the loss was found are added: from now on a restart is an ordinary one. */
  settleLostState(): void
  /** The files that were known when the registry was opened, until `releaseFiles`. */
  readonly files: readonly FileRecord[]
  /** The records were taken over: from now on `files` is empty, so that they are not in memory twice. */
  releaseFiles(): void
  /** Batches that an earlier run sent or was about to send and that have no recorded ack; per file in the order of sending. */
  readonly unconfirmed: readonly JournalBatch[]
  /** First sequence number that no journal record has. */
  readonly nextSequence: number
  /** Adds a file and returns its key at once; on disk with the next write. */
  add(file: Omit<FileRecord, 'key'>): number
  /** Changes the record of a file (path, identity, offset moved without an ack, gone); on disk within a second. */
  update(key: number, change: Partial<Omit<FileRecord, 'key'>>): void
  /** Deletes the record of a file; on disk within a second. */
  forget(key: number): void
  /** As `forget`, and in the same transaction the generation is added to the finished ones. Only for one without bytes in flight. */
  finish(key: number, finished: FinishedGeneration): void
  /**
   * The finished generations whose head has this hash, the newest first, at most 1,000. Rejects with a StateError if they
   * cannot be read now, which is different from none.
   */
  findFinished(headHash: string): Promise<readonly FinishedGeneration[]>
  /** Resolves when the batch's ranges are durable: only then may its first byte be sent. One fsync for all that wait. */
  journal(batch: TrackedBatch): Promise<void>
  /** The batch is acked: one transaction within a second moves its offsets and deletes its journal record. */
  commit(batch: TrackedBatch): void
  /** Deletes, with the next write, a journal record whose bytes cannot be sent again. */
  dropUnconfirmed(sequence: number): void
  /** Writes the pending changes and resolves when they are durable. */
  flush(): Promise<void>
  status(): RegistryStatus
  lifeSigns(): readonly LifeSign[]
  /**
   * Writes the pending changes (with one more try if writing fails) and releases the state directory. This call, and others
   * that wait, reject with a StateError `state_closed` if their changes could not be made durable.
   */
  close(): Promise<void>
}
