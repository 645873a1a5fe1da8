import { stat } from 'node:fs/promises'
import type { Hint } from './watcher.ts'

/** However often a file changes, it is woken once in this time. */
const HINT_DELAY_MS = 10
/** With more files than this at once everything is looked at; of other paths that came, the timer finds the rest. */
const MAX_PATHS = 100

export interface HintsParts {
  /** The path under which a file is followed, if it may be a followed one: of the file behind a link, that of the link. */
  readonly toFollowed: (path: string) => string | undefined
  /** True where a directory of this path could hold matches. */
  readonly mayHold: (path: string) => boolean
  /** Takes a look at each of these followed files. False where that needs a look at everything. */
  readonly wake: (paths: readonly string[]) => Promise<readonly boolean[]>
  /** Something changed that only a look at everything can explain. */
  readonly onUnexplained: () => void
  readonly onWoken: () => void
}

/** Gathers the hints of a moment, and answers each at the least cost. */
export class Hints {
  readonly #parts: HintsParts
  readonly #files = new Set<string>()
  readonly #arrivals = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(parts: HintsParts) {
    this.#parts = parts
  }

  take({ path, isRename }: Hint): void {
    if (this.#isStopped) return
    const followed = this.#parts.toFollowed(path)
    if (followed !== undefined) this.#files.add(followed)
    // Other files may be written at any rate; only a path that comes can be a new directory.
    else if (isRename && this.#arrivals.size < MAX_PATHS && this.#parts.mayHold(path)) this.#arrivals.add(path)
    else return
    this.#timer ??= setTimeout(() => void this.#follow(), HINT_DELAY_MS)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #follow(): Promise<void> {
    this.#timer = undefined
    const files = take(this.#files)
    const arrivals = take(this.#arrivals)
    if (files.length > MAX_PATHS) return this.#parts.onUnexplained()
    const areWoken = files.length === 0 ? [] : await this.#parts.wake(files)
    const areDirectories = await Promise.all(arrivals.map(isDirectory))
    if (areWoken.includes(false) || areDirectories.includes(true)) this.#parts.onUnexplained()
    if (areWoken.includes(true)) this.#parts.onWoken()
  }
}

function take(paths: Set<string>): readonly string[] {
  const taken = [...paths]
  paths.clear()
  return taken
}

async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined) // it went: nothing to find
  return stats?.isDirectory() === true
}
