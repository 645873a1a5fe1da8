import { readFileSync, statSync } from 'node:fs'
import { MigrateError } from './migrate-error.ts'

/** Far more than the registry of a million files. */
const MAX_BYTES = 1024 ** 3

export interface OldFile {
  readonly text: string
  readonly changedMs: number
}

/** Reads a file that must exist. Throws a MigrateError. */
export function readOldFile(path: string, what: string): OldFile {
  try {
    const { size, mtimeMs } = statSync(path)
    if (size > MAX_BYTES) throw new MigrateError(`${path} is larger than 1 GiB: that is not a ${what}`)
    return { text: readFileSync(path, 'utf8'), changedMs: mtimeMs }
  } catch (error) {
    if (error instanceof MigrateError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'it does not exist' : message
    throw new MigrateError(`cannot read the ${what} ${path}: ${reason}; name the file that the old program uses`, error)
  }
}
