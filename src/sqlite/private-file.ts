import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { StateError } from './error.ts'
import { reasonOf } from '../flow/reason.ts'

/** Makes the directory, and those above it, for its owner only (0700 whatever the umask); one that exists is left as it is. */
export function makePrivateDirectory(path: string): void {
  try {
    const isNew = !existsSync(path)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (isNew) chmodSync(path, 0o700)
  } catch (error) {
    throw refused(path, 'be created', error)
  }
}

/**
 * Makes an empty file of mode 0600, whatever the umask, unless it exists. SQLite gives its -wal and -shm the same mode and owner.
 * One that root makes belongs to whom the directory does: a command that an operator runs must not shut the service out.
 *
 * An existing file is never opened here: closing any descriptor of a file drops every POSIX lock that this process
 * holds on it, SQLite's included.
 */
export function makePrivateFile(path: string): void {
  try {
    const file = openSync(path, 'wx', 0o600)
    fchmodSync(file, 0o600)
    if (process.geteuid?.() === 0) giveTo(statSync(dirname(path)), file)
    closeSync(file)
    syncDirectory(dirname(path))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw refused(path, 'be created', error)
  }
}

function giveTo({ uid, gid }: Stats, file: number): void {
  try {
    fchownSync(file, uid, gid)
  } catch {
    // Some file systems know one owner only.
  }
}

/** Makes names that were created or renamed in the directory survive a power cut. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** The file's size in bytes; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function refused(path: string, what: string, cause: unknown): StateError {
  const reason = reasonOf(cause)
  return new StateError(
    'state_unusable',
    path,
    `${path} cannot ${what} (${reason}); give the user that runs forwarder the right to write there, or choose another directory`,
    cause,
  )
}
