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
  /** `none` is for tests, which do not wait for `xz`. */
  readonly compression: 'xz' | 'none'
  /** An expression of the licences of all that is inside. */
  readonly licence: string
}
