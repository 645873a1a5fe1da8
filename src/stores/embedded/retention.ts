import type { Database, Statement } from '../../sqlite/database.ts'
import { readNumber } from '../../sqlite/transaction.ts'

/** The limits of a store; the events stored first are deleted first. */
export interface Retention {
  /** Milliseconds since an event was stored. */
  readonly maxAgeMs?: number
  /** An operator's word: at the start, times of the system's clock up to this one are believed at once. */
  readonly clockTrustedUntilMs?: number
  /** The pages in use in the database's file; the write-ahead log, some tens of MiB, is not included. */
  readonly maxBytes?: number
}

export interface TrimStep {
  /** The first event that is not too old; 0 if all are kept. */
  readonly firstByAge: number
  readonly maxBytes: number | undefined
  /** Keeps a step short. */
  readonly maxRows: number
}

/** Deletes events beyond the limits, inside the caller's transaction; returns the number of rows. */
export function trimEvents(database: Database, { firstByAge, maxBytes, maxRows }: TrimStep): number {
  const firstKept = Math.max(firstByAge, findFirstBySize(database, maxBytes, maxRows))
  if (firstKept === 0) return 0
  const end = readNumber(database, `SELECT seq FROM events ORDER BY seq LIMIT 1 OFFSET ${maxRows}`)
  const limit = end === 0 ? firstKept : Math.min(firstKept, end)
  const changes = Number(prepareWrite(database, 'DELETE FROM events WHERE seq < ?').run(limit).changes)
  prepareWrite(database, 'DELETE FROM words WHERE rowid < ?').run(limit)
  if (changes > 0) database.exec('PRAGMA incremental_vacuum(64)')
  return changes
}

/**
 * Prepares a statement that returns bigints: each run returns the last row id of the connection, which may be one of the word
 * index's own tables and too large for a number.
 */
export function prepareWrite(database: Database, sql: string): Statement {
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  return statement
}

export function measureBytes(database: Database): number {
  const pages = readNumber(database, 'PRAGMA page_count') - readNumber(database, 'PRAGMA freelist_count')
  return pages * readNumber(database, 'PRAGMA page_size')
}

function findFirstBySize(database: Database, maxBytes: number | undefined, maxRows: number): number {
  if (maxBytes === undefined || measureBytes(database) <= maxBytes) return 0
  const lowest = readNumber(database, 'SELECT min(seq) FROM events')
  return lowest === 0 ? 0 : lowest + maxRows
}
