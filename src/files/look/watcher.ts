import type { FSWatcher, watch as watchPaths } from 'chokidar'
import { join } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import { Burst } from './burst.ts'
import { toSystemPath } from './file-name.ts'

/** A path in a watched directory may have changed, come or gone. */
export interface Hint {
  readonly path: string
  /** It came or went; otherwise only its content or its attributes changed. */
  readonly isRename: boolean
}

export interface WatcherOptions {
  readonly onHint: (hint: Hint) => void
  /**
   * A directory is watched from now on, or more changed at once than the system notes: what came before, or is missing, is found
   * by nothing but another look.
   */
  readonly onGap: () => void
  readonly log: Log
}

interface Watched {
  readonly place: string
  readonly watcher: FSWatcher
  state: 'starting' | 'ready' | 'failed'
}

/** It takes a part of a start, and the first lines need not wait for it. */
type Watch = typeof watchPaths

/** Without `ignored`, every file would get a watch of its own. The directory's raw events name its files. */
const WATCH_OPTIONS = {
  depth: 0,
  ignoreInitial: true,
  ignorePermissionErrors: true,
  ignored: (_path: string, stats?: { isDirectory(): boolean }) => stats !== undefined && !stats.isDirectory(),
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
  #watch: Watch | undefined
  #loading: Promise<void> | undefined
  #wanted: ReadonlyMap<string, string> = new Map()
  #isClosed = false

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#burst = new Burst(options.onGap)
  }

  /** True while each of these is watched. */
  covers(directories: Iterable<string>): boolean {
    for (const directory of directories) if (this.#watched.get(directory)?.state !== 'ready') return false
    return true
  }

  /** Watches just these from now on, given with their places. A directory that was replaced under its old name is watched again. */
  set(directories: ReadonlyMap<string, string>): void {
    this.#wanted = directories
    if (this.#watch === undefined) this.#loading ??= this.#load()
    else this.#follow(this.#watch)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#loading
    await Promise.all([...this.#watched.keys()].map(directory => this.#drop(directory)))
  }

  async #load(): Promise<void> {
    const { watch } = await import('chokidar')
    this.#watch = watch
    this.#follow(watch)
  }

  #follow(watch: Watch): void {
    if (this.#isClosed) return
    const wanted = this.#wanted
    for (const [directory, { place }] of this.#watched) if (wanted.get(directory) !== place) void this.#drop(directory)
    for (const [directory, place] of wanted) {
      // A name that is not UTF-8 cannot be watched: the timer looks there.
      if (this.#watched.has(directory) || typeof toSystemPath(directory) !== 'string') continue
      const watched: Watched = { place, watcher: watch(directory, WATCH_OPTIONS), state: 'starting' }
      this.#watched.set(directory, watched)
      this.#listen(directory, watched)
    }
  }

  #listen(directory: string, watched: Watched): void {
    const { onHint, onGap } = this.#options
    const { watcher } = watched
    watcher.on('raw', (event, name) => {
      this.#burst.count()
      if (typeof name === 'string') onHint({ path: join(directory, name), isRename: event === 'rename' })
    })
    watcher.on('ready', () => {
      if (watched.state === 'starting') watched.state = 'ready'
      onGap()
    })
    watcher.on('error', error => {
      watched.state = 'failed'
      this.#logOnce(error as NodeJS.ErrnoException)
    })
  }

  async #drop(directory: string): Promise<void> {
    const watched = this.#watched.get(directory)
    this.#watched.delete(directory)
    await watched?.watcher.close()
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
