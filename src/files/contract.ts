// The files room: its options, its limits and its status.
import type { Source } from '../flow/contract.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { DAY_MS, MINUTE_MS } from '../flow/time-units.ts'
import type { Registry, TrackedBatch } from '../registry/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { ReadBuffers } from './read/read-buffers.ts'
import type { KnownFormats } from './read/records/known-formats.ts'
import type { RecordSettings } from './read/records/record-settings.ts'

/** Files that are followed alike. A file that several groups match belongs to the first of them. */
export interface FileGroup {
  /** Absolute globs: `*`, `?`, `[…]`, `{a,b}`, and `**` for any depth of directories; a backslash makes a special character an ordinary one. */
  readonly paths: readonly string[]
  /** Globs of files to leave out; one without a slash is compared with the last part of the path alone. */
  readonly exclude: readonly string[]
  /** Members added to each event at top level. */
  readonly fields: Readonly<Record<string, unknown>>
  /** A file that did not change in this time is closed; it is opened again when it changes. */
  readonly deadTimeMs: number
  /** Where files begin that are there already when a group is followed for the first time; later ones begin at 0. */
  readonly startPosition: 'beginning' | 'end'
  /** Longer lines are cut into pieces, all of which are sent. */
  readonly maxLineBytes: number
  /** Compressed files that a pattern matches are read, each once. False: only as the rest of a file that was followed. */
  readonly archives: boolean
  /** How lines become records; absent where each line is one. */
  readonly records?: RecordSettings
  /** The formats that `records.format: "auto"` finds, beside those of container runtimes. Default: none. */
  readonly formats?: KnownFormats
  /** Called when a file id is drawn, which begins with the result. Default: nothing. */
  readonly idPrefix?: () => string
}

/** For files that no group names: nothing is read by it. */
export const UNFOLLOWED: FileGroup = {
  paths: [],
  exclude: [],
  fields: {},
  deadTimeMs: 0,
  startPosition: 'beginning',
  maxLineBytes: 1024 * 1024,
  archives: false,
}

/** Each protects memory, descriptors or time; docs/files.md has the reasons for the defaults. */
export interface FilesLimits {
  readonly batchLines: number
  readonly batchBytes: number
  /** One read, and so the turn of one file. Grows to `maxLineBytes` where a line needs it. */
  readonly chunkBytes: number
  readonly maxOpenFiles: number
  /** The timer's step while looks are cheap; they take at most a two hundredth of a core, or one look in 10 s. */
  readonly pollMs: number
  /** A deleted file that is read to its end and did not grow in this time is given up. */
  readonly deletedQuietMs: number
  /** The same for a renamed file: longer, since its writer keeps it until it is asked to open a new one. */
  readonly renamedQuietMs: number
  /** How long a deleted file that is not read yet is kept open, and with it its space on the disk. */
  readonly deletedHoldMs: number
  /** The greatest sum of the sizes of such files. */
  readonly deletedHoldBytes: number
  /** How long a new file that equals the beginning of a followed one, and grows no more, is held back: see `Holds`. */
  readonly copyHoldMs: number
  /** How long it is held back, however it grows, while it cannot be compared with that file. */
  readonly maxUncomparedMs: number
  /** How long a truncated file's generation waits for its copy before its unread bytes count as lost. */
  readonly copyWaitMs: number
  /** How long a file that cannot be looked at is waited for: then its lines that an earlier run sent count as unconfirmed. */
  readonly resendWaitMs: number
  /** A file that is gone is remembered for this time, since it may come back with its directory. */
  readonly forgetMs: number
}

export const DEFAULT_LIMITS: FilesLimits = {
  batchLines: 8192,
  batchBytes: 1024 * 1024,
  chunkBytes: 256 * 1024,
  maxOpenFiles: 1000,
  pollMs: 1000,
  deletedQuietMs: 5000,
  renamedQuietMs: MINUTE_MS,
  deletedHoldMs: Infinity,
  deletedHoldBytes: Infinity,
  copyHoldMs: 2000,
  maxUncomparedMs: 5000,
  copyWaitMs: 10_000,
  resendWaitMs: MINUTE_MS,
  forgetMs: DAY_MS,
}

