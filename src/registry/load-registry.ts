import { openDatabase, openReadOnly, toStateError, type Database, type Durability } from '../sqlite/database.ts'
import { StateError } from '../sqlite/error.ts'
import { readNumber } from '../sqlite/transaction.ts'
import type { FileRecord, JournalBatch, LostState } from './contract.ts'
import { fileColumnsOf, fromFileRow, type FileRow } from './file-row.ts'
import { NONE_FOUND, readNewest, type FoundRows } from './finished-generations.ts'
import { fromJournalRows } from './journal-row.ts'
import { REGISTRY_SCHEMA } from './schema.ts'

/** The content of the registry's database. */
export interface RegistryContent {
  readonly files: readonly FileRecord[]
  readonly unconfirmed: readonly JournalBatch[]
  readonly lostState: LostState
  /** First key that neither a file nor a journal record has. */
  readonly nextKey: number
  readonly nextSequence: number
}

export interface LoadOptions {
  readonly path: string
  readonly durability: Durability
  /** The file must exist: an empty or missing one is a loss, not a first start. */
  readonly mustExist: boolean
  /** Kept in a database that replaces a lost one, until the loss is settled. */
  readonly lostState: LostState
}

/** Opens or creates the database, checks every page and row, reads all and closes it. Throws a StateError. */
export function loadRegistry({ path, durability, mustExist, lostState }: LoadOptions): RegistryContent {
  const database = openDatabase({ path, durability, schema: REGISTRY_SCHEMA, mustExist, check: true })
  try {
    if (lostState !== 'none') {
      database.prepare("INSERT OR REPLACE INTO meta VALUES ('lost_state', ?)").run(lostState)
    }
    return readContent(database, path)
  } catch (error) {
    throw toStateError(path, error)
  } finally {
    database.close()
  }
}

/** Reads the registry, also while its owner writes. Throws a StateError. */
export function readRegistry(path: string): RegistryContent {
  return readSnapshot(path, database => readContent(database, path))
}

/** As `readRegistry`, with finished generations, the newest first: both as of one moment. */
export function readState(path: string, maxFinished: number): RegistryContent & { readonly finished: FoundRows } {
  return readSnapshot(path, database => {
    const finished = versionOf(database) === 1 ? NONE_FOUND : readNewest(database, maxFinished)
    return { ...readContent(database, path), finished }
  })
}

function readSnapshot<Result>(path: string, read: (database: Database) => Result): Result {
  const database = openReadOnly(path, REGISTRY_SCHEMA)
  try {
    database.exec('BEGIN') // one snapshot for all reads
    return read(database)
  } catch (error) {
    throw toStateError(path, error)
  } finally {
    database.close()
  }
}

function readContent(database: Database, path: string): RegistryContent {
  const files = readFiles(database, path)
  const unconfirmed = readJournal(database, path)
  return {
    files,
    unconfirmed,
    lostState: readLostState(database),
    nextKey: readLastKey(database) + 1,
    nextSequence: (unconfirmed.at(-1)?.sequence ?? 0) + 1,
  }
}

/** A registry that is only read is not migrated. */
function versionOf(database: Database): number {
  return readNumber(database, 'PRAGMA user_version')
}

function readLastKey(database: Database): number {
  const sources = ['SELECT max(key) FROM files', 'SELECT max(file_key) FROM origins']
  if (versionOf(database) > 1) sources.push('SELECT max(key) FROM finished')
  return Math.max(...sources.map(source => readNumber(database, source)))
}

function readFiles(database: Database, path: string): FileRecord[] {
  const files: FileRecord[] = []
  const columns = fileColumnsOf(versionOf(database))
  const select = database.prepare(`SELECT ${columns} FROM files ORDER BY key`)
  select.setReturnArrays(true)
  for (const row of select.iterate() as Iterable<unknown> as Iterable<FileRow>) {
    const record = fromFileRow(row)
    if (record === undefined) throw makeDamagedError(path, `the record of file ${String(row[0])}`)
    files.push(record)
  }
  return files
}

function readJournal(database: Database, path: string): JournalBatch[] {
  const runs = database.prepare(
    'SELECT * FROM runs LEFT JOIN origins ON origins.id = runs.origin WHERE sequence = ? ORDER BY position',
  )
  if (readNumber(database, 'SELECT count(*) FROM runs WHERE sequence NOT IN (SELECT sequence FROM batches)') > 0) {
    throw makeDamagedError(path, 'a run without its batch')
  }
  return database
    .prepare('SELECT * FROM batches ORDER BY sequence')
    .all()
    .map(row => {
      const head = {
        sequence: Number(row['sequence']),
        timeMs: Number(row['time_ms']),
        checksum: Number(row['checksum']),
      }
      const batch = fromJournalRows(head, runs.all(head.sequence))
      if (batch === undefined) throw makeDamagedError(path, `the journal record of batch ${head.sequence}`)
      return batch
    })
}

function readLostState(database: Database): LostState {
  const value = database.prepare("SELECT value FROM meta WHERE name = 'lost_state'").get()?.['value']
  return value === 'resend' || value === 'end' ? value : 'none'
}

function makeDamagedError(path: string, what: string): StateError {
  return new StateError('state_damaged', path, `${path} is damaged: ${what} does not match its checksum`)
}
