import { MINUTE_MS } from '../../flow/time-units.ts'

const REMIND_AFTER_MS = 10 * MINUTE_MS
const MAX_WAIT_MS = 10_000
const MAX_ADDRESSES = 10_000
const MAX_REASONS = 5

interface Reason {
  count: number
  reportedMs: number
}

interface Failures {
  waitMs: number
  atMs: number
  readonly reasons: Map<string, Reason>
}

/**
 * Addresses from which handshakes fail. A client that tries again without a pause, as logstash-forwarder does, waits
 * before its next handshake, and its failures are counted: each reason is reported at first, and then every ten minutes.
 */
export class FailedHandshakes {
  readonly #failures = new Map<string, Failures>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** How often that has happened since it was last reported, if it is to be reported now. */
  note(address: string, reason: string, firstWaitMs: number): number | undefined {
    const nowMs = this.#now()
    const known = this.#find(address)
    const failures = known ?? { waitMs: 0, atMs: nowMs, reasons: new Map<string, Reason>() }
    failures.waitMs = Math.min(MAX_WAIT_MS, Math.max(firstWaitMs, failures.waitMs * 2))
    failures.atMs = nowMs
    this.#failures.delete(address)
    this.#failures.set(address, failures) // last, so that the oldest are found first
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest)
    return report(failures.reasons, reason, nowMs)
  }

  /** How long the address has to wait before its next handshake. */
  waitMs(address: string): number {
    const failures = this.#find(address)
    return failures === undefined ? 0 : Math.max(0, failures.atMs + failures.waitMs - this.#now())
  }

  forget(address: string): void {
    this.#failures.delete(address)
  }

  #find(address: string): Failures | undefined {
    const failures = this.#failures.get(address)
    return failures !== undefined && this.#now() - failures.atMs < REMIND_AFTER_MS ? failures : undefined
  }
}

function report(reasons: Map<string, Reason>, text: string, nowMs: number): number | undefined {
  const reason = reasons.get(text) ?? { count: 0, reportedMs: Number.NEGATIVE_INFINITY }
  if (reasons.size < MAX_REASONS) reasons.set(text, reason)
  else if (!reasons.has(text)) return undefined
  reason.count++
  if (nowMs - reason.reportedMs < REMIND_AFTER_MS) return undefined
  const { count } = reason
  reason.count = 0
  reason.reportedMs = nowMs
  return count
}
