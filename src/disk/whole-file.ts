// A reader sees the old file or the new one, also after a power cut: the text goes to a file beside it, which takes its name.
import { randomBytes } from 'node:crypto'
import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFileSync } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reasonOf } from '../flow/error-reason.ts'
import { DiskError, systemCodeOf } from './disk-error.ts'
import { giveToOwnerOf } from './file-owner.ts'
import { syncDirectory } from './private-directory.ts'

export interface WholeFileOptions {
  /** Whatever the umask: 0600 where it is left out. */
  readonly mode?: number
  /** False: a file that exists is a DiskError `disk_exists`. */
  readonly overwrite?: boolean
}

/** Writes or replaces the file. Throws a DiskError, of the same words for the same reason. */
export function writeWholeFileSync(path: string, text: string, options: WholeFileOptions = {}): void {
  const fresh = freshPath(path)
  try {
    writeNewSync(fresh, text, options.mode ?? 0o600)
    if (options.overwrite === false) linkSync(fresh, path)
    else renameSync(fresh, path)
  } catch (error) {
    throw makeWriteError(path, fresh, error)
  } finally {
    rmSync(fresh, { force: true })
  }
  syncDirectory(dirname(path))
}

/** As `writeWholeFileSync`, without blocking the thread. Rejects with a DiskError. */
export async function writeWholeFile(path: string, text: string, options: WholeFileOptions = {}): Promise<void> {
  const fresh = freshPath(path)
  try {
    await writeNew(fresh, text, options.mode ?? 0o600)
    if (options.overwrite === false) await link(fresh, path)
    else await rename(fresh, path)
  } catch (error) {
    throw makeWriteError(path, fresh, error)
  } finally {
    await rm(fresh, { force: true })
  }
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Removes what killed processes left half written in the directory: it may hold a key, and nothing reads it. */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) if (LEFTOVER.test(name)) rmSync(join(directory, name), { force: true })
}

const LEFTOVER = /\.[0-9a-f]{12}\.new$/

/** A name of its own: several may write the same file at once. */
function freshPath(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.new`
}

function writeNewSync(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    fchmodSync(file, mode)
    giveToOwnerOf(statSync(dirname(path)), file)
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.chmod(mode)
    giveToOwnerOf(await stat(dirname(path)), file.fd)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function makeWriteError(path: string, fresh: string, cause: unknown): DiskError {
  if (systemCodeOf(cause) === 'EEXIST') return new DiskError('disk_exists', path, { message: `${path} exists`, cause })
  const reason = reasonOf(cause).replaceAll(fresh, path)
  const remedy = 'make room there, or give the user that runs forwarder the right to write'
  const message = `${path} cannot be written (${reason}); ${remedy}`
  return new DiskError('disk_unusable', path, { message, cause })
}
