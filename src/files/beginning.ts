import type { FileRecord } from '../registry/contract.ts'
import type { FileGroup } from './contract.ts'
import type { Whereabouts } from './whereabouts.ts'

/** What is known of a generation when it is tracked first. */
export interface Beginning extends Pick<FileRecord, 'key' | 'path' | 'identity' | 'marks' | 'realPath' | 'format'> {
  /** Undefined for a file that no group names: only its journaled lines are sent again. */
  readonly group: FileGroup | undefined
  readonly position: number
  readonly whereabouts: Whereabouts
  /** When it was last changed before it was first seen; undefined for a file that an earlier run knew. */
  readonly beganNs?: bigint
  /** When an earlier run saw it last, in milliseconds since 1970. */
  readonly seenAtMs?: number
}
