import type { Problem } from './problem.ts'
import type { Settings } from './settings.ts'

export interface LoadOptions {
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export interface LoadedConfig<Kind extends Settings = Settings> {
  readonly settings: Kind
  /** Odd but usable: for the log at start, and for `check`. */
  readonly warnings: readonly Problem[]
  /** The files that were read, in order. */
  readonly files: readonly string[]
}
