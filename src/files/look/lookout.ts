import type { Log } from '../../telemetry/log.ts'
import { cpuTimeMs } from '../../flow/cpu-time.ts'
import { PollTimer } from './poll-timer.ts'
import { type FullLook, Vouching } from './vouching.ts'
import { DirectoryWatcher, type Hint } from './watcher.ts'

export interface LookoutOptions {
  /** Looks at everything; resolves with the milliseconds of CPU that it took. */
  readonly look: () => Promise<number>
  readonly onHint: (hint: Hint) => void
  /** True for the path of a file that the last look has found. */
  readonly isFound: (path: string) => boolean
  /** Read at each step. */
  readonly limits: { readonly pollMs: number }
  readonly log: Log
}

/** Decides when to look at the files: by time, after what the system's watches report, and seldom while they vouch for all. */
export class Lookout {
  readonly #watcher: DirectoryWatcher
  readonly #vouching: Vouching
  readonly #timer: PollTimer

  constructor({ look, onHint, isFound, limits, log }: LookoutOptions) {
    this.#watcher = new DirectoryWatcher({
      onHint: hint => {
        this.#vouching.noteReport(hint.path)
        onHint(hint)
      },
      onGap: () => this.noteUnexplained(),
      log,
    })
    const areWatched = (directories: Iterable<string>) => this.#watcher.covers(directories)
    this.#vouching = new Vouching({ areWatched, isFound, limits, log })
    this.#timer = new PollTimer({ poll: isHinted => this.#step(isHinted, look), limits, log })
  }

  /** The next look should have begun: the timer is lost. */
  get isDue(): boolean {
    return this.#timer.isDue
  }

  /** Something changed that only a look at everything can explain. */
  noteUnexplained(): void {
    this.#timer.noteHint()
  }

  /** Returns the function that takes what the look found. */
  beginLook(): (look: FullLook) => void {
    return this.#vouching.beginLook()
  }

  /** Watches just these directories from now on, given with their places. */
  watch(directories: ReadonlyMap<string, string>): void {
    this.#watcher.set(directories)
  }

  /** No look begins from now on. */
  stop(): void {
    this.#timer.stop()
  }

  close(): Promise<void> {
    return this.#watcher.close()
  }

  async #step(isHinted: boolean, look: () => Promise<number>): Promise<number> {
    const startedAtMs = cpuTimeMs()
    return !isHinted && (await this.#vouching.isEnough()) ? cpuTimeMs() - startedAtMs : look()
  }
}
