import type { Registry } from '../../registry/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import type { FileGroup, FilesLimits } from '../contract.ts'
import type { Harvester } from '../read/harvester.ts'
import type { ByteAccount } from '../byte-account.ts'
import type { BriefOpen } from './brief-open.ts'
import type { Identifier } from './identifier.ts'
import type { SiblingIndex } from './siblings.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** The group whose patterns match a path. */
export type GroupOf = (path: string) => FileGroup | undefined

/** The objects that are shared by everything that finds out what a found file is. */
export interface MatchParts {
  readonly registry: Registry
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly briefOpen: BriefOpen
  readonly identifier: Identifier
  readonly ready: Set<TrackedFile>
  readonly account: ByteAccount
  readonly limits: FilesLimits
  readonly groupOf: GroupOf
  readonly clock: () => number
  readonly log: Log
}

/** The reading of compressed files, as far as a look needs it. */
export interface KnownArchives {
  /** For a generation that is in an archive. */
  attend(file: TrackedFile): Promise<void>
  /** The archive has other bytes than those that were read of the generation: it is searched for as one whose file is gone. */
  searchAgain(file: TrackedFile): Promise<void>
  /** Searches for generations whose file is gone, after all other files of the look are known; those that are `unread` are there. */
  search(siblings: SiblingIndex, unread: ReadonlySet<TrackedFile>): Promise<void>
  /** True for a generation whose bytes may be in an archive: it is not given up. */
  isAwaited(file: TrackedFile): boolean
}
