// The thread that owns the registry's database: fsyncs wait here, not on the main thread.
import { workerData } from 'node:worker_threads'
import { openDatabase } from '../sqlite/database.ts'
import { serveDatabase } from '../sqlite/serve-database.ts'
import { FinishedGenerations, type FoundRows } from './finished-generations.ts'
import type { RegistryRequest, RegistryWorkerData } from './registry-thread.ts'
import { REGISTRY_SCHEMA } from './schema.ts'
import { RegistryWriter } from './registry-writer.ts'

const { path, durability } = workerData as RegistryWorkerData
let open: ReturnType<typeof openRegistryForWriting> | undefined

function answer(request: RegistryRequest): number | FoundRows {
  open ??= openRegistryForWriting()
  try {
    if (request.kind === 'find') return open.finished.find(request.headHash)
    const rows = open.writer.write(request.write)
    sweep(open.finished)
    return rows
  } catch (error) {
    close() // the next try opens it again, as a disk that came back may need
    throw error
  }
}

function sweep(finished: FinishedGenerations): void {
  try {
    finished.sweepIfDue()
  } catch {
    // The write has succeeded; old rows are deleted after a later one.
  }
}

function openRegistryForWriting() {
  const database = openDatabase({ path, durability, schema: REGISTRY_SCHEMA, mustExist: true })
  const clocks = { wallClock: () => Date.now(), monotonicClock: () => performance.now() }
  const finished = new FinishedGenerations(database, clocks)
  return { database, finished, writer: new RegistryWriter(database, path, finished) }
}

function close(): void {
  const closing = open
  open = undefined
  closing?.database.close()
}

serveDatabase(answer, close)
