import { watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import { Burst } from './burst.ts'
import { fromSystemName, toSystemPath } from './file-name.ts'

/** A path in a watched directory may have changed, come or gone. */
export interface Hint {
  readonly path: string
  /** It came or went; otherwise only its content or its attributes changed. */
  readonly isRename: boolean
}

export interface WatcherOptions {
  readonly onHint: (hint: Hint) => void
  /** Reports may be missing: a directory was not watched before, or more came at once than the system keeps. */
  readonly onGap: () => void
  readonly log: Log
}

interface Watched {
  readonly place: string
  /** Undefined where the system refused it. */
  watcher: FSWatcher | undefined
}

/**
 * Watches directories, one watch each and none for the files in them. The timer finds what this misses, so a limit of the
 * system on watches costs nothing but promptness.
 */
export class DirectoryWatcher {
  readonly #options: WatcherOptions
  readonly #watched = new Map<string, Watched>()
  readonly #once = new Once()
  readonly #burst: Burst
  #isClosed = false

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#burst = new Burst(options.onGap)
  }

  /** Watches just these from now on, given with their places. A directory that was replaced under its old name is watched again. */
  set(directories: ReadonlyMap<string, string>): void {
    if (this.#isClosed) return
    for (const [directory, { place }] of this.#watched) if (directories.get(directory) !== place) this.#drop(directory)
    for (const [directory, place] of directories) if (!this.#watched.has(directory)) this.#watch(directory, place)
  }

  /** True while each of these is watched. */
  covers(directories: Iterable<string>): boolean {
    for (const directory of directories) if (this.#watched.get(directory)?.watcher === undefined) return false
    return true
  }

  close(): void {
    this.#isClosed = true
    for (const directory of this.#watched.keys()) this.#drop(directory)
  }

  #watch(directory: string, place: string): void {
    const watched: Watched = { place, watcher: undefined }
    this.#watched.set(directory, watched)
    const fail = (error: unknown) => {
      watched.watcher = undefined
      this.#logOnce(error as NodeJS.ErrnoException)
    }
    const take = (event: string, name: Buffer | null) => this.#take(directory, event, name)
    try {
      watched.watcher = watch(toSystemPath(directory), { encoding: 'buffer' }, take)
      watched.watcher.on('error', fail)
      this.#options.onGap()
    } catch (error) {
      fail(error)
    }
  }

  #take(directory: string, event: string, name: Buffer | null): void {
    this.#burst.count()
    if (name !== null)
      this.#options.onHint({ path: join(directory, fromSystemName(name)), isRename: event === 'rename' })
  }

  #drop(directory: string): void {
    this.#watched.get(directory)?.watcher?.close()
    this.#watched.delete(directory)
  }

  #logOnce({ code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message
    // It went since the look, or may be searched but not read: the look itself logs that.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(reason) || !this.#once.isNew(reason)) return
    const remedy =
      reason === 'ENOSPC'
        ? 'raise fs.inotify.max_user_watches'
        : 'raise fs.inotify.max_user_instances and the limit of files'
    this.#options.log.warn({ reason, remedy }, 'cannot watch directories; falling back to polling')
  }
}
