import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import { type Clock, REMIND_AFTER_MS } from './clock.ts'
import type { HeldTarget } from './contract.ts'

/** A bound on the length of a health answer. */
const MAX_NAMED = 20

interface Entry {
  reason: string
  remedy: string
  events: number
  readonly sinceMs: number
  reportedMs: number
}

export type Hold = Pick<Extract<Verdict, { kind: 'held' }>, 'target' | 'reason' | 'remedy' | 'mayBeDocument'>

/** Targets that take nothing until an operator fixes something: an error at once, and again every ten minutes. */
export class HeldTargets {
  readonly #entries = new Map<string, Entry>()
  /** How many events of each batch each target holds; batches of which none is held have no entry. */
  readonly #batches = new Map<BatchDelivery, Map<string, number>>()
  readonly #log: Log
  readonly #clock: Clock

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  hold(delivery: BatchDelivery, { target, reason, remedy }: Hold, events: number): void {
    this.#count(delivery, target, events)
    const nowMs = this.#clock.now()
    const known = this.#entries.get(target)
    const entry = known ?? { reason, remedy, events: 0, sinceMs: nowMs, reportedMs: Number.NEGATIVE_INFINITY }
    const isNews = entry.remedy !== remedy || nowMs - entry.reportedMs >= REMIND_AFTER_MS
    entry.reason = reason
    entry.remedy = remedy
    entry.events += events
    this.#entries.set(target, entry)
    if (!isNews) return
    entry.reportedMs = nowMs
    this.#log.error(
      { target, reason, remedy, events: entry.events },
      'events are held: their target does not take them',
    )
  }

  /** The events no longer wait for this target: they are written, given up, or held by another. */
  release(delivery: BatchDelivery, target: string, events: number): void {
    if (!this.#batches.has(delivery)) return // it was given up meanwhile, and nothing of it is held
    this.#count(delivery, target, -events)
    const entry = this.#entries.get(target)
    if (entry === undefined) return
    entry.events -= events
    if (entry.events > 0) return
    this.#entries.delete(target)
    const seconds = Math.round((this.#clock.now() - entry.sinceMs) / 1000)
    this.#log.info({ target, seconds }, 'no more events are held for this target')
  }

  releaseAll(delivery: BatchDelivery): void {
    for (const [target, events] of this.#batches.get(delivery) ?? []) this.release(delivery, target, events)
  }

  /** A sentence for each of the targets with most events. */
  explain(): readonly string[] {
    const held = this.list().toSorted((a, b) => b.events - a.events)
    const sentences = held.slice(0, MAX_NAMED).map(({ target, reason, remedy }) => `${target}: ${reason}; ${remedy}`)
    const others = held.length - sentences.length
    return others > 0 ? [...sentences, `and ${others} more targets hold events`] : sentences
  }

  list(): readonly HeldTarget[] {
    return [...this.#entries].map(([target, { reason, remedy, events, sinceMs }]) => ({
      target,
      reason,
      remedy,
      events,
      sinceMs,
    }))
  }

  #count(delivery: BatchDelivery, target: string, events: number): void {
    const held = this.#batches.get(delivery) ?? new Map<string, number>()
    const count = (held.get(target) ?? 0) + events
    if (count > 0) held.set(target, count)
    else held.delete(target)
    if (held.size > 0) this.#batches.set(delivery, held)
    else this.#batches.delete(delivery)
  }
}
