// The thread that owns the registry's database: fsyncs wait here, not on the main thread.
import { workerData } from 'node:worker_threads'
import { openDatabase, type Database, type Durability } from '../sqlite/database.ts'
import { serveDatabase } from '../sqlite/serve-thread.ts'
import type { RegistryWrite } from './pending.ts'
import { registrySchema } from './schema.ts'
import { RegistryWriter } from './write.ts'

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
    close() // opened anew at the next try: a disk that came back may need it
    throw error
  }
}

function openRegistryForWriting() {
  const database = openDatabase({ path, durability, schema: registrySchema, mustExist: true })
  return { database, writer: new RegistryWriter(database, path) }
}

function close(): void {
  const closing = open
  open = undefined
  closing?.database.close()
}

serveDatabase(write, close)
