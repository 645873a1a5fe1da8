import { watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'

/** A path in a watched directory may have changed, come or gone. */
export interface Hint {
  readonly path: string
  /** It came or went; otherwise only its content or its attributes changed. */
  readonly isRename: boolean
}

export interface WatcherOptions {
  readonly onHint: (hint: Hint) => void
  readonly log: Log
}

interface Watched {
  readonly place: string
  readonly watcher: FSWatcher
}

/**
 * Watches directories, one watch each and none for the files in them. The timer finds what this misses, so a limit of the
 * system on watches costs nothing but promptness.
 */
export class DirectoryWatcher {
  readonly #options: WatcherOptions
  readonly #watched = new Map<string, Watched>()
  readonly #once = new Once()
  #isClosed = false

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /**
   * Watches just these from now on, given with their places. A directory that was replaced under its old name is watched
   * again. True where a watch is new: what came before it is found by nothing but another look.
   */
  set(directories: ReadonlyMap<string, string>): boolean {
    if (this.#isClosed) return false
    for (const [directory, { place }] of this.#watched) if (directories.get(directory) !== place) this.#drop(directory)
    let isAnyNew = false
    for (const [directory, place] of directories) {
      if (!this.#watched.has(directory) && this.#watch(directory, place)) isAnyNew = true
    }
    return isAnyNew
  }

  close(): void {
    this.#isClosed = true
    for (const directory of this.#watched.keys()) this.#drop(directory)
  }

  #watch(directory: string, place: string): boolean {
    try {
      const watcher = watch(directory)
      watcher.on('change', (event, name) => {
        if (typeof name === 'string')
          this.#options.onHint({ path: join(directory, name), isRename: event === 'rename' })
      })
      watcher.on('error', error => {
        this.#logOnce(error)
        if (this.#watched.get(directory)?.watcher === watcher) this.#drop(directory)
      })
      this.#watched.set(directory, { place, watcher })
      return true
    } catch (error) {
      this.#logOnce(error as NodeJS.ErrnoException)
      return false
    }
  }

  #drop(directory: string): void {
    this.#watched.get(directory)?.watcher.close()
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
