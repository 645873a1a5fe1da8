// Reads a store while its owner, another process, writes it.
import { openReadOnly, toStateError, type Database } from '../../sqlite/database.ts'
import { StateError } from '../../sqlite/error.ts'
import { readNumber } from '../../sqlite/transaction.ts'
import type { Hit, SearchQuery } from '../contract.ts'
import { isMatch } from './document-match.ts'
import { EventPages, type EventRow } from './event-pages.ts'
import { measureBytes } from './retention.ts'
import { EVENTS_SCHEMA } from './schema.ts'
import { parseText } from './text-query.ts'

/**
 * Finds the events that match, newest `@timestamp` first, at most `query.limit` (0: all). Reads page by page: memory does not
 * grow with the number of hits, and a slow reader never holds up the owner's checkpoints.
 *
 * Throws a StateError: `state_missing` if there is no store, `state_damaged`, `state_newer`, `state_unusable`.
 */
export async function* searchEmbedded(path: string, query: SearchQuery): AsyncGenerator<Hit, void> {
  const database = openStoreForReading(path)
  try {
    yield* findHits(database, query)
  } catch (error) {
    throw toStateError(path, error)
  } finally {
    database.close()
  }
}

function* findHits(database: Database, query: SearchQuery): Generator<Hit, void> {
  const { match, literals } = parseText(query.text)
  let count = 0
  for (const row of new EventPages(database, { match, sinceMs: query.sinceMs }).newestFirst()) {
    const hit = toHit(row)
    if (!isMatch(hit.document, query.fields, literals)) continue
    yield hit
    if (++count === query.limit) return
  }
}

/** Counts of a store, for people and for the demo's verdict. */
export interface EmbeddedCount {
  readonly rows: number
  readonly distinctIds: number
  /** The earliest and latest `@timestamp`, ms since 1970; undefined in an empty store. */
  readonly oldestMs: number | undefined
  readonly newestMs: number | undefined
  /** The pages in use. */
  readonly bytes: number
}

/** Reads the id of every row. Throws as `searchEmbedded`. */
export function countEmbedded(path: string): EmbeddedCount {
  const database = openStoreForReading(path)
  try {
    database.exec('BEGIN') // one snapshot for all reads
    const rows = readNumber(database, 'SELECT count(*) FROM events')
    return {
      rows,
      distinctIds: readNumber(database, 'SELECT count(DISTINCT id) FROM events'),
      oldestMs: rows === 0 ? undefined : readNumber(database, 'SELECT min(time_ms) FROM events'),
      newestMs: rows === 0 ? undefined : readNumber(database, 'SELECT max(time_ms) FROM events'),
      bytes: measureBytes(database),
    }
  } finally {
    database.close()
  }
}

export function openStoreForReading(path: string): Database {
  try {
    return openReadOnly(path, EVENTS_SCHEMA)
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'state_missing') throw error
    const message = `there is no store at ${path}; a collector configured with "store": {"type": "embedded", "path": "${path}"} creates it`
    throw new StateError('state_missing', path, { message, cause: error })
  }
}

export function toHit({ id, timeMs, document }: EventRow): Hit {
  return { id, timeMs, document: JSON.parse(document) as Record<string, unknown> }
}
