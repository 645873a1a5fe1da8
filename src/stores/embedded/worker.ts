// The thread that owns the store's database.
import { workerData } from 'node:worker_threads'
import { openDatabase, type Database } from '../../sqlite/database.ts'
import { DatabaseFiles, identify } from '../../sqlite/database-files.ts'
import { StateError } from '../../sqlite/error.ts'
import { serveDatabase } from '../../sqlite/serve-database.ts'
import type { PackedDocuments } from './packed-documents.ts'
import { type Instant, RetentionClock } from './retention-clock.ts'
import { measureBytes, type Retention } from './retention.ts'
import { EVENTS_SCHEMA } from './schema.ts'
import { EventWriter, type WrittenBatch } from './event-writer.ts'

export interface StoreWorkerData extends Retention {
  readonly path: string
}

export type StoreRequest =
  | { readonly kind: 'write'; readonly batches: readonly PackedDocuments[]; readonly time: Instant }
  | { readonly kind: 'trim'; readonly time: Instant; readonly maxRows: number }

export interface StoreReply {
  readonly written: readonly WrittenBatch[]
  readonly trimmed: number
  /** The bytes of the pages in use. */
  readonly bytes: number
  /** How far the system's clock is ahead of the time that retention goes by; 0 where they agree. */
  readonly clockLeadMs: number
}

const { path, ...retention } = workerData as StoreWorkerData

interface Open {
  readonly database: Database
  readonly files: DatabaseFiles
  readonly writer: EventWriter
  readonly clock: RetentionClock | undefined
}

let open: Open | undefined

function answer(request: StoreRequest): StoreReply {
  open ??= openForWriting(request.time)
  try {
    const { database, files, writer, clock } = open
    const nowMs = clock?.read(request.time) ?? 0
    const done =
      request.kind === 'write'
        ? writer.write(request.batches, nowMs)
        : { written: [], trimmed: writer.trim(nowMs, request.maxRows) }
    files.check() // after the commit: it was made in the file that has the name
    return { ...done, bytes: measureBytes(database), clockLeadMs: clock?.leadMs ?? 0 }
  } catch (error) {
    close() // the next try opens it again, as a disk that came back may need
    throw error
  }
}

function openForWriting(time: Instant): Open {
  const before = identify(path)
  const database = openDatabase({ path, durability: 'disk', schema: EVENTS_SCHEMA, mustExist: true, cacheKib: 16_384 })
  database.exec('PRAGMA wal_autocheckpoint = 2000') // 16 MiB: fewer, larger checkpoints
  const files = new DatabaseFiles(path)
  if (identify(path) === before) return { database, files, ...prepare(database, time) }
  files.close(database)
  throw new StateError('state_replaced', path, `${path} was replaced while it was opened`)
}

function prepare(database: Database, time: Instant): Pick<Open, 'writer' | 'clock'> {
  const writer = new EventWriter(database, retention)
  const { arrivals } = writer
  return { writer, clock: arrivals && new RetentionClock(arrivals, time, retention.clockTrustedUntilMs) }
}

function close(): void {
  const closing = open
  open = undefined
  closing?.files.close(closing.database)
}

serveDatabase(answer, close)
