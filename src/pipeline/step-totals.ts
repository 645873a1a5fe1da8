import { MINUTE_MS } from '../flow/time-units.ts'
import type { StepStatus } from './pipeline-contract.ts'
import type { StepCounts, StepName } from './threads/thread-contract.ts'

/** A step that failed on all of its last events, this many at least, makes the health bad. */
const MIN_FAILED_ROW = 100
/** A timeout is shown for this long. */
const SHOWN_TIMEOUT_MS = 10 * MINUTE_MS
const MAX_PATTERN_CHARACTERS = 200

interface Totals {
  readonly name: StepName
  events: number
  failed: number
  dropped: number
  milliseconds: number
  timeouts: number
  /** Events on which it failed since the last one on which it did not. */
  failedRow: number
  timeoutAtMs: number
  /** Of the last timeout. */
  pattern: string | undefined
}

/** What each step has done since the start, through changes of the pipeline. */
export class StepTotals {
  readonly #totals = new Map<string, Totals>()
  readonly #now: () => number

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  /** The steps of the pipeline that is in use now; others are forgotten. */
  keep(steps: readonly StepName[]): void {
    const keys = new Set(steps.map(keyOf))
    for (const key of this.#totals.keys()) if (!keys.has(key)) this.#totals.delete(key)
    for (const step of steps) this.#totalsOf(step)
  }

  note(steps: readonly StepName[], counts: StepCounts): void {
    for (const [i, step] of steps.entries()) {
      const events = counts.events[i] ?? 0
      if (events === 0) continue
      const totals = this.#totals.get(keyOf(step))
      if (totals === undefined) continue // of an earlier pipeline
      const failed = counts.failed[i] ?? 0
      totals.events += events
      totals.failed += failed
      totals.dropped += counts.dropped[i] ?? 0
      totals.milliseconds += counts.milliseconds[i] ?? 0
      totals.failedRow = failed < events ? 0 : totals.failedRow + failed
    }
  }

  noteTimeout(step: StepName | undefined, pattern: string | undefined): void {
    const totals = step === undefined ? undefined : this.#totals.get(keyOf(step))
    if (totals === undefined) return
    totals.timeouts++
    totals.timeoutAtMs = this.#now()
    totals.pattern = pattern
  }

  list(): readonly StepStatus[] {
    return [...this.#totals.values()].map(({ name, milliseconds, events, failed, dropped, timeouts }) => {
      const labels = { step: name.path, type: name.type, tag: name.tag ?? '' }
      return { ...labels, events, failed, dropped, timeouts, seconds: milliseconds / 1000 }
    })
  }

  explainFailures(): readonly string[] {
    return [...this.#totals.values()]
      .filter(({ failedRow }) => failedRow >= MIN_FAILED_ROW)
      .map(({ name, failedRow }) => `${describeStep(name)} failed on all of its last ${failedRow} events`)
  }

  explainTimeouts(timeoutMs: number): readonly string[] {
    const sinceMs = this.#now() - SHOWN_TIMEOUT_MS
    return [...this.#totals.values()]
      .filter(({ timeouts, timeoutAtMs }) => timeouts > 0 && timeoutAtMs > sinceMs)
      .map(({ name, timeouts, pattern }) => {
        const where = pattern === undefined ? '' : ` in the pattern ${shortenPattern(pattern)}`
        return `${describeStep(name)} took longer than ${timeoutMs} ms on ${timeouts} events since the start${where}; they keep the form in which they came`
      })
  }

  #totalsOf(name: StepName): Totals {
    const key = keyOf(name)
    const known = this.#totals.get(key)
    if (known !== undefined) return known
    const none = { events: 0, failed: 0, dropped: 0, milliseconds: 0, timeouts: 0, failedRow: 0, timeoutAtMs: 0 }
    const totals: Totals = { name, ...none, pattern: undefined }
    this.#totals.set(key, totals)
    return totals
  }
}

export function shortenPattern(pattern: string): string {
  return pattern.length > MAX_PATTERN_CHARACTERS ? `${pattern.slice(0, MAX_PATTERN_CHARACTERS)}…` : pattern
}

function describeStep({ path, tag }: StepName): string {
  return tag === undefined ? path : `${path} (tag ${tag})`
}

function keyOf({ path, tag }: StepName): string {
  return tag === undefined ? path : `${path}\n${tag}`
}
