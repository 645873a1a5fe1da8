import type { Platform } from '../base-node.ts'
import type { Entry } from './entry.ts'
import type { Release } from './release.ts'

/** What the makers of packages get. */
export interface Order {
  readonly release: Release
  readonly platform: Platform
  readonly entries: readonly Entry[]
  /** The directory for the package. */
  readonly output: string
  /** For intermediate files; removed afterwards. */
  readonly work: string
  /** `none` is for tests, which would wait for `xz`. */
  readonly compression: 'xz' | 'none'
  /** The expression of all licences. */
  readonly licence: string
}
