import { readFileSync, statSync } from 'node:fs'
import { MigrateError } from './migrate-error.ts'

/** Far more than a registry of a million files has. */
const MAX_BYTES = 1024 ** 3

export interface OldFile {
  readonly text: string
  readonly changedMs: number
}

/** A file that has to be there. Throws a MigrateError. */
export function readOldFile(path: string, what: string): OldFile {
  try {
    const { size, mtimeMs } = statSync(path)
    if (size > MAX_BYTES) throw new MigrateError(`${path} is larger than 1 GiB, which no ${what} is`)
    return { text: readFileSync(path, 'utf8'), changedMs: mtimeMs }
  } catch (error) {
    if (error instanceof MigrateError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is none' : message
    throw new MigrateError(
      `the ${what} ${path} can't be read: ${reason}; name the file that the old program uses`,
      error,
    )
  }
}
