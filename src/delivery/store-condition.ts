import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'
import type { IndexerStatus, RequestOutcome } from './contract.ts'
import { Outage } from './outage.ts'
import { RefusingTargets } from './refusing-targets.ts'
import { RequestLimit } from './request-limit.ts'

interface ConditionOptions {
  readonly storeName: string
  readonly requestsInFlight: number
  readonly log: Log
  readonly clock: Clock
  readonly onRequest: ((seconds: number, outcome: RequestOutcome, eventCount: number) => void) | undefined
}

/** What the answers of the store show: its load, an outage, targets that refuse everything. */
export class StoreCondition {
  readonly #options: ConditionOptions
  readonly #requestLimit: RequestLimit
  readonly #refusing: RefusingTargets
  readonly #outage: Outage
  #requests = 0
  #requestSeconds = 0

  constructor(options: ConditionOptions) {
    const { storeName, requestsInFlight, log, clock } = options
    this.#options = options
    this.#requestLimit = new RequestLimit(requestsInFlight)
    this.#refusing = new RefusingTargets(storeName, clock)
    this.#outage = new Outage(log, clock)
  }

  /** How many requests may be in flight now. */
  get requestLimit(): number {
    return this.#requestLimit.current
  }

  status(): Pick<IndexerStatus, 'requests' | 'requestSeconds' | 'requestLimit' | 'outage'> {
    return {
      requests: this.#requests,
      requestSeconds: this.#requestSeconds,
      requestLimit: this.requestLimit,
      ...this.#outage.status(),
    }
  }

  /** A sentence for everything that an operator has to look at. */
  explain(): readonly string[] {
    const outage = this.#outage.explain()
    return [...(outage === undefined ? [] : [outage]), ...this.#refusing.explain()]
  }

  /** The verdicts of one request. */
  noteAnswer(verdicts: readonly Verdict[], startedMs: number): void {
    const nowMs = this.#options.clock.now()
    const failed = verdicts.find(verdict => verdict.kind === 'retry')
    this.#refusing.note(verdicts)
    if (failed === undefined) this.#requestLimit.noteSuccess()
    else this.#requestLimit.noteOverload(startedMs, nowMs)
    if (failed !== undefined && verdicts.every(({ kind }) => kind === 'retry')) this.#outage.noteFailure(failed.reason)
    else this.#outage.noteSuccess()
    const seconds = (nowMs - startedMs) / 1000
    this.#requests += 1
    this.#requestSeconds += seconds
    this.#options.onRequest?.(seconds, summarize(verdicts), verdicts.length)
  }

  /** A question about doubtful events had no answer. */
  noteNoAnswer(reason: string): void {
    this.#outage.noteFailure(reason)
  }
}

/** The worst verdict of a request. */
function summarize(verdicts: readonly Verdict[]): RequestOutcome {
  if (verdicts.some(({ kind }) => kind === 'retry')) return 'retry'
  if (verdicts.some(({ kind }) => kind === 'held')) return 'held'
  return verdicts.some(({ kind }) => kind === 'refused') ? 'refused' : 'done'
}
