import type { Verdict } from '../stores/contract.ts'
import type { Log } from '../telemetry/log.ts'
import type { Clock } from './clock.ts'
import type { IndexerStatus, RequestOutcome } from './contract.ts'
import { LOUD_AFTER_MS, Outage } from './outage.ts'

interface ConditionOptions {
  /** The most requests in flight. */
  readonly requestsInFlight: number
  readonly log: Log
  readonly clock: Clock
  readonly onRequest: ((seconds: number, outcome: RequestOutcome, eventCount: number) => void) | undefined
}

/** What the answers of the store show: its load, and an outage. */
export class StoreCondition {
  readonly #options: ConditionOptions
  #outage: Outage | undefined
  /** When an answer that was more than "try again" came last. */
  #takenMs = Number.NEGATIVE_INFINITY
  /** Since when every answer asks for another try. */
  #nothingSinceMs: number | undefined
  /** How many requests may be in flight: halved under load, raised by one for each round of requests that went well. */
  #limit: number
  #loweredMs = Number.NEGATIVE_INFINITY
  #requests = 0
  #requestSeconds = 0

  constructor(options: ConditionOptions) {
    this.#options = options
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
    return outage === undefined ? [] : [outage]
  }

  /** The verdicts of one request; `judged` are those that show the state of the store, not of single events. */
  noteAnswer(verdicts: readonly Verdict[], judged: readonly Verdict[], startedMs: number): void {
    const nowMs = this.#options.clock.now()
    if (verdicts.some(isLoad)) this.#lowerLimit(startedMs, nowMs)
    else this.#raiseLimit()
    if (judged.some(({ kind }) => kind !== 'retry')) this.#endOutage()
    else this.#noteNothing(judged, startedMs)
    const seconds = (nowMs - startedMs) / 1000
    this.#requests += 1
    this.#requestSeconds += seconds
    this.#options.onRequest?.(seconds, summarize(verdicts), verdicts.length)
  }

  /** The store takes nothing, or gave no answer to a question about doubtful events. */
  noteFailure(reason: string, sinceMs = this.#options.clock.now()): void {
    if (this.#outage === undefined) this.#outage = new Outage(reason, sinceMs, this.#options)
    this.#outage.noteFailure(reason)
  }

  /**
   * No event of a request was taken. Without an answer, that is the store, unless another request has passed meanwhile. The
   * events may also be those of one shard, or odd ones, so their own answers have to be all there is for a while.
   */
  #noteNothing(judged: readonly Verdict[], startedMs: number): void {
    const failed = judged.find(verdict => verdict.kind === 'retry')
    if (failed === undefined || this.#takenMs >= startedMs) return
    this.#nothingSinceMs ??= startedMs
    const isOfStore = failed.target === undefined
    const nothingMs = this.#options.clock.now() - this.#nothingSinceMs
    if (isOfStore || this.#outage !== undefined || nothingMs >= LOUD_AFTER_MS) {
      this.noteFailure(failed.reason, this.#nothingSinceMs)
    }
  }

  #endOutage(): void {
    this.#takenMs = this.#options.clock.now()
    this.#nothingSinceMs = undefined
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

/** A failure on one event is not load. */
function isLoad(verdict: Verdict): boolean {
  return verdict.kind === 'retry' && verdict.complaint === undefined
}

/** The worst verdict of a request. */
function summarize(verdicts: readonly Verdict[]): RequestOutcome {
  if (verdicts.some(({ kind }) => kind === 'retry')) return 'retry'
  if (verdicts.some(({ kind }) => kind === 'held')) return 'held'
  return verdicts.some(({ kind }) => kind === 'refused') ? 'refused' : 'done'
}
