import { type Database, openDatabase } from '../../sqlite/database.ts'
import { DatabaseFiles } from '../../sqlite/database-files.ts'
import { StateError } from '../../sqlite/error.ts'
import type { OnProgress } from '../../sqlite/schema-versions.ts'
import { LETTERS_SCHEMA } from './letters-schema.ts'

/** So many times in a row the file may be taken away while it is written. */
const MAX_TRIES = 5

interface Open {
  readonly database: Database
  readonly files: DatabaseFiles
}

/** The database of the dead letters. Its file may be moved away or deleted at any time: a new one takes its place. */
export class LettersFile {
  readonly #path: string
  readonly #onProgress: OnProgress
  #open: Open | undefined
  #replaced = 0

  constructor(path: string, onProgress: OnProgress) {
    this.#path = path
    this.#onProgress = onProgress
  }

  /** How many times the file was found removed or replaced. */
  get replaced(): number {
    return this.#replaced
  }

  /** What `work` wrote is in the file of that name when it returns. `work` is repeated if the file was taken away meanwhile. */
  use<T>(work: (database: Database) => T): T {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const open = this.#current()
      const result = work(open.database)
      if (open.files.areInPlace()) return result
    }
    throw new StateError('state_unusable', this.#path, `${this.#path} is removed whenever it is written`)
  }

  close(): void {
    const open = this.#open
    this.#open = undefined
    open?.files.close(open.database)
  }

  #current(): Open {
    if (this.#open !== undefined && !this.#open.files.areInPlace()) {
      this.#replaced += 1
      this.close()
    }
    this.#open ??= this.#openFile()
    return this.#open
  }

  #openFile(): Open {
    const onProgress = this.#onProgress
    const database = openDatabase({ path: this.#path, durability: 'disk', schema: LETTERS_SCHEMA, onProgress })
    return { database, files: new DatabaseFiles(this.#path) }
  }
}
