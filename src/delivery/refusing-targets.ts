import type { Verdict } from '../stores/contract.ts'
import type { Clock } from './clock.ts'

/** Fewer may come from one odd sender that writes to an index of its own. */
const MIN_REFUSED = 10
/** A target that was sent nothing for this time is no longer reported. */
const QUIET_AFTER_MS = 600_000
/** Senders can cause any number of targets: a bound on memory. Three weeks of an index for each hour fit. */
const MAX_TARGETS = 500
/** A bound on the length of a health answer. */
const MAX_NAMED = 20

interface Entry {
  readonly refused: number
  readonly type: string
  readonly lastMs: number
}

type Refused = Extract<Verdict, { kind: 'refused' }>

/** Targets that answer and take nothing: every event for them became a dead letter, and none was stored. */
export class RefusingTargets {
  readonly #entries = new Map<string, Entry>()
  readonly #storeName: string
  readonly #clock: Clock

  constructor(storeName: string, clock: Clock) {
    this.#storeName = storeName
    this.#clock = clock
  }

  /** The verdicts of one answer; one stored event clears its target, whatever the verdicts of the others. */
  note(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) if (verdict.kind === 'refused') this.#refuse(verdict)
    if (this.#entries.size === 0) return
    for (const verdict of verdicts) {
      if (verdict.kind === 'stored' || verdict.kind === 'existed') this.#entries.delete(this.#targetOf(verdict))
    }
  }

  /** A sentence for each of the worst targets. */
  explain(): readonly string[] {
    const nowMs = this.#clock.now()
    const refusing = [...this.#entries]
      .filter(([, { refused, lastMs }]) => refused >= MIN_REFUSED && nowMs - lastMs < QUIET_AFTER_MS)
      .toSorted(([, a], [, b]) => b.refused - a.refused)
    return refusing
      .slice(0, MAX_NAMED)
      .map(
        ([target, { refused, type }]) =>
          `${target}: the last ${refused} events all became dead letters (${type}); inspect them in dead-letters.db, and the mapping of that target`,
      )
  }

  #refuse(verdict: Refused): void {
    const target = this.#targetOf(verdict)
    const refused = (this.#entries.get(target)?.refused ?? 0) + 1
    if (refused === 1 && this.#entries.size >= MAX_TARGETS) this.#forgetLeast()
    this.#entries.set(target, { refused, type: verdict.type, lastMs: this.#clock.now() })
  }

  /** Targets with one event each never displace one that refuses many. */
  #forgetLeast(): void {
    let least: { readonly target: string; readonly weight: number } | undefined
    for (const [target, entry] of this.#entries) {
      const weight = this.#weigh(entry)
      if (least === undefined || weight < least.weight) least = { target, weight }
    }
    if (least !== undefined) this.#entries.delete(least.target)
  }

  #weigh({ refused, lastMs }: Entry): number {
    return this.#clock.now() - lastMs < QUIET_AFTER_MS ? refused : 0
  }

  #targetOf({ target }: { readonly target?: string }): string {
    return target ?? this.#storeName
  }
}
