import type { FilesOptions, FilesSource } from './contract.ts'

/** Follows the files of all groups. */
export function createFilesSource(_options: FilesOptions): FilesSource {
  throw new Error('the files source is being written')
}
