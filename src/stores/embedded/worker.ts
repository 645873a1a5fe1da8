// The thread that owns the store's database.
import { workerData } from 'node:worker_threads'
import { openDatabase, type Database } from '../../sqlite/database.ts'
import { DatabaseFiles, identify } from '../../sqlite/database-files.ts'
import { StateError } from '../../sqlite/error.ts'
import { serveDatabase } from '../../sqlite/serve-database.ts'
import type { PackedEvents } from './packed-events.ts'
import { measureBytes, type Retention } from './retention.ts'
import { EVENTS_SCHEMA } from './schema.ts'
import { EventWriter, type WrittenBatch } from './event-writer.ts'

export interface StoreWorkerData extends Retention {
  readonly path: string
}

export type StoreRequest =
  | { readonly kind: 'write'; readonly batches: readonly PackedEvents[]; readonly nowMs: number }
  | { readonly kind: 'trim'; readonly nowMs: number; readonly maxRows: number }

export interface StoreReply {
  readonly written: readonly WrittenBatch[]
  readonly trimmed: number
  /** The bytes of the pages in use. */
  readonly bytes: number
}

const { path, ...retention } = workerData as StoreWorkerData

interface Open {
  readonly database: Database
  readonly files: DatabaseFiles
  readonly writer: EventWriter
}

let open: Open | undefined

function answer(request: StoreRequest): StoreReply {
  open ??= openForWriting()
  try {
    const { database, files, writer } = open
    const done = request.kind === 'write' ? writer.write(request.batches, request.nowMs) : trim(writer, request)
    files.check() // after the commit: it was made in the file that has the name
    return { ...done, bytes: measureBytes(database) }
  } catch (error) {
    close() // the next try opens it again, as a disk that came back may need
    throw error
  }
}

function trim(writer: EventWriter, { nowMs, maxRows }: { readonly nowMs: number; readonly maxRows: number }) {
  return { written: [], trimmed: writer.trim(nowMs, maxRows) }
}

function openForWriting(): Open {
  const before = identify(path)
  const database = openDatabase({ path, durability: 'disk', schema: EVENTS_SCHEMA, mustExist: true, cacheKib: 16_384 })
  database.exec('PRAGMA wal_autocheckpoint = 2000') // 16 MiB: fewer, larger checkpoints
  const files = new DatabaseFiles(path)
  if (identify(path) === before) return { database, files, writer: new EventWriter(database, retention) }
  files.close(database)
  throw new StateError('state_replaced', path, `${path} was replaced while it was opened`)
}

function close(): void {
  const closing = open
  open = undefined
  closing?.files.close(closing.database)
}

serveDatabase(answer, close)
