import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { Clock, HeldTarget } from './contract.ts'
import type { Delivery } from './work.ts'

const REMIND_AFTER_MS = 600_000

interface Entry {
  reason: string
  remedy: string
  events: number
  readonly sinceMs: number
  saidMs: number
}

export type Hold = Pick<Extract<Verdict, { kind: 'held' }>, 'target' | 'reason' | 'remedy' | 'mayBeDocument'>

/** Which targets take nothing until an operator mends something: said once loudly, then rarely. */
export class HeldTargets {
  readonly #entries = new Map<string, Entry>()
  readonly #log: Log
  readonly #clock: Clock

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  hold(delivery: Delivery, { target, reason, remedy }: Hold, events: number): void {
    delivery.held.set(target, (delivery.held.get(target) ?? 0) + events)
    const nowMs = this.#clock.now()
    const known = this.#entries.get(target)
    const entry = known ?? { reason, remedy, events: 0, sinceMs: nowMs, saidMs: Number.NEGATIVE_INFINITY }
    const isNews = entry.remedy !== remedy || nowMs - entry.saidMs >= REMIND_AFTER_MS
    entry.reason = reason
    entry.remedy = remedy
    entry.events += events
    this.#entries.set(target, entry)
    if (!isNews) return
    entry.saidMs = nowMs
    this.#log.error(
      { target, reason, remedy, events: entry.events },
      'events are held: their target does not take them',
    )
  }

  /** Events that were held wait no longer for this target: written, given up, or held by another. */
  release(delivery: Delivery, target: string, events: number): void {
    delivery.held.set(target, (delivery.held.get(target) ?? 0) - events)
    const entry = this.#entries.get(target)
    if (entry === undefined) return
    entry.events -= events
    if (entry.events > 0) return
    this.#entries.delete(target)
    const seconds = Math.round((this.#clock.now() - entry.sinceMs) / 1000)
    this.#log.info({ target, seconds }, 'no events are held for this target any more')
  }

  releaseAll(delivery: Delivery): void {
    for (const [target, events] of delivery.held) if (events > 0) this.release(delivery, target, events)
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
}
