import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'
import type { IndexerStatus, RequestOutcome } from './contract.ts'
import { Outage } from './outage.ts'
import { RefusingTargets } from './refusing-targets.ts'

interface ConditionOptions {
  readonly storeName: string
  /** The most requests in flight. */
  readonly requestsInFlight: number
  readonly log: Log
  readonly clock: Clock
  readonly onRequest: ((seconds: number, outcome: RequestOutcome, eventCount: number) => void) | undefined
}

/** What the answers of the store show: its load, an outage, targets that refuse everything. */
export class StoreCondition {
  readonly #options: ConditionOptions
  readonly #refusing: RefusingTargets
  #outage: Outage | undefined
  /** How many requests may be in flight: halved under load, raised by one for each round of requests that went well. */
  #limit: number
  #loweredMs = Number.NEGATIVE_INFINITY
  #requests = 0
  #requestSeconds = 0

  constructor(options: ConditionOptions) {
    this.#options = options
    this.#refusing = new RefusingTargets(options.storeName, options.clock)
    this.#limit = options.requestsInFlight
  }

  get requestLimit(): number {
    return Math.floor(this.#limit)
  }

  status(): Pick<IndexerStatus, 'requests' | 'requestSeconds' | 'requestLimit' | 'outage'> {
    return {
      requests: this.#requests,
      requestSeconds: this.#requestSeconds,
      requestLimit: this.requestLimit,
      ...(this.#outage === undefined ? {} : { outage: this.#outage.reason }),
    }
  }

  explain(): readonly string[] {
    const outage = this.#outage?.explain()
    return [...(outage === undefined ? [] : [outage]), ...this.#refusing.explain()]
  }

  /** The verdicts of one request. */
  noteAnswer(verdicts: readonly Verdict[], startedMs: number): void {
    const nowMs = this.#options.clock.now()
    const failed = verdicts.find(verdict => verdict.kind === 'retry')
    this.#refusing.note(verdicts)
    if (failed === undefined) this.#raiseLimit()
    else this.#lowerLimit(startedMs, nowMs)
    if (failed !== undefined && verdicts.every(({ kind }) => kind === 'retry')) this.noteFailure(failed.reason)
    else this.#endOutage()
    const seconds = (nowMs - startedMs) / 1000
    this.#requests += 1
    this.#requestSeconds += seconds
    this.#options.onRequest?.(seconds, summarize(verdicts), verdicts.length)
  }

  /** The store takes nothing, or gave no answer to a question about doubtful events. */
  noteFailure(reason: string): void {
    const { log, clock } = this.#options
    if (this.#outage === undefined) this.#outage = new Outage(reason, log, clock)
    else this.#outage.noteFailure(reason)
  }

  #endOutage(): void {
    this.#outage?.end()
    this.#outage = undefined
  }

  #raiseLimit(): void {
    this.#limit = Math.min(this.#options.requestsInFlight, this.#limit + 1 / this.#limit)
  }

  /** Requests that were in flight together fail together: that is one sign of load, not many. */
  #lowerLimit(startedMs: number, nowMs: number): void {
    if (startedMs < this.#loweredMs) return
    this.#loweredMs = nowMs
    this.#limit = Math.max(1, this.#limit / 2)
  }
}

/** The worst verdict of a request. */
function summarize(verdicts: readonly Verdict[]): RequestOutcome {
  if (verdicts.some(({ kind }) => kind === 'retry')) return 'retry'
  if (verdicts.some(({ kind }) => kind === 'held')) return 'held'
  return verdicts.some(({ kind }) => kind === 'refused') ? 'refused' : 'done'
}
