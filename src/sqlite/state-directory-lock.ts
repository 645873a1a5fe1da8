import { hostname } from 'node:os'
import { join } from 'node:path'
import { makePrivateDirectory } from '../disk/private-directory.ts'
import { fileSizeBytes } from '../disk/private-file.ts'
import { type Database, openLockFile, toStateError } from './database.ts'
import { classifyFault, StateError } from './error.ts'
import { reasonOf } from '../flow/error-reason.ts'

/** The process that owns a state directory. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /** `agent`, `collector`. */
  readonly role: string
  /** Milliseconds since 1970. */
  readonly sinceMs: number
}

export interface DirectoryLock {
  /** Releases the directory; the second call does nothing. */
  release(): void
}

// Long enough for another process to reach its second transaction, too short to be noticed.
const BUSY_TIMEOUT_MS = 250

/**
 * Makes this process the owner of a state directory, which is created with mode 0700 where it is missing.
 *
 * The holder's row is committed to `lock.db`, then a write transaction is held on it: others can read the row, and the
 * kernel releases the lock when the process ends, however it ends. File locks of NFS are as good as its server.
 *
 * Throws a StateError: `state_locked`, with the holder's name, or `state_unusable`.
 */
export function lockDirectory(stateDir: string, holder: Pick<Holder, 'role'>): DirectoryLock {
  makeStateDirectory(stateDir)
  const database = openLock(stateDir)
  const self: Holder = { pid: process.pid, host: hostname(), role: holder.role, sinceMs: Date.now() }
  try {
    announce(database, self)
    database.exec('BEGIN IMMEDIATE')
    if (!isSame(readRow(database), self)) throw makeLockedError(stateDir, readRow(database))
  } catch (error) {
    const row = database.isOpen && classifyFault(error) === 'busy' ? readRow(database) : undefined
    database.close()
    if (classifyFault(error) === 'busy') throw makeLockedError(stateDir, row)
    throw error instanceof StateError ? error : makeUnusableError(stateDir, error)
  }
  return { release: () => release(database) }
}

function makeStateDirectory(path: string): void {
  try {
    makePrivateDirectory(path)
  } catch (error) {
    throw toStateError(path, error)
  }
}

/** The process that holds the directory, or held it last; `isHeld` is undefined where this user may not find out. */
export function readHolder(
  stateDir: string,
): { readonly holder: Holder; readonly isHeld: boolean | undefined } | undefined {
  if (fileSizeBytes(lockPath(stateDir)) === 0) return undefined
  const database = openLock(stateDir)
  try {
    const holder = readRow(database)
    return holder === undefined ? undefined : { holder, isHeld: isLocked(database) }
  } finally {
    database.close()
  }
}

function lockPath(stateDir: string): string {
  return join(stateDir, 'lock.db')
}

function openLock(stateDir: string): Database {
  const path = lockPath(stateDir)
  try {
    return openLockFile(path, BUSY_TIMEOUT_MS)
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'state_damaged') throw error
    // It is not replaced automatically: the process that holds it may be alive, and would keep holding the old one.
    const remedy =
      'make sure that no forwarder uses this directory, delete that file (it holds no log data) and start again'
    throw new StateError('state_unusable', path, { message: `${error.message}; ${remedy}`, cause: error })
  }
}

function announce(database: Database, self: Holder): void {
  database.exec('BEGIN IMMEDIATE')
  database.exec(
    'CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, pid INTEGER, host TEXT, role TEXT, since_ms INTEGER)',
  )
  database
    .prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?, ?)')
    .run(self.pid, self.host, self.role, self.sinceMs)
  database.exec('COMMIT')
}

function readRow(database: Database): Holder | undefined {
  const hasTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'holder'").get() !== undefined
  const row = hasTable ? database.prepare('SELECT pid, host, role, since_ms FROM holder').get() : undefined
  if (row === undefined) return undefined
  return {
    pid: Number(row['pid']),
    host: String(row['host']),
    role: String(row['role']),
    sinceMs: Number(row['since_ms']),
  }
}

function isSame(row: Holder | undefined, self: Holder): boolean {
  return row?.pid === self.pid && row.host === self.host && row.sinceMs === self.sinceMs && row.role === self.role
}

function isLocked(database: Database): boolean | undefined {
  try {
    database.exec('BEGIN IMMEDIATE')
    database.exec('ROLLBACK')
    return false
  } catch (error) {
    return classifyFault(error) === 'busy' ? true : undefined
  }
}

function release(database: Database): void {
  if (!database.isOpen) return
  try {
    database.exec('DELETE FROM holder')
    database.exec('COMMIT')
  } catch {
    // The row stays (full disk); it only names the last holder, and the lock ends with the connection.
  }
  database.close()
}

function makeLockedError(stateDir: string, holder: Holder | undefined): StateError {
  const owner =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} on host ${holder.host} (${holder.role}, since ${new Date(holder.sinceMs).toISOString()})`
  const message = `the state directory ${stateDir} is in use by ${owner}; stop that process first, or give this one a stateDir of its own`
  return new StateError('state_locked', stateDir, message)
}

function makeUnusableError(stateDir: string, error: unknown): StateError {
  const reason = reasonOf(error)
  const message = `the state directory ${stateDir} cannot be locked (${reason}); forwarder needs to write there: check its permissions and the free space on that disk`
  return new StateError('state_unusable', stateDir, { message, cause: error })
}
