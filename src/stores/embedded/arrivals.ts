import type { Database } from '../../sqlite/database.ts'
import { readNumber, transact } from '../../sqlite/transaction.ts'
import { prepareWrite } from './retention.ts'

/** Retention by age is exact to this fraction of the age. */
const ARRIVALS_PER_AGE = 100
/** The newest row is at most this old, so that a restart does not forget more of the time that has passed. */
const MAX_STALE_MS = 10_000

/** Which event was the next one at which time: rows for the maximum age, and one that moves with the time. */
export class Arrivals {
  readonly #database: Database
  readonly #maxAgeMs: number
  readonly #put: ReturnType<typeof prepareWrite>
  readonly #remove: ReturnType<typeof prepareWrite>
  #keptMs: number
  #newestMs: number

  constructor(database: Database, maxAgeMs: number) {
    this.#database = database
    this.#maxAgeMs = maxAgeMs
    this.#put = prepareWrite(database, 'INSERT OR IGNORE INTO arrivals VALUES (?, ?)')
    this.#remove = prepareWrite(database, 'DELETE FROM arrivals WHERE at_ms = ?')
    this.#newestMs = readNumber(database, 'SELECT max(at_ms) FROM arrivals')
    this.#keptMs = this.#newestMs
  }

  /** The time of the newest row; 0 if there is none. */
  get newestMs(): number {
    return this.#newestMs
  }

  /** Inside the caller's transaction. The time never goes back. */
  note(nowMs: number): void {
    const spacingMs = this.#maxAgeMs / ARRIVALS_PER_AGE
    if (nowMs - this.#newestMs < Math.min(spacingMs, MAX_STALE_MS)) return
    if (nowMs - this.#keptMs >= spacingMs) this.#keptMs = this.#newestMs
    else if (this.#newestMs !== this.#keptMs) this.#remove.run(this.#newestMs)
    const nextSeq = readNumber(this.#database, "SELECT seq FROM sqlite_sequence WHERE name = 'events'") + 1
    this.#put.run(nowMs, nextSeq)
    this.#newestMs = nowMs
  }

  /** The first event that is not older than the maximum age; 0 if all are kept. Inside the caller's transaction. */
  findFirstKept(nowMs: number): number {
    const row = this.#database
      .prepare('SELECT at_ms, next_seq FROM arrivals WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1')
      .get(nowMs - this.#maxAgeMs)
    if (row === undefined) return 0
    prepareWrite(this.#database, 'DELETE FROM arrivals WHERE at_ms < ?').run(Number(row['at_ms']))
    return Number(row['next_seq'])
  }

  /** Writes later times for the rows after `afterMs`, or earlier ones for a negative number. */
  shift(afterMs: number, byMs: number): void {
    transact(this.#database, () => {
      const rows = this.#database.prepare('SELECT at_ms, next_seq FROM arrivals WHERE at_ms > ?').all(afterMs)
      prepareWrite(this.#database, 'DELETE FROM arrivals WHERE at_ms > ?').run(afterMs)
      for (const row of rows) this.#put.run(Number(row['at_ms']) + byMs, Number(row['next_seq']))
    })
    if (this.#newestMs > afterMs) this.#newestMs += byMs
    if (this.#keptMs > afterMs) this.#keptMs += byMs
  }
}
