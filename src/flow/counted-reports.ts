import { MINUTE_MS } from './time-units.ts'

const REMIND_AFTER_MS = 10 * MINUTE_MS
/** They can cause any number of targets: a bound on memory and on log lines. */
const MAX_KINDS = 100

type Fields = Readonly<Record<string, unknown>>
type Report = (fields: Fields) => void

interface Clock {
  /** In milliseconds. */
  readonly now: () => number
}

interface Entry {
  readonly kind: Fields
  count: number
  reportedMs: number
}

/** Reports what others can cause as often as they like: the first of a kind at once, later ones every ten minutes with their number. */
export class CountedReports {
  readonly #entries = new Map<string, Entry>()
  readonly #others: Entry = { kind: {}, count: 0, reportedMs: Number.NEGATIVE_INFINITY }
  readonly #clock: Clock
  readonly #report: Report

  constructor(clock: Clock, report: Report) {
    this.#clock = clock
    this.#report = report
  }

  /** `example` is added to the line of a kind: whatever differs within it. */
  note(kind: Fields, count: number, example: Fields = {}): void {
    const entry = this.#entryOf(kind)
    entry.count += count
    const nowMs = this.#clock.now()
    if (nowMs - entry.reportedMs < REMIND_AFTER_MS) return
    entry.reportedMs = nowMs
    this.#report({ ...entry.kind, ...(entry !== this.#others && example), count: entry.count })
  }

  /** The entry of the kind; the common one where too many kinds are remembered. */
  #entryOf(kind: Fields): Entry {
    const key = JSON.stringify(kind)
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= MAX_KINDS && !this.#forgetOne()) return this.#others
    const entry: Entry = { kind, count: 0, reportedMs: Number.NEGATIVE_INFINITY }
    this.#entries.set(key, entry)
    return entry
  }

  /** Forgets only an entry that would be reported anyway if it came again, so that forgetting never causes a line. */
  #forgetOne(): boolean {
    const nowMs = this.#clock.now()
    const due = [...this.#entries].find(([, { reportedMs }]) => nowMs - reportedMs >= REMIND_AFTER_MS)
    return due !== undefined && this.#entries.delete(due[0])
  }
}
