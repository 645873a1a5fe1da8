// The finished generations in an open database.
import { DAY_MS, HOUR_MS } from '../flow/time-units.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import { transact } from '../sqlite/transaction.ts'
import type { FinishedGeneration } from './contract.ts'
import { fromFinishedRow, toFinishedRow } from './finished-row.ts'

export const FINISHED_AGE_MS = 90 * DAY_MS
/** Protects the disk where files end faster than in 90 days that many. */
export const MAX_FINISHED = 1_000_000
/** Protects the memory where very many files begin alike. */
export const MAX_FOUND = 1000
/** Deleted in one transaction: what is journaled meanwhile waits for it. */
const MAX_DELETED = 1000

/** Rows by their key. */
export interface FoundRows {
  readonly rows: readonly (readonly [number, FinishedGeneration])[]
  /** Those that do not match their checksum, and are left out. */
  readonly damaged: number
}

export interface SweepOptions {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
  readonly monotonicClock: () => number
  /** For tests. */
  readonly maxRows?: number
}

export class FinishedGenerations {
  readonly #database: Database
  readonly #options: SweepOptions
  readonly #statements: Readonly<Record<'put' | 'find' | 'deleteOld' | 'excess', Statement>>
  #sweepAtMs = -Infinity

  constructor(database: Database, options: SweepOptions) {
    this.#database = database
    this.#options = options
    this.#statements = prepareStatements(database)
  }

  put(key: number, finished: FinishedGeneration): void {
    this.#statements.put.run(...toFinishedRow(key, finished))
  }

  find(headHash: string): FoundRows {
    return readRows(this.#statements.find.iterate(headHash, MAX_FOUND))
  }

  /** Deletes a part of the rows that are too old or too many, at most once an hour unless more are left. Returns their number. */
  sweepIfDue(): number {
    const nowMs = this.#options.monotonicClock()
    if (nowMs < this.#sweepAtMs) return 0
    const changes = transact(this.#database, () => this.#deleteOld())
    if (changes < MAX_DELETED) this.#sweepAtMs = nowMs + HOUR_MS
    return changes
  }

  #deleteOld(): number {
    const { excess, deleteOld } = this.#statements
    const { wallClock, maxRows = MAX_FINISHED } = this.#options
    const excessEndedAtMs = Number(excess.get(maxRows)?.['ended_at_ms'] ?? -Infinity)
    const endedAtMs = Math.max(wallClock() - FINISHED_AGE_MS, excessEndedAtMs)
    return Number(deleteOld.run(endedAtMs, MAX_DELETED).changes)
  }
}

export const NONE_FOUND: FoundRows = { rows: [], damaged: 0 }

/** Also from a database that is open for reading only. */
export function readNewest(database: Database, limit: number): FoundRows {
  const newest = database.prepare('SELECT * FROM finished ORDER BY ended_at_ms DESC, key DESC LIMIT ?')
  newest.setReturnArrays(true)
  return readRows(newest.iterate(limit))
}

function readRows(rows: Iterable<unknown>): FoundRows {
  const found: (readonly [number, FinishedGeneration])[] = []
  let damaged = 0
  for (const row of rows as Iterable<readonly unknown[]>) {
    const finished = fromFinishedRow(row)
    if (finished === undefined) damaged++
    else found.push([Number(row[0]), finished])
  }
  return { rows: found, damaged }
}

function prepareStatements(database: Database) {
  const find = database.prepare('SELECT * FROM finished WHERE head_hash = ? ORDER BY ended_at_ms DESC LIMIT ?')
  find.setReturnArrays(true)
  return {
    find,
    put: database.prepare('INSERT OR REPLACE INTO finished VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    excess: database.prepare('SELECT ended_at_ms FROM finished ORDER BY ended_at_ms DESC LIMIT 1 OFFSET ?'),
    deleteOld: database.prepare(
      'DELETE FROM finished WHERE key IN ' +
        '(SELECT key FROM finished WHERE ended_at_ms <= ? ORDER BY ended_at_ms LIMIT ?)',
    ),
  }
}
