import { isUtf8 } from 'node:buffer'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { isRecord } from '../../flow/is-record.ts'
import { findMessage, readTextStart } from './find-message.ts'
import { Arrivals } from './arrivals.ts'
import type { PackedDocuments } from './packed-documents.ts'
import { prepareWrite, trimEvents, type Retention } from './retention.ts'

export const STORED = 0
export const EXISTED = 1
export const REFUSED = 2

/** The outcome of each event of a batch: STORED, EXISTED or REFUSED. */
export interface WrittenBatch {
  readonly outcomes: Uint8Array<ArrayBuffer>
  /** The reasons of the refused events, by position. */
  readonly reasons: ReadonlyMap<number, string>
}

const MAX_PARSED_BYTES = 64 * 1024
/** Of a message, so much can be searched by words: the index takes up to a millisecond for each KiB. */
const MAX_MESSAGE_BYTES = 128 * 1024

/** Writes batches into an open store. */
export class EventWriter {
  readonly #database: Database
  readonly #maxBytes: number | undefined
  readonly #statements: ReturnType<typeof prepareStatements>
  /** Absent without retention by age. */
  readonly arrivals: Arrivals | undefined

  constructor(database: Database, retention: Retention) {
    this.#database = database
    this.#maxBytes = retention.maxBytes
    this.arrivals = retention.maxAgeMs === undefined ? undefined : new Arrivals(database, retention.maxAgeMs)
    this.#statements = prepareStatements(database)
  }

  /** Stores the batches in one transaction, which also deletes old events if the store is over its limits. */
  write(
    batches: readonly PackedDocuments[],
    nowMs: number,
  ): { readonly written: WrittenBatch[]; readonly trimmed: number } {
    return transact(this.#database, () => {
      const count = batches.reduce((sum, batch) => sum + batch.ids.length, 0)
      const trimmed = this.#trim(nowMs, 2 * count + 100)
      this.arrivals?.note(nowMs)
      return { written: batches.map(batch => this.#writeBatch(batch)), trimmed }
    })
  }

  /** Deletes some of the events beyond the limits of retention; returns the number of rows. */
  trim(nowMs: number, maxRows: number): number {
    return transact(this.#database, () => {
      this.arrivals?.note(nowMs) // the last events expire too when no others follow
      return this.#trim(nowMs, maxRows)
    })
  }

  #trim(nowMs: number, maxRows: number): number {
    const firstByAge = this.arrivals?.findFirstKept(nowMs) ?? 0
    return trimEvents(this.#database, { firstByAge, maxBytes: this.#maxBytes, maxRows })
  }

  #writeBatch({ ids, times, ends, bytes }: PackedDocuments): WrittenBatch {
    const outcomes = new Uint8Array(ids.length)
    const reasons = new Map<number, string>()
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let start = 0
    for (const [i, id] of ids.entries()) {
      const end = ends[i] ?? start
      const outcome = this.#writeEvent(id, times[i] ?? 0, buffer.subarray(start, end))
      outcomes[i] = typeof outcome === 'number' ? outcome : REFUSED
      if (typeof outcome === 'string') reasons.set(i, outcome)
      start = end
    }
    return { outcomes, reasons }
  }

  /** Returns the outcome, or the reason of a refusal. */
  #writeEvent(id: string, timeMs: number, bytes: Buffer): number | string {
    const document = bytes.length <= MAX_PARSED_BYTES ? readSmall(bytes) : readLarge(bytes)
    if ('fault' in document) return document.fault
    const { text, message } = document
    const { changes, lastInsertRowid } = this.#statements.putEvent.run(id, Math.trunc(timeMs), text)
    if (changes === 0n) return EXISTED
    if (message !== '') this.#statements.putWords.run(lastInsertRowid, message)
    return STORED
  }
}

type Document =
  | {
      readonly text: string | Uint8Array
      /** The text to search in. */
      readonly message: string
    }
  | { readonly fault: string }

function readSmall(bytes: Buffer): Document {
  const text = bytes.toString()
  try {
    const document: unknown = JSON.parse(text)
    if (!isRecord(document)) return { fault: 'the document is not a JSON object' }
    const { message } = document
    return { text, message: typeof message === 'string' ? message : '' }
  } catch (error) {
    return { fault: `the document is not JSON: ${error instanceof Error ? error.name : 'unreadable'}` }
  }
}

/** Native parsing is fast, but a large document may become a hundred times its size, and its words take seconds. */
function readLarge(bytes: Buffer): Document {
  try {
    const range = findMessage(bytes)
    const message = range && readTextStart(bytes, range, MAX_MESSAGE_BYTES)
    return { text: isUtf8(bytes) ? bytes : bytes.toString(), message: message ?? '' }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : 'the document is not JSON' }
  }
}

function prepareStatements(database: Database) {
  return {
    putEvent: prepareWrite(
      database,
      'INSERT INTO events (id, time_ms, document) VALUES (?, ?, CAST(? AS TEXT)) ON CONFLICT (id) DO NOTHING',
    ),
    putWords: prepareWrite(database, 'INSERT INTO words (rowid, message) VALUES (?, ?)'),
  }
}
