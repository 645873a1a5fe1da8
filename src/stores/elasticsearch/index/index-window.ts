import type { StoreEvent } from '../../../flow/event-batch.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../flow/time-units.ts'
import type { IndexNaming } from './index-pattern.ts'

/** How far an event's time may be from its receipt to name its index; events outside share one index. */
export interface IndexWindow {
  readonly backMs: number
  readonly aheadMs: number
}

export const DEFAULT_WINDOW: IndexWindow = { backMs: 30 * DAY_MS, aheadMs: DAY_MS }

/** How much later than its first try an event may come again without saying so. */
const UNMARKED_RESEND_MS = HOUR_MS
/** Between the clocks of collectors and agents. */
const MAX_CLOCK_SKEW_MS = 10 * MINUTE_MS

export interface WindowedNaming {
  /** The index of an event that has its time of receipt. */
  readonly nameFor: (event: StoreEvent) => string
  /** The other index, if an earlier receipt of the same event may have chosen that one; it is near an edge of the window. */
  readonly otherNameFor: (event: StoreEvent) => string | undefined
}

export function limitToWindow({ nameFor, outside }: IndexNaming, { backMs, aheadMs }: IndexWindow): WindowedNaming {
  const isInside = ({ timeMs, receivedAtMs = timeMs }: StoreEvent) =>
    timeMs >= receivedAtMs - backMs && timeMs <= receivedAtMs + aheadMs

  const mayHaveBeen = ({ timeMs, receivedAtMs = timeMs, doubtfulSinceMs = receivedAtMs }: StoreEvent) => {
    const first = Math.min(doubtfulSinceMs - MAX_CLOCK_SKEW_MS, receivedAtMs - UNMARKED_RESEND_MS)
    const last = receivedAtMs + MAX_CLOCK_SKEW_MS
    return {
      inside: timeMs >= first - backMs && timeMs <= last + aheadMs,
      outside: timeMs < last - backMs || timeMs > first + aheadMs,
    }
  }

  return {
    nameFor: event => (isInside(event) ? nameFor(event.timeMs) : outside),
    otherNameFor(event) {
      const before = mayHaveBeen(event)
      if (!before.inside || !before.outside) return undefined
      const dated = nameFor(event.timeMs)
      if (dated === outside) return undefined
      return isInside(event) ? outside : dated
    },
  }
}
