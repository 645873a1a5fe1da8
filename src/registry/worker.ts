// The thread that owns the registry's database: fsyncs wait here, not on the main thread.
import { workerData } from 'node:worker_threads'
import { openDatabase, type Database, type Durability } from '../sqlite/database.ts'
import { serveDatabase } from '../sqlite/serve-database.ts'
import type { RegistryWrite } from './pending-changes.ts'
import { REGISTRY_SCHEMA } from './schema.ts'
import { RegistryWriter } from './registry-writer.ts'

export interface RegistryWorkerData {
  readonly path: string
  readonly durability: Durability
}

const { path, durability } = workerData as RegistryWorkerData
let open: { readonly database: Database; readonly writer: RegistryWriter } | undefined

function write(request: RegistryWrite): number {
  open ??= openRegistryForWriting()
  try {
    return open.writer.write(request)
  } catch (error) {
    close() // the next try opens it again, as a disk that came back may need
    throw error
  }
}

function openRegistryForWriting() {
  const database = openDatabase({ path, durability, schema: REGISTRY_SCHEMA, mustExist: true })
  return { database, writer: new RegistryWriter(database, path) }
}

function close(): void {
  const closing = open
  open = undefined
  closing?.database.close()
}

serveDatabase(write, close)
