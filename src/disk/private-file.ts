import { closeSync, fchmodSync, openSync, readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeCreateError, systemCodeOf } from './disk-error.ts'
import { giveToOwnerOf } from './file-owner.ts'
import { syncDirectory } from './private-directory.ts'

/**
 * Makes an empty file of mode 0600, whatever the umask, unless it exists. SQLite gives its -wal and -shm the same mode and
 * owner. Made by root, it belongs to the owner of its directory. Throws a DiskError.
 *
 * An existing file is never opened here: closing any descriptor of a file drops every POSIX lock that this process
 * holds on it, SQLite's included.
 */
export function makePrivateFile(path: string): void {
  try {
    const file = openSync(path, 'wx', 0o600)
    fchmodSync(file, 0o600)
    giveToOwnerOf(statSync(dirname(path)), file)
    closeSync(file)
    syncDirectory(dirname(path))
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw makeCreateError(path, error)
  }
}

export function fileSizeBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Undefined where there is none. Throws where it is longer than `maxBytes`, which protects from a file of another program. */
export async function readBounded(path: string, maxBytes: number): Promise<string | undefined> {
  let file
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw new Error(`${path} has ${size} bytes; at most ${maxBytes} were expected`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
