import type { Database, Statement } from '../sqlite/database.ts'
import { StateError } from '../sqlite/error.ts'
import { transact } from '../sqlite/transaction.ts'
import type { JournalBatch } from './contract.ts'
import { FILE_COLUMNS, fromFileRow, toFileRow, type FileRow } from './file-row.ts'
import type { FinishedGenerations } from './finished-generations.ts'
import { sumBatch, toOriginColumns, toRunColumns, type OriginColumns } from './journal-row.ts'
import type { FileChange, RegistryWrite } from './pending-changes.ts'

/** Beyond this, origins without a journal record are deleted. */
const MAX_ORIGINS = 1000

/** Writes transactions into an open registry. */
export class RegistryWriter {
  readonly #database: Database
  readonly #path: string
  readonly #finished: FinishedGenerations
  readonly #statements: ReturnType<typeof prepareStatements>
  /** Origins in the database, by content. */
  #origins = new Map<string, number>()

  constructor(database: Database, path: string, finished: FinishedGenerations) {
    this.#database = database
    this.#path = path
    this.#finished = finished
    this.#statements = prepareStatements(database)
  }

  /** Writes everything or, if it throws, nothing. Returns the number of rows. */
  write(write: RegistryWrite): number {
    try {
      return transact(this.#database, () => this.#writeAll(write))
    } catch (error) {
      this.#origins = new Map() // it may hold origins that were rolled back
      throw error
    }
  }

  #writeAll(write: RegistryWrite): number {
    const { putFile, deleteFile, deleteBatch, deleteRuns, settle } = this.#statements
    for (const record of write.added) putFile.run(...toFileRow(record))
    for (const [key, change] of write.changed) this.#change(key, change)
    for (const key of write.forgotten) deleteFile.run(key)
    for (const [key, finished] of write.finished) this.#finished.put(key, finished)
    for (const batch of write.journaled) this.#journal(batch)
    for (const sequence of write.dropped) {
      deleteBatch.run(sequence)
      deleteRuns.run(sequence)
    }
    if (write.isLostStateSettled) settle.run()
    if (this.#origins.size > MAX_ORIGINS) this.#sweepOrigins()
    const files = write.added.length + write.changed.length + write.forgotten.length + write.finished.length
    return files + write.journaled.length + write.dropped.length
  }

  #change(key: number, change: FileChange): void {
    const { getFile, putFile } = this.#statements
    const row = getFile.get(key) as FileRow | undefined
    if (row === undefined) return // the file was forgotten while a batch of it was on the way
    const record = fromFileRow(row)
    if (record === undefined) throw this.#makeDamagedError(key)
    putFile.run(...toFileRow({ ...record, ...change }))
  }

  #makeDamagedError(key: number): StateError {
    const message = `the record of file ${key} in ${this.#path} does not match its checksum`
    return new StateError('state_damaged', this.#path, message)
  }

  #journal(batch: JournalBatch): void {
    const { putBatch, putRun, deleteRuns } = this.#statements
    const origins = batch.runs.map(toOriginColumns)
    const runs = batch.runs.map(toRunColumns)
    const columns = origins.flatMap((origin, i) => [origin, runs[i] ?? origin])
    deleteRuns.run(batch.sequence)
    putBatch.run(batch.sequence, batch.timeMs, runs.length, sumBatch(batch.sequence, batch.timeMs, columns))
    for (const [position, run] of runs.entries()) {
      putRun.run(batch.sequence, position, this.#originId(origins[position]), ...run)
    }
  }

  #originId(origin: OriginColumns | undefined): number {
    if (origin === undefined) throw new Error('a run without an origin')
    const content = origin.join('\0')
    const known = this.#origins.get(content)
    if (known !== undefined) return known
    const id = Number(this.#statements.putOrigin.run(...origin).lastInsertRowid)
    this.#origins.set(content, id)
    return id
  }

  #sweepOrigins(): void {
    this.#database.exec('DELETE FROM origins WHERE id NOT IN (SELECT origin FROM runs)')
    this.#origins = new Map()
  }
}

function prepareStatements(database: Database): Readonly<Record<StatementName, Statement>> {
  const getFile = database.prepare(`SELECT ${FILE_COLUMNS} FROM files WHERE key = ?`)
  getFile.setReturnArrays(true)
  return {
    getFile,
    putFile: database.prepare(
      `INSERT OR REPLACE INTO files (${FILE_COLUMNS}) VALUES (${FILE_COLUMNS.replaceAll(/\w+/g, '?')})`,
    ),
    deleteFile: database.prepare('DELETE FROM files WHERE key = ?'),
    putOrigin: database.prepare(
      'INSERT INTO origins (file_key, file_id, path, fields, max_line_bytes, format) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    putBatch: database.prepare('INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?)'),
    putRun: database.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    deleteBatch: database.prepare('DELETE FROM batches WHERE sequence = ?'),
    deleteRuns: database.prepare('DELETE FROM runs WHERE sequence = ?'),
    settle: database.prepare("DELETE FROM meta WHERE name = 'lost_state'"),
  }
}

type StatementName =
  | 'getFile'
  | 'putFile'
  | 'deleteFile'
  | 'putOrigin'
  | 'putBatch'
  | 'putRun'
  | 'deleteBatch'
  | 'deleteRuns'
  | 'settle'
