import { watch, type FSWatcher } from 'chokidar'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../telemetry/log.ts'

export interface WatcherOptions {
  /** A path in a watched directory changed, came or went; perhaps. */
  readonly onHint: (path: string) => void
  readonly log: Log
}

/**
 * Watches directories, one watch each and none for the files in them. Whatever it misses, the timer finds: so a limit of
 * the system on watches costs nothing but promptness.
 */
export class DirectoryWatcher {
  readonly #log: Log
  readonly #watcher: FSWatcher
  /** By directory: which inode is watched under that name. */
  readonly #watched = new Map<string, string>()
  readonly #told = new Set<string>()

  constructor({ onHint, log }: WatcherOptions) {
    this.#log = log
    this.#watcher = watch([], {
      depth: 0,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      // Without it every file would get a watch of its own. The directory's raw events tell of its files.
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    })
    this.#watcher.on('raw', (_event, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string }
      if (typeof name === 'string' && watchedPath !== undefined) onHint(join(watchedPath, name))
    })
    this.#watcher.on('error', error => this.#tell(error as NodeJS.ErrnoException))
  }

  /** From now on just these are watched; one that was made anew under its old name is watched anew. */
  async set(directories: ReadonlySet<string>): Promise<void> {
    for (const directory of this.#watched.keys()) if (!directories.has(directory)) this.#drop(directory)
    for (const directory of directories) {
      const place = await findPlace(directory)
      if (this.#watched.get(directory) === place) continue
      this.#drop(directory)
      if (place === undefined) continue
      this.#watched.set(directory, place)
      this.#watcher.add(directory)
    }
  }

  async close(): Promise<void> {
    await this.#watcher.close()
  }

  #drop(directory: string): void {
    if (this.#watched.delete(directory)) this.#watcher.unwatch(directory)
  }

  #tell({ code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message
    if (this.#told.has(reason)) return
    this.#told.add(reason)
    const remedy =
      reason === 'ENOSPC'
        ? 'raise fs.inotify.max_user_watches'
        : 'raise fs.inotify.max_user_instances and the limit of files'
    this.#log.warn({ reason, remedy }, 'directories can not be watched; new lines are found by the timer alone')
  }
}

async function findPlace(directory: string): Promise<string | undefined> {
  const stats = await stat(directory).catch(() => undefined) // not there yet, or not any more: nothing to watch
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined
}
