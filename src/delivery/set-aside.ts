import type { StoreEvent } from '../flow/event-batch.ts'
import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'
import { type Origin, describeSender, senderFields } from './sender.ts'
import { CountedReports } from '../flow/counted-reports.ts'

/** This many failures while others of the target pass show that it is the event. */
const MIN_FAILURES = 3
/** An event that was not sent again for this time is not shown any more: its sender has gone. */
const QUIET_AFTER_MS = 600_000
/** A bound on memory; the event that failed first is forgotten first, and begins again. */
const MAX_EVENTS = 5000
const MAX_NAMED = 10

export interface Failure {
  readonly event: StoreEvent
  readonly verdict: Extract<Verdict, { kind: 'retry' }>
}

interface Entry {
  readonly sender: string
  readonly target: string
  readonly type: string
  readonly firstTryMs: number
  /** When its last try started. */
  startedMs: number
  failedMs: number
  /** Failures while others of its target passed. */
  failures: number
}

export interface SetAsideOptions {
  readonly giveUpAfterMs: number
  readonly log: Log
  readonly clock: Clock
}

/**
 * Events on which the server fails again and again while it stores others for the same target. They are remembered by their
 * ids, so that an event that its sender sends again continues where it was.
 */
export class SetAsideEvents {
  readonly #entries = new Map<string, Entry>()
  /** By target: when an event for it passed last; kept while there are entries. */
  readonly #passedMs = new Map<string, number>()
  readonly #options: SetAsideOptions
  readonly #reports: CountedReports

  constructor(options: SetAsideOptions) {
    this.#options = options
    const message = 'events are set aside: the server fails on them while it stores others'
    this.#reports = new CountedReports(options.clock, fields => options.log.error(fields, message))
  }

  /** The verdicts of one answer, before its failures are judged. */
  noteAnswer(events: readonly StoreEvent[], verdicts: readonly Verdict[]): void {
    if (this.#entries.size === 0) {
      this.#passedMs.clear()
      if (!verdicts.some(isFailure)) return
    }
    const nowMs = this.#options.clock.now()
    for (const [i, verdict] of verdicts.entries()) {
      const hasPassed = verdict.kind === 'stored' || verdict.kind === 'existed'
      if (!hasPassed && verdict.kind !== 'refused') continue
      if (hasPassed) this.#passedMs.set(verdict.target ?? '', nowMs)
      this.forget(verdict.target ?? '', events[i]?.id ?? '')
    }
  }

  forget(target: string, id: string): void {
    if (this.#entries.size > 0) this.#entries.delete(keyOf(target, id))
  }

  /** What is done with an event that failed in a try that started at `startedMs`. */
  judge(failure: Failure, origin: Origin, startedMs: number): 'again' | 'aside' | 'letter' {
    const nowMs = this.#options.clock.now()
    const entry = this.#entryOf(failure, origin, startedMs)
    const hasPassed = (this.#passedMs.get(entry.target) ?? Number.NEGATIVE_INFINITY) >= entry.startedMs
    if (hasPassed) entry.failures += 1
    entry.startedMs = startedMs
    entry.failedMs = nowMs
    if (entry.failures < MIN_FAILURES) return 'again'
    if (hasPassed && entry.failures === MIN_FAILURES) {
      this.#reports.note({ target: entry.target, type: entry.type }, 1, senderFields(origin))
    }
    if (!hasPassed || nowMs - entry.firstTryMs < this.#options.giveUpAfterMs) return 'aside'
    this.forget(entry.target, failure.event.id)
    return 'letter'
  }

  count(): number {
    return this.#listShown().length
  }

  /** A sentence for each of the senders and targets with most events. */
  explain(): readonly string[] {
    const groups = Map.groupBy(this.#listShown(), ({ sender, target }) => JSON.stringify([target, sender]))
    const minutes = Math.round(this.#options.giveUpAfterMs / 60_000)
    return [...groups.values()]
      .toSorted((a, b) => b.length - a.length)
      .slice(0, MAX_NAMED)
      .map(entries => {
        const [{ sender, target, type }] = entries as [Entry, ...Entry[]]
        return `${target}: the server fails on ${entries.length} events of ${sender} (${type}) while it stores others; ${minutes} minutes after their first try they become dead letters`
      })
  }

  #entryOf({ event, verdict }: Failure, origin: Origin, startedMs: number): Entry {
    const target = verdict.target ?? ''
    const key = keyOf(target, event.id)
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const [oldest] = this.#entries.keys()
    if (this.#entries.size >= MAX_EVENTS && oldest !== undefined) this.#entries.delete(oldest)
    const type = verdict.complaint?.type ?? ''
    const sender = describeSender(origin)
    const entry: Entry = { sender, target, type, firstTryMs: startedMs, startedMs, failedMs: startedMs, failures: 0 }
    this.#entries.set(key, entry)
    return entry
  }

  #listShown(): readonly Entry[] {
    const sinceMs = this.#options.clock.now() - QUIET_AFTER_MS
    return [...this.#entries.values()].filter(entry => entry.failures >= MIN_FAILURES && entry.failedMs > sinceMs)
  }
}

function isFailure(verdict: Verdict): boolean {
  return verdict.kind === 'retry' && verdict.complaint !== undefined
}

function keyOf(target: string, id: string): string {
  return `${target}\n${id}`
}
