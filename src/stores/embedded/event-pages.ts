import type { Database, Statement } from '../../sqlite/database.ts'

/** A stored row. */
export interface EventRow {
  readonly seq: number
  readonly id: string
  readonly timeMs: number
  readonly document: string
}

export interface PageFilter {
  /** An FTS5 expression; '' for everything. */
  readonly match: string
  /** Milliseconds since 1970. */
  readonly sinceMs: number | undefined
}

/** A position in the order by time, then by storing. */
interface Place {
  readonly timeMs: number
  readonly seq: number
}

const PAGE_ROWS = 500
// How many events one query of the word index spans: fewer while every page is full, more while hits are rare.
const FIRST_SPAN = 10_000
const MIN_SPAN = 1000
const MAX_SPAN = 1_000_000

/** Reads rows in pages. Each page has its own read transaction, which ends before its rows are given. */
export class EventPages {
  readonly #filter: PageFilter
  readonly #sinceMs: number
  readonly #selectEnd: Statement
  readonly #selectBounds: Statement
  readonly #selectRows: Statement

  constructor(database: Database, filter: PageFilter) {
    this.#filter = filter
    this.#sinceMs = filter.sinceMs ?? Number.MIN_SAFE_INTEGER
    const range = '(time_ms, seq) < (:time, :seq) AND (time_ms, seq) >= (:endTime, :endSeq)'
    this.#selectEnd = database.prepare(
      `SELECT time_ms AS timeMs, seq FROM events WHERE (time_ms, seq) < (:time, :seq) AND time_ms >= :since
       ORDER BY time_ms DESC, seq DESC LIMIT 1 OFFSET :span`,
    )
    this.#selectBounds = database.prepare(`SELECT min(seq) AS low, max(seq) AS high FROM events WHERE ${range}`)
    const words = 'AND seq IN (SELECT rowid FROM words WHERE words MATCH :match AND rowid BETWEEN :low AND :high)'
    this.#selectRows = database.prepare(
      `SELECT seq, id, time_ms AS timeMs, document FROM events WHERE ${range} ${filter.match === '' ? '' : words}
       ORDER BY time_ms DESC, seq DESC LIMIT ${PAGE_ROWS}`,
    )
  }

  *newestFirst(): Generator<EventRow, void> {
    let place: Place = { timeMs: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER }
    let span = FIRST_SPAN
    for (;;) {
      const end = this.#findEnd(place, span)
      const rows = this.#readPage(place, end ?? { timeMs: this.#sinceMs, seq: 0 })
      yield* rows
      const last = rows.at(-1)
      if (last !== undefined && rows.length === PAGE_ROWS) {
        place = last
        span = Math.max(Math.floor(span / 2), MIN_SPAN)
        continue
      }
      if (end === undefined) return
      place = end
      if (rows.length < PAGE_ROWS / 4) span = Math.min(span * 2, MAX_SPAN)
    }
  }

  /** Where the span that begins below `place` ends; undefined if it reaches the oldest event. */
  #findEnd({ timeMs, seq }: Place, span: number): Place | undefined {
    const row = this.#selectEnd.get({ time: timeMs, seq, since: this.#sinceMs, span: span - 1 })
    return row as unknown as Place | undefined
  }

  #readPage(place: Place, end: Place): EventRow[] {
    const range = { time: place.timeMs, seq: place.seq, endTime: end.timeMs, endSeq: end.seq }
    if (this.#filter.match === '') return this.#selectRows.all(range) as unknown as EventRow[]
    const bounds = this.#selectBounds.get(range)
    if (typeof bounds?.['low'] !== 'number' || typeof bounds['high'] !== 'number') return []
    const { low, high } = bounds
    return this.#selectRows.all({ ...range, match: this.#filter.match, low, high }) as unknown as EventRow[]
  }
}
