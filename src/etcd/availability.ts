import { Once } from '../flow/once.ts'
import { reasonOf } from '../flow/reason.ts'
import type { Log, LogFields } from '../telemetry/log.ts'
import { EtcdError } from './contract.ts'

export interface AvailabilityStatus {
  readonly state: 'connecting' | 'live' | 'away'
  /** When it became so, in milliseconds since 1970. */
  readonly sinceMs: number
  /** Why it is away. */
  readonly lastError?: string
}

export interface AvailabilityOptions {
  readonly log: Log
  /** Of what it is about. */
  readonly fields: LogFields
  readonly away: string
  readonly back: string
}

/** Whether etcd is there, for one purpose. Says once that it went away, for each kind of reason, and once that it is back. */
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

  /** In milliseconds; 0 where it was not. */
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
    // Time mends what is only unavailable, and a lost lease is taken anew; for the rest a person must act.
    log[code === 'unavailable' || code === 'lease_lost' ? 'warn' : 'error']({ ...fields, reason }, away)
  }
}
