/** One thing that a package brings. */
export interface Entry {
  /** Where it is once installed. */
  readonly path: string
  readonly mode: number
  readonly owner: string
  readonly group: string
  /** The path of a file to copy, or the bytes themselves; a directory has none. */
  readonly content?: string | Buffer
  /** An operator's changes are kept when the package is upgraded. */
  readonly isConfiguration: boolean
}
