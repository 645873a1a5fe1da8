import { Once } from '../flow/log-once.ts'
import { reasonOf } from '../flow/error-reason.ts'
import type { Log, LogFields } from '../telemetry/log.ts'
import { EtcdError } from './contract.ts'

export interface AvailabilityStatus {
  readonly state: 'connecting' | 'live' | 'away'
  /** When it became so, in milliseconds since 1970. */
  readonly sinceMs: number
  readonly lastError?: string
}

export interface AvailabilityOptions {
  readonly log: Log
  /** What every log line carries, such as the prefix. */
  readonly fields: LogFields
  readonly away: string
  readonly back: string
}

/** Tracks whether etcd can be used for one purpose. Logs each kind of outage once, and its end once. */
export class Availability {
  readonly #options: AvailabilityOptions
  #once = new Once()
  #status: AvailabilityStatus = { state: 'connecting', sinceMs: Date.now() }

  constructor(options: AvailabilityOptions) {
    this.#options = options
  }

  get status(): AvailabilityStatus {
    return this.#status
  }

  liveForMs(): number {
    return this.#status.state === 'live' ? Date.now() - this.#status.sinceMs : 0
  }

  noteLive(): void {
    const { state, sinceMs } = this.#status
    if (state === 'live') return
    this.#status = { state: 'live', sinceMs: Date.now() }
    this.#once = new Once()
    const { log, fields, back } = this.#options
    if (state === 'away') log.info({ ...fields, awayMs: Date.now() - sinceMs }, back)
  }

  noteAway(error: unknown): void {
    const code = error instanceof EtcdError ? error.code : 'unforeseen'
    const reason = reasonOf(error)
    const sinceMs = this.#status.state === 'away' ? this.#status.sinceMs : Date.now()
    this.#status = { state: 'away', sinceMs, lastError: reason }
    if (!this.#once.isNew(code)) return
    const { log, fields, away } = this.#options
    // An outage passes, and a lost lease is granted again; everything else needs a person.
    log[code === 'unavailable' || code === 'lease_lost' ? 'warn' : 'error']({ ...fields, reason }, away)
  }
}
