import { DiskError } from '../../disk/disk-error.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { UsageError } from '../program/option-values.ts'

/** Into a new file of mode 0600. Throws a UsageError where the file exists, otherwise a DiskError. */
export function saveToken(path: string, token: string): void {
  try {
    writeWholeFileSync(path, `${token}\n`, { overwrite: false })
  } catch (cause) {
    if (!(cause instanceof DiskError) || cause.code !== 'disk_exists') throw cause
    throw new UsageError(
      `${path} exists and may hold a token that is still needed; name another file with --out, or remove that one first. No token was created`,
    )
  }
}
