import { StateError } from './error.ts'
import { readNumber, transact, type Connection } from './transaction.ts'

/** How far a step is that takes long. */
export interface MigrationProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

export type OnProgress = (progress: MigrationProgress) => void

/** SQL, or a function that takes long and reports how far it is; it runs inside the transaction of its step. */
export type Migration = string | ((database: Connection, onProgress: OnProgress) => void)

/** What a database is for, and every migration up to its newest version. */
export interface Schema {
  /** For messages: `registry`, `dead letters`, … */
  readonly name: string
  /** 31 bits that distinguish our databases from each other and from any other. */
  readonly applicationId: number
  /** Step `i` leads from version `i` to `i + 1`. Steps are never changed once released, only added. */
  readonly migrations: readonly Migration[]
  /** Statements that must come before the first table, e.g. of auto_vacuum. */
  readonly beforeCreation?: string
}

export interface MigrationOptions {
  readonly path: string
  readonly schema: Schema
  readonly onProgress?: OnProgress | undefined
}

/** Brings the database to the newest version, each step in its own transaction; several processes may do so at once. */
export function migrate(database: Connection, { path, schema, onProgress = () => {} }: MigrationOptions): void {
  const newest = schema.migrations.length
  while (readVersion(database, path, schema) < newest) {
    transact(database, () => {
      const step = readVersion(database, path, schema) // another process may have been quicker
      if (step >= newest) return
      const migration = schema.migrations[step] ?? ''
      if (typeof migration === 'string') database.exec(migration)
      else migration(database, onProgress)
      database.exec(`PRAGMA application_id = ${schema.applicationId}`)
      database.exec(`PRAGMA user_version = ${step + 1}`)
    })
  }
}

export function checkSchema(database: Connection, path: string, schema: Schema): void {
  if (readVersion(database, path, schema) > 0) return
  throw new StateError('state_missing', path, `${path} holds no ${schema.name} yet`)
}

/** The version of one of our databases; 0 of one that has not been used yet. Throws for any other. */
export function readVersion(database: Connection, path: string, schema: Schema): number {
  const version = readNumber(database, 'PRAGMA user_version')
  const applicationId = readNumber(database, 'PRAGMA application_id')
  const isUnused = version === 0 && applicationId === 0
  if (applicationId !== schema.applicationId && !isUnused) {
    throw new StateError('state_damaged', path, `${path} is a database, but not the ${schema.name} of forwarder`)
  }
  if (version > schema.migrations.length) throw makeTooNewError(path, schema, version)
  return version
}

function makeTooNewError(path: string, schema: Schema, version: number): StateError {
  return new StateError(
    'state_newer',
    path,
    `${path} holds the ${schema.name} in version ${version}, written by a newer forwarder; this one knows versions up to ` +
      `${schema.migrations.length}. Run that newer forwarder, or move the file away to start with an empty one`,
  )
}
