import type { Clock } from './clock.ts'
import type { Sorted } from './sort-verdicts.ts'

/** Fewer may come from one odd sender that writes to an index of its own. */
const MIN_OF_TARGET = 10
const MIN_OF_SENDER = 100
/** What was sent nothing for this time is not reported any more. */
const QUIET_AFTER_MS = 600_000
/** Senders can cause any number of targets: a bound on memory. Three weeks of an index for each hour fit. */
const MAX_ROWS = 500
/** A bound on the length of a health answer. */
const MAX_NAMED = 20

interface Row {
  readonly refused: number
  readonly type: string
  readonly lastMs: number
}

/** Rows of refusals, each without one event that was stored. */
class RefusalRows {
  readonly #rows = new Map<string, Row>()
  readonly #min: number
  readonly #clock: Clock

  constructor(min: number, clock: Clock) {
    this.#min = min
    this.#clock = clock
  }

  add(key: string, type: string): void {
    const refused = (this.#rows.get(key)?.refused ?? 0) + 1
    if (refused === 1 && this.#rows.size >= MAX_ROWS) this.#forgetLeast()
    this.#rows.set(key, { refused, type, lastMs: this.#clock.now() })
  }

  end(key: string): void {
    this.#rows.delete(key)
  }

  /** The longest first. */
  list(): readonly (readonly [key: string, row: Row])[] {
    return [...this.#rows]
      .filter(([, row]) => row.refused >= this.#min && this.#weigh(row) > 0)
      .toSorted(([, a], [, b]) => b.refused - a.refused)
  }

  /** Rows of one event each never displace a long one. */
  #forgetLeast(): void {
    let least: { readonly key: string; readonly weight: number } | undefined
    for (const [key, row] of this.#rows) {
      const weight = this.#weigh(row)
      if (least === undefined || weight < least.weight) least = { key, weight }
    }
    if (least !== undefined) this.#rows.delete(least.key)
  }

  #weigh({ refused, lastMs }: Row): number {
    return this.#clock.now() - lastMs < QUIET_AFTER_MS ? refused : 0
  }
}

/** Targets that answer and take nothing, at all or of one sender: every event for them became a dead letter. */
export class RefusingTargets {
  readonly #ofTargets: RefusalRows
  readonly #ofSenders: RefusalRows
  readonly #storeName: string

  constructor(storeName: string, clock: Clock) {
    this.#ofTargets = new RefusalRows(MIN_OF_TARGET, clock)
    this.#ofSenders = new RefusalRows(MIN_OF_SENDER, clock)
    this.#storeName = storeName
  }

  /** The verdicts of one answer, by sender; one stored event ends a row, whatever the verdicts of the others. */
  note(answer: readonly (readonly [sender: string, sorted: Sorted])[]): void {
    for (const [sender, { refused }] of answer) {
      for (const { verdict } of refused) {
        const target = verdict.target ?? ''
        this.#ofTargets.add(target, verdict.type)
        this.#ofSenders.add(keyOf(target, sender), verdict.type)
      }
    }
    for (const [sender, { safe }] of answer) {
      for (const target of safe.keys()) {
        this.#ofTargets.end(target)
        this.#ofSenders.end(keyOf(target, sender))
      }
    }
  }

  /** A sentence for each of the worst. */
  explain(): readonly string[] {
    const targets = this.#ofTargets.list()
    const named = new Set(targets.map(([target]) => target))
    const senders = this.#ofSenders.list().filter(([key]) => !named.has(readKey(key).target))
    return [
      ...targets.map(([target, row]) => this.#describe(target, row, '')),
      ...senders.map(([key, row]) => this.#describe(readKey(key).target, row, ` of ${readKey(key).sender}`)),
    ].slice(0, MAX_NAMED)
  }

  #describe(target: string, { refused, type }: Row, sender: string): string {
    const name = target === '' ? this.#storeName : target
    return `${name}: the last ${refused} events${sender} all became dead letters (${type}); inspect them with \`forwarder dead-letters\`, and the mapping of that target`
  }
}

function keyOf(target: string, sender: string): string {
  return `${target}\n${sender}`
}

function readKey(key: string): { readonly target: string; readonly sender: string } {
  const end = key.indexOf('\n')
  return { target: key.slice(0, end), sender: key.slice(end + 1) }
}
