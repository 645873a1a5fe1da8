import { statSync } from 'node:fs'
import { LETTERS_SCHEMA } from '../../delivery/letters/letters-schema.ts'
import { type Database, openDatabase, openReadOnly } from '../../sqlite/database.ts'
import { readNumber, transact } from '../../sqlite/transaction.ts'
import type { LetterFilter } from './letter-filter.ts'

/** Letters of one kind. */
export interface LetterGroup {
  readonly target: string
  readonly type: string
  readonly sender: string
  readonly letters: number
  readonly bytes: number
  /** Of these, waiting for their replay. */
  readonly marked: number
  readonly firstMs: number
  readonly lastMs: number
}

export interface Letter {
  readonly key: number
  readonly id: string
  readonly store: string
  readonly target: string
  readonly type: string
  readonly reason: string
  readonly sender: string
  /** Of those that share the sender: an agent by its mark, or else an address. */
  readonly member: string
  readonly peer: string
  readonly receivedMs: number
  readonly keptMs: number
  readonly payload: Buffer
}

/** Rows that are changed in one transaction, so that the collector never waits long for its turn. */
const CHUNK_ROWS = 1000

/** The dead letters of a collector, which may be running. */
export class LettersDatabase {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The kinds of letters, the most frequent first. */
  listGroups({ where, values }: LetterFilter, limit: number): readonly LetterGroup[] {
    const rows = this.#database
      .prepare(
        `SELECT target, type, sender, count(*) AS letters, sum(length(payload)) AS bytes, count(replay_ms) AS marked,
           min(kept_ms) AS first_ms, max(kept_ms) AS last_ms
         FROM letters WHERE ${where} GROUP BY target, type, sender ORDER BY letters DESC, target, type, sender LIMIT ?`,
      )
      .all(...values, limit)
    return rows.map(row => ({
      target: String(row['target']),
      type: String(row['type']),
      sender: String(row['sender']),
      letters: Number(row['letters']),
      bytes: Number(row['bytes']),
      marked: Number(row['marked']),
      firstMs: Number(row['first_ms']),
      lastMs: Number(row['last_ms']),
    }))
  }

  /** One after the other, so that any number of letters needs little memory. */
  *read(filter: LetterFilter, order: 'newest' | 'oldest', limit: number): Iterable<Letter> {
    const statement = this.#database.prepare('SELECT * FROM letters WHERE key = ?')
    for (const key of this.#keys(filter, order, limit)) {
      const row = statement.get(key)
      if (row !== undefined) yield toLetter(row)
    }
  }

  count({ where, values }: LetterFilter): number {
    return Number(this.#database.prepare(`SELECT count(*) AS n FROM letters WHERE ${where}`).get(...values)?.['n'])
  }

  /** Marks letters for a replay, under `token`, a time in milliseconds; returns their number. */
  mark({ where, ...filter }: LetterFilter, token: number): number {
    return this.#change(`UPDATE letters SET replay_ms = ${token}, last_replay_ms = NULL`, {
      ...filter,
      where: `(${where}) AND target <> '' AND replay_ms IS NULL`,
    })
  }

  /** Of the letters that were marked under `token`: those that wait, and those that were refused again. */
  readProgress(token: number): { readonly waiting: number; readonly refused: number } {
    const waiting = readNumber(this.#database, `SELECT count(*) FROM letters WHERE replay_ms = ${token}`)
    return {
      waiting,
      refused: readNumber(this.#database, `SELECT count(*) FROM letters WHERE last_replay_ms = ${token}`),
    }
  }

  drop(filter: LetterFilter): number {
    return this.#change('DELETE FROM letters', filter)
  }

  close(): void {
    this.#database.close()
  }

  /** Each letter that is there now at most once, whatever the collector does with it meanwhile. */
  #change(sql: string, { where, values }: LetterFilter): number {
    const newest = this.#newestKey()
    const statement = this.#database.prepare(
      `${sql} WHERE key IN (SELECT key FROM letters WHERE (${where}) AND key > ? AND key <= ? ORDER BY key LIMIT ${CHUNK_ROWS})
       RETURNING key`,
    )
    let sum = 0
    for (let last = 0; ;) {
      const keys = transact(this.#database, () => statement.all(...values, last, newest)).map(({ key }) => Number(key))
      sum += keys.length
      if (keys.length < CHUNK_ROWS) return sum
      last = Math.max(...keys)
    }
  }

  /** Of letters that are there now, page by page. */
  *#keys({ where, values }: LetterFilter, order: 'newest' | 'oldest', limit: number): Iterable<number> {
    const [next, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC']
    const page = this.#database.prepare(
      `SELECT key FROM letters WHERE (${where}) AND key ${next} ? AND key <= ? ORDER BY key ${direction} LIMIT ?`,
    )
    const newest = this.#newestKey()
    let last = order === 'newest' ? newest + 1 : 0
    for (let left = limit; left > 0; left -= CHUNK_ROWS) {
      const keys = page.all(...values, last, newest, Math.min(left, CHUNK_ROWS)).map(({ key }) => Number(key))
      yield* keys
      if (keys.length < CHUNK_ROWS) return
      last = keys.at(-1) ?? last
    }
  }

  #newestKey(): number {
    return readNumber(this.#database, 'SELECT max(key) FROM letters')
  }
}

/** Undefined where no letter was ever kept. Throws a StateError. */
export function openLetters(path: string, use: 'read' | 'change'): LettersDatabase | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  if (use === 'read') {
    const database = openReadOnly(path, LETTERS_SCHEMA)
    const version = readNumber(database, 'PRAGMA user_version')
    if (version === LETTERS_SCHEMA.migrations.length) return new LettersDatabase(database)
    database.close() // an earlier edition wrote it, and no collector of this one has opened it yet
  }
  const options = { path, durability: 'disk', schema: LETTERS_SCHEMA, busyTimeoutMs: 30_000 } as const
  return new LettersDatabase(openDatabase(options))
}

function toLetter(row: Record<string, unknown>): Letter {
  return {
    key: Number(row['key']),
    id: String(row['event_id']),
    store: String(row['store']),
    target: String(row['target']),
    type: String(row['type']),
    reason: String(row['reason']),
    sender: String(row['sender']),
    member: String(row['member']),
    peer: String(row['peer']),
    receivedMs: Number(row['received_ms']),
    keptMs: Number(row['kept_ms']),
    payload: Buffer.from(row['payload'] as Uint8Array),
  }
}
