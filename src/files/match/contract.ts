import type { Registry } from '../../registry/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import type { FileGroup, FilesLimits } from '../contract.ts'
import type { Harvester } from '../read/harvester.ts'
import type { Ledger } from '../ledger.ts'
import type { Peek } from './peek.ts'
import type { Roster } from '../roster.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** The group whose patterns match a path. */
export type GroupOf = (path: string) => FileGroup | undefined

/** The objects that everything works on which finds out what a found file is. */
export interface MatchParts {
  readonly registry: Registry
  readonly roster: Roster
  readonly harvester: Harvester
  readonly peek: Peek
  readonly ready: Set<TrackedFile>
  readonly ledger: Ledger
  readonly limits: FilesLimits
  readonly groupOf: GroupOf
  readonly clock: () => number
  readonly log: Log
}