export interface FilesOptions {
  readonly groups: readonly FileGroup[]
  readonly registry: Registry
  readonly limits?: Partial<FilesLimits>
  readonly log: Log
  /** Milliseconds since 1970: for what is stored and sent. */
  readonly clock: () => number
  /** For how long something took or lasts. Default: `performance.now`, which no one can set. */
  readonly monotonicClock?: () => number
  /** The buffers of its reads. Default: of its own, one read each. */
  readonly readBuffers?: ReadBuffers
  /** False: no timer and no watcher, only `poll()`. */
  readonly isWatching?: boolean
}

export type LossReason = 'truncated' | 'deleted' | 'unreadable'

/** Why bytes of a file were left out as read: see docs/files.md, "Identification of files". */
export type CopyReason = 'copy' | 'earlier copy' | 'successor' | 'written over' | 'archive'

export interface CopyCount {
  readonly files: number
  readonly bytes: number
}

/** Bytes of this run. `seen` is the sum of all others. */
export interface ByteCounts {
  readonly seen: number
  readonly acked: number
  /** Of lines that no collector takes, which were passed by. */
  readonly refused: number
  readonly inFlight: number
  readonly unread: number
  /** Left out by `startPosition: "end"`, `includeLines` or `excludeLines`. */
  readonly skipped: number
  /** Already read in the original of a file that was recognised as a copy. */
  readonly copied: number
  /** Sent by an earlier run, and gone before an answer was on record. */
  readonly unconfirmed: number
  /** Part of no line: a byte order mark, NULs before the first line, and those behind the last one until a line takes their place. */
  readonly outsideLines: number
  readonly lost: Readonly<Record<LossReason, number>>
}

export interface FileStatus {
  readonly path: string
  /** Acked up to here. */
  readonly offset: number
  readonly size: number
  /** Bytes that are not acked yet. */
  readonly behind: number
  readonly state: 'open' | 'idle' | 'renamed' | 'deleted' | 'waiting for its copy' | 'unreadable'
}

export interface FilesStatus {
  readonly bytes: ByteCounts
  readonly lines: number
  /** Records that `includeLines` or `excludeLines` left out. */
  readonly recordsLeftOut: number
  /** Lines that were not in the format of their file. */
  readonly damagedLines: number
  readonly files: readonly FileStatus[]
  readonly openFiles: number
  /** Compressed files that a pattern matches and that are not read: their originals are not known. */
  readonly archivesLeftOut: number
  /** Files that an earlier run did not read to their end, as far as it is known, and that are under no name now. */
  readonly notFound: number
  readonly truncations: number
  /** Copies of followed files that were recognised. */
  readonly copies: number
  /** Files with bytes that count as `copied`. */
  readonly copiesByReason: Readonly<Record<CopyReason, CopyCount>>
  readonly polls: number
  readonly lastPollMs: number
}

export interface FilesSource extends Source<TrackedBatch> {
  /** Looks once at all files. Once it resolves, `next` yields what was found. */
  poll(): Promise<void>
  /**
   * Follows these groups under these limits from now on, as a difference: files of equal groups continue undisturbed, files
   * of new groups are followed, and files that no group names are closed once their batches in flight are acked. Their
   * records stay for when they come back. Batches that were taken before stay as they were cut.
   */
  reconfigure(groups: readonly FileGroup[], limits: Partial<FilesLimits>): Promise<void>
  status(): FilesStatus
  lifeSigns(): readonly LifeSign[]
  /** Closes files, timer and watcher. Unread bytes of deleted files count as lost then. */
  close(): Promise<void>
}
