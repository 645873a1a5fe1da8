import type { Platform } from '../base-node.ts'
import type { Entry } from './entry.ts'
import type { Release } from './release.ts'

/** What is asked of the maker of one kind of packages. */
export interface Order {
  readonly release: Release
  readonly platform: Platform
  readonly entries: readonly Entry[]
  /** The directory for the package. */
  readonly output: string
  /** Takes intermediate files, and is removed. */
  readonly work: string
  /** Whether to take time to make it small; tests do not wait for that. */
  readonly isSmall: boolean
  /** An expression of the licences of all that is inside. */
  readonly licence: string
}
