import { wait } from '../../flow/backoff.ts'
import { toStateError, type Database, type Statement } from '../../sqlite/database.ts'
import { readNumber } from '../../sqlite/transaction.ts'
import type { Hit, SearchQuery } from '../contract.ts'
import { isMatch } from './document-match.ts'
import type { EventRow } from './event-pages.ts'
import { openStoreForReading, toHit } from './search.ts'
import { parseText } from './text-query.ts'

const PAGE_ROWS = 500
const POLL_MS = 100

/**
 * Gives the matching events that are stored after this call, in the order of storing, until `signal` fires. Ignores
 * `query.limit` and `query.sinceMs`. Throws a StateError as `searchEmbedded`, at once.
 */
export function followEmbedded(path: string, query: SearchQuery, signal: AbortSignal): AsyncGenerator<Hit, void> {
  const database = openStoreForReading(path)
  const lastSeq = readNumber(database, 'SELECT max(seq) FROM events')
  return follow({ database, path, query, lastSeq }, signal)
}

interface Following {
  readonly database: Database
  readonly path: string
  readonly query: SearchQuery
  readonly lastSeq: number
}

async function* follow(following: Following, signal: AbortSignal): AsyncGenerator<Hit, void> {
  const { database, path } = following
  try {
    yield* findNewHits(following, signal)
  } catch (error) {
    throw toStateError(path, error)
  } finally {
    database.close()
  }
}

async function* findNewHits({ database, query, lastSeq }: Following, signal: AbortSignal): AsyncGenerator<Hit, void> {
  const { match, literals } = parseText(query.text)
  const select = prepareNext(database, match)
  let place = lastSeq
  while (!signal.aborted) {
    const newest = readNumber(database, 'SELECT max(seq) FROM events')
    const rows = newest > place ? readNext(select, { place, newest, match }) : []
    yield* rows.map(toHit).filter(hit => isMatch(hit.document, query.fields, literals))
    place = rows.length === PAGE_ROWS ? (rows.at(-1)?.seq ?? place) : Math.max(place, newest)
    if (rows.length < PAGE_ROWS) await wait(POLL_MS, signal)
  }
}

function prepareNext(database: Database, match: string): Statement {
  const words = 'AND seq IN (SELECT rowid FROM words WHERE words MATCH :match AND rowid > :place AND rowid <= :newest)'
  return database.prepare(
    `SELECT seq, id, time_ms AS timeMs, document FROM events WHERE seq > :place AND seq <= :newest ${match === '' ? '' : words}
     ORDER BY seq LIMIT ${PAGE_ROWS}`,
  )
}

function readNext(select: Statement, values: { place: number; newest: number; match: string }): EventRow[] {
  const { match, ...range } = values
  return select.all(match === '' ? range : values) as unknown as EventRow[]
}
