/** A file or directory of a package. */
export interface Entry {
  /** The path once it is installed. */
  readonly path: string
  readonly mode: number
  readonly owner: string
  readonly group: string
  /** The path of a file to copy, or the bytes themselves; a directory has none. */
  readonly content?: string | Buffer
  /** Upgrades of the package keep an operator's changes. */
  readonly isConfiguration: boolean
}
