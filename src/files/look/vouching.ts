import { REST_FACTOR } from './poll-timer.ts'
import { areUnchanged, type DirectoryStamps } from './directory-stamps.ts'
import type { Log } from '../../telemetry/log.ts'

/** However cheap a look at everything is, one step of the timer in so many is one. */
const MIN_STEPS = 10
/** However dear it is, one comes after this time: a change that no watch reports is found then. */
export const MAX_VOUCHED_MS = 60_000

export interface VouchingParts {
  /** True while a watch of the system is set on each of these directories. */
  readonly areWatched: (directories: Iterable<string>) => boolean
  /** True for the path of a file that the last look has found. */
  readonly isFound: (path: string) => boolean
  /** Read at each look. */
  readonly limits: { readonly pollMs: number }
  readonly log: Log
  /** Milliseconds. Default: `performance.now`. */
  readonly clock?: () => number
}

/** A look at everything. */
export interface FullLook {
  /** Of all directories that files may be in; undefined where changes of files there need not be reported. */
  readonly stamps: DirectoryStamps | undefined
  /** Files that changed since the look before. */
  readonly changed: readonly string[]
  /** Nothing waits for a time, or for another look. */
  readonly isSettled: boolean
  readonly cpuMs: number
}

/**
 * Decides when watches vouch for the files, so that the timer needs to look at their directories alone. That is while nothing
 * changes: a change that a watch reports ends it, and one that a look finds and no watch reported ends it for good.
 */
export class Vouching {
  readonly #parts: Required<VouchingParts>
  #stamps: DirectoryStamps | undefined
  #dueAtMs = 0
  #hasReports = false
  /** Files that changed while watches vouched for them: their hints may be under way. */
  #suspects: Set<string> = new Set()
  #isTrusted = true

  constructor(parts: VouchingParts) {
    this.#parts = { clock: () => performance.now(), ...parts }
  }

  /** A watch reported something of this path. */
  noteReport(path: string): void {
    this.#suspects.delete(path)
    if (this.#parts.isFound(path)) this.#hasReports = true
  }

  /** Returns the function that takes what the look found. */
  beginLook(): (look: FullLook) => void {
    const wereVouchedFor = this.#stamps !== undefined && !this.#hasReports
    this.#stamps = undefined
    this.#hasReports = false
    return ({ stamps, changed, isSettled, cpuMs }) => {
      this.#suspects = new Set(wereVouchedFor && !this.#hasReports ? changed : [])
      this.#stamps = isSettled ? stamps : undefined
      const stepsMs = this.#parts.limits.pollMs * MIN_STEPS
      const restMs = Math.min(MAX_VOUCHED_MS, Math.max(stepsMs, cpuMs * REST_FACTOR))
      this.#dueAtMs = this.#parts.clock() + restMs
    }
  }

  /** True where this step of the timer needs no look at everything. */
  async isEnough(): Promise<boolean> {
    this.#judge()
    const { areWatched, clock } = this.#parts
    const stamps = this.#stamps
    if (stamps === undefined || !this.#isTrusted || this.#hasReports || clock() >= this.#dueAtMs) return false
    return areWatched(stamps.keys()) && (await areUnchanged(stamps))
  }

  #judge(): void {
    const [path] = this.#suspects
    this.#suspects.clear()
    if (path === undefined || !this.#isTrusted) return
    this.#isTrusted = false
    this.#parts.log.info({ path }, 'the system does not report every change of a file; the timer looks at all of them')
  }
}
