import { watch, type FSWatcher } from 'chokidar'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'

export interface WatcherOptions {
  /** A path in a watched directory may have changed, come or gone. */
  readonly onHint: (path: string) => void
  readonly log: Log
}

/**
 * Watches directories, one watch each and none for the files in them. The timer finds what this misses, so a limit of the
 * system on watches costs nothing but promptness.
 */
export class DirectoryWatcher {
  readonly #log: Log
  readonly #watcher: FSWatcher
  /** By directory: which inode is watched under that name. */
  readonly #watched = new Map<string, string>()
  readonly #once = new Once()

  constructor({ onHint, log }: WatcherOptions) {
    this.#log = log
    this.#watcher = watch([], {
      depth: 0,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      // Without it every file would get a watch of its own. The directory's raw events name its files.
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    })
    this.#watcher.on('raw', (_event, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string }
      if (typeof name === 'string' && watchedPath !== undefined) onHint(join(watchedPath, name))
    })
    this.#watcher.on('error', error => this.#logOnce(error as NodeJS.ErrnoException))
  }

  /** Watches just these from now on. A directory that was replaced under its old name is watched again. */
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

  #logOnce({ code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message
    if (!this.#once.isNew(reason)) return
    const remedy =
      reason === 'ENOSPC'
        ? 'raise fs.inotify.max_user_watches'
        : 'raise fs.inotify.max_user_instances and the limit of files'
    this.#log.warn({ reason, remedy }, 'cannot watch directories; falling back to polling')
  }
}

async function findPlace(directory: string): Promise<string | undefined> {
  const stats = await stat(directory).catch(() => undefined) // it does not exist: nothing to watch
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined
}
