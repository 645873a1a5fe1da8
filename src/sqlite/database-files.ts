import { renameSync, statSync } from 'node:fs'
import type { Database } from './database.ts'
import { StateError } from './error.ts'

/** The -wal has the newest commits; without the common -shm, other programs do not see our locks. */
const SUFFIXES = ['', '-wal', '-shm']

/**
 * The files that an open database writes to. SQLite never looks whether they still have their names: it goes on writing to
 * files that were removed or replaced, and what it commits there is lost.
 */
export class DatabaseFiles {
  readonly #path: string
  readonly #known: readonly (string | undefined)[]

  /** `path` is that of a database which is open, in WAL mode, and has been read. */
  constructor(path: string) {
    this.#path = path
    this.#known = SUFFIXES.map(suffix => identify(path + suffix))
  }

  /** Throws a StateError `state_replaced`. What was committed before a call that does not throw is in the file of that name. */
  check(): void {
    const changed = this.#findChanged()
    if (changed === undefined) return
    const happened = identify(changed) === undefined ? 'removed' : 'replaced'
    throw new StateError('state_replaced', changed, `${changed} was ${happened} while it was in use`)
  }

  /** If so, what was committed before is in the file of that name. */
  areInPlace(): boolean {
    return this.#findChanged() === undefined
  }

  /** Closes the database. SQLite then removes the -wal by its name, so another one of that name steps aside meanwhile. */
  close(database: Database): void {
    const wal = `${this.#path}-wal`
    const isOther = identify(wal) !== undefined && identify(wal) !== this.#known[1]
    if (isOther) renameSync(wal, `${wal}.aside`)
    try {
      database.close()
    } finally {
      if (isOther) renameSync(`${wal}.aside`, wal)
    }
  }

  /** The first of the files that no longer has its name. */
  #findChanged(): string | undefined {
    const names = SUFFIXES.map(suffix => this.#path + suffix)
    return names.find((name, i) => {
      const now = identify(name)
      return now === undefined || now !== this.#known[i]
    })
  }
}

/** Device and inode; undefined if the file is missing. */
export function identify(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}
