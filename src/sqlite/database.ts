// The only importer of node:sqlite: everything durable is opened here, in one way.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { dirname } from 'node:path'
import { DiskError } from '../disk/disk-error.ts'
import { makePrivateFile, fileSizeBytes } from '../disk/private-file.ts'
import { classifyFault, StateError } from './error.ts'
import { checkSchema, migrate, type OnProgress, readVersion, type Schema } from './schema-versions.ts'
import { readNumber } from './transaction.ts'
import { reasonOf } from '../flow/error-reason.ts'

export type Database = DatabaseSync
export type Statement = StatementSync

/** `disk`: a commit survives a power cut. `process`: it survives a killed process; after a power cut the newest may be gone. */
export type Durability = 'disk' | 'process'

export interface DatabaseOptions {
  readonly path: string
  readonly durability: Durability
  readonly schema: Schema
  /** Refuse a file that is not there, or is empty, instead of creating it. */
  readonly mustExist?: boolean
  /** Read every page and check that it is sound. Takes time in proportion to the size. */
  readonly check?: boolean
  /** Page cache, in KiB. */
  readonly cacheKib?: number
  /** How long a statement waits for the lock of another connection. */
  readonly busyTimeoutMs?: number
  /** Called while a file of an earlier version is converted, if that may take long. */
  readonly onProgress?: OnProgress
}

// SQLite takes a file of one byte for an empty one.
const MIN_PAGE_BYTES = 512

/**
 * Opens or creates (mode 0600) a database in WAL mode and brings it to the newest schema.
 * Throws a StateError: `state_missing`, `state_damaged`, `state_newer` or `state_unusable`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { path } = options
  const bytes = fileSizeBytes(path)
  if (options.mustExist === true && bytes === 0) {
    throw new StateError('state_missing', path, `${path} is expected to exist, but it is missing or empty`)
  }
  if (bytes > 0 && bytes < MIN_PAGE_BYTES) {
    throw new StateError('state_damaged', path, `${path} is damaged: it is only ${bytes} bytes long`)
  }
  const timeout = options.busyTimeoutMs ?? 5000
  return guard(
    path,
    () => openOrCreate(path, timeout),
    database => {
      database.exec(`PRAGMA cache_size = -${options.cacheKib ?? 512}`)
      if (readNumber(database, 'PRAGMA user_version') === 0) database.exec(options.schema.beforeCreation ?? '')
      switchToWal(database, timeout)
      // NORMAL syncs at checkpoints only: a power cut may take the newest commits, but never leaves a broken file.
      database.exec(`PRAGMA synchronous = ${options.durability === 'disk' ? 'FULL' : 'NORMAL'}`)
      database.exec('PRAGMA journal_size_limit = 8388608')
      if (options.check === true) checkPages(database, path)
      migrate(database, options)
    },
  )
}

/**
 * Opens a database for reading while its owner may be writing. Never creates or migrates.
 * Throws a StateError: `state_missing`, `state_damaged`, `state_newer` or `state_unusable`.
 */
export function openReadOnly(path: string, schema: Schema): Database {
  if (fileSizeBytes(path) === 0) throw new StateError('state_missing', path, `${path} is missing or empty`)
  return guard(
    path,
    () => new DatabaseSync(path, { readOnly: true, timeout: 5000 }),
    database => {
      database.exec('PRAGMA cache_size = -2048')
      checkSchema(database, path, schema)
    },
  )
}

/** The size of a file of an earlier version, which `openDatabase` would convert; 0 of any other. Throws as `openReadOnly` does. */
export function outdatedSizeBytes(path: string, schema: Schema): number {
  const bytes = fileSizeBytes(path)
  if (bytes === 0) return 0
  let version = 0
  const database = guard(
    path,
    () => new DatabaseSync(path, { readOnly: true, timeout: 5000 }),
    opened => {
      version = readVersion(opened, path, schema)
    },
  )
  database.close()
  return version > 0 && version < schema.migrations.length ? bytes : 0
}

/** Opens a small database with a rollback journal: its reserved lock shuts out writers and lets readers in. */
export function openLockFile(path: string, busyTimeoutMs: number): Database {
  return guard(
    path,
    () => openOrCreate(path, busyTimeoutMs),
    database => {
      database.exec('PRAGMA cache_size = -16')
      readNumber(database, 'PRAGMA schema_version') // the first read shows whether it is a database at all
    },
  )
}

function openOrCreate(path: string, timeout: number): Database {
  makePrivateFile(path)
  return new DatabaseSync(path, { timeout })
}

/** Waiting on it ends by the timeout alone. */
const NEVER_CHANGED = new Int32Array(new SharedArrayBuffer(4))

/** SQLite's own timeout does not hold here: two that make the switch at once could wait for each other. */
function switchToWal(database: Database, timeoutMs: number): void {
  const deadline = performance.now() + timeoutMs
  while (!trySwitchToWal(database, deadline)) Atomics.wait(NEVER_CHANGED, 0, 0, 10)
}

/** False if the database is busy and the deadline has not passed. */
function trySwitchToWal(database: Database, deadline: number): boolean {
  try {
    database.exec('PRAGMA journal_mode = WAL')
    return true
  } catch (error) {
    if (classifyFault(error) !== 'busy' || performance.now() > deadline) throw error
    return false
  }
}

function checkPages(database: Database, path: string): void {
  const rows = database.prepare('PRAGMA quick_check(3)').all()
  const findings = rows.map(row => String(row['quick_check']))
  if (findings.length === 1 && findings[0] === 'ok') return
  throw new StateError('state_damaged', path, `${path} is damaged: ${findings.join('; ')}`)
}

/** Opens and prepares. On failure nothing stays open, and the error has the remedy. */
function guard(path: string, open: () => Database, prepare: (database: Database) => void): Database {
  let database: Database | undefined
  try {
    database = open()
    prepare(database)
    return database
  } catch (error) {
    database?.close()
    throw toStateError(path, error)
  }
}

/** Any error from reading `path`, as one with the remedy; a StateError stays as it is. */
export function toStateError(path: string, error: unknown): StateError {
  if (error instanceof StateError) return error
  if (error instanceof DiskError)
    return new StateError('state_unusable', error.path, { message: error.message, cause: error.cause })
  const reason = reasonOf(error)
  const fault = classifyFault(error)
  if (fault === 'damaged' || fault === 'other') {
    return new StateError('state_damaged', path, { message: `${path} is damaged: ${reason}`, cause: error })
  }
  const remedies = {
    full: 'make room on that disk',
    read_only: `make ${path} and ${dirname(path)} writable for the user that runs forwarder`,
    busy: 'end the other program that writes to it',
    io: `check that ${dirname(path)} exists, that its disk is sound and that the user that runs forwarder may write there`,
    constraint: 'restore it from a copy',
  }
  const message = `${path} cannot be opened (${reason}); ${remedies[fault]}`
  return new StateError('state_unusable', path, { message, cause: error })
}
