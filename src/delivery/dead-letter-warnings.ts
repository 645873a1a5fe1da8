import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'
import type { DeadLetter } from './contract.ts'

const REMIND_AFTER_MS = 600_000
/** Senders can cause any number of targets: a bound on memory and on log lines. */
const MAX_PAIRS = 100

interface Entry {
  readonly fields: { readonly target?: string; readonly type?: string }
  count: number
  reportedMs: number
}

/** Reports dead letters: the first of a target and type at once, later ones every ten minutes with their number. */
export class DeadLetterLog {
  readonly #entries = new Map<string, Entry>()
  readonly #others: Entry = { fields: {}, count: 0, reportedMs: Number.NEGATIVE_INFINITY }
  readonly #path: string
  readonly #log: Log
  readonly #clock: Clock

  constructor(path: string, log: Log, clock: Clock) {
    this.#path = path
    this.#log = log
    this.#clock = clock
  }

  note(letters: readonly DeadLetter[]): void {
    const noted = new Set<Entry>()
    for (const letter of letters) {
      const entry = this.#entryOf(letter)
      entry.count += 1
      noted.add(entry)
    }
    for (const entry of noted) this.#report(entry)
  }

  #report(entry: Entry): void {
    const nowMs = this.#clock.now()
    if (nowMs - entry.reportedMs < REMIND_AFTER_MS) return
    entry.reportedMs = nowMs
    const { fields, count } = entry
    this.#log.warn({ ...fields, count, path: this.#path }, 'events became dead letters: that file has their reasons')
  }

  /** The entry of the pair; the common one where too many pairs are remembered. */
  #entryOf({ target, type }: DeadLetter): Entry {
    const key = JSON.stringify([target, type])
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= MAX_PAIRS && !this.#forgetOne()) return this.#others
    const entry: Entry = {
      fields: { ...(target !== '' && { target }), type },
      count: 0,
      reportedMs: Number.NEGATIVE_INFINITY,
    }
    this.#entries.set(key, entry)
    return entry
  }

  /** Forgets only an entry whose next letter would be reported anyway, so that forgetting never causes a line. */
  #forgetOne(): boolean {
    const nowMs = this.#clock.now()
    const due = [...this.#entries].find(([, { reportedMs }]) => nowMs - reportedMs >= REMIND_AFTER_MS)
    return due !== undefined && this.#entries.delete(due[0])
  }
}
