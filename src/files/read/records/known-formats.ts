import type { MultilineSettings } from './record-settings.ts'

/** The formats that lines of programs have, by name: what an agent knows of them. */
export interface KnownFormats {
  startLooks(): LineLooks
  /** How the records of such a file are joined; undefined where each line is one, and for a name that is not known. */
  joiningOf(name: string): MultilineSettings['how'] | undefined
}

/** Looks at the first lines of a file, one after the other. */
export interface LineLooks {
  add(line: string): void
  /** The name of the format that they have; undefined as long as they have none. `paths`: of the file, and the target of a link. */
  decide(paths: readonly string[]): string | undefined
}
