import type { Log } from '../telemetry/log.ts'
import type { Clock, DeadLetter } from './contract.ts'

const REMIND_AFTER_MS = 600_000
/** Targets are named after times that senders choose: a bound on memory and on the lines of the log. */
const MAX_PAIRS = 100

interface Entry {
  readonly fields: { readonly target?: string; readonly type?: string }
  count: number
  saidMs: number
}

/** Reports dead letters: the first of a target and type at once, then at most every ten minutes with their number. */
export class LetterLog {
  readonly #entries = new Map<string, Entry>()
  readonly #others: Entry = { fields: {}, count: 0, saidMs: Number.NEGATIVE_INFINITY }
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
    if (nowMs - entry.saidMs < REMIND_AFTER_MS) return
    entry.saidMs = nowMs
    const { fields, count } = entry
    this.#log.warn({ ...fields, count, path: this.#path }, 'events became dead letters: their reasons are in that file')
  }

  /** Its own entry; that of all others where too many are remembered. */
  #entryOf({ target, type }: DeadLetter): Entry {
    const key = JSON.stringify([target, type])
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    if (this.#entries.size >= MAX_PAIRS && !this.#forgetOne()) return this.#others
    const entry: Entry = {
      fields: { ...(target !== '' && { target }), type },
      count: 0,
      saidMs: Number.NEGATIVE_INFINITY,
    }
    this.#entries.set(key, entry)
    return entry
  }

  /** Only one whose next letter would be reported again anyway: so forgetting never makes more lines. */
  #forgetOne(): boolean {
    const nowMs = this.#clock.now()
    const due = [...this.#entries].find(([, { saidMs }]) => nowMs - saidMs >= REMIND_AFTER_MS)
    return due !== undefined && this.#entries.delete(due[0])
  }
}
