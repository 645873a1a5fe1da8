import { Backoff, type BackoffLimits } from '../../flow/backoff.ts'
import type { PublisherTotals } from './link-context.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { ServerFailures } from './servers/server-failures.ts'

export interface LinkRecordOptions {
  readonly totals: PublisherTotals
  readonly failures: ServerFailures
  readonly backoff: BackoffLimits
  readonly random: () => number
}

/** The least part of a wait; the rest is chance, so that the clients of a server that died do not reach the next one at once. */
export const MIN_WAIT_SHARE = 0.05

/** The successes and failures of one link's attempts and connections: what follows from an ack or a loss is here. */
export class LinkRecord {
  readonly #options: LinkRecordOptions
  readonly #backoff: Backoff
  #lastError: string | undefined

  constructor(options: LinkRecordOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.backoff, options.random, MIN_WAIT_SHARE)
  }

  get lastError(): string | undefined {
    return this.#lastError
  }

  nextWaitMs(): number {
    return this.#backoff.nextMs()
  }

  /** A window of `events` events is confirmed, `tookMs` after its first byte. */
  noteAck(server: ServerAddress, events: number, tookMs: number): void {
    const { counts, serverAcks, ackDuration } = this.#options.totals
    counts.windowsAcked++
    counts.eventsAcked += events
    ackDuration?.observe(tookMs / 1000)
    serverAcks.noteAck(server, events)
    this.noteWorking(server)
    this.#lastError = undefined
    this.#backoff.reset()
  }

  noteWorking(server: ServerAddress): void {
    this.#options.failures.noteWorking(server)
  }

  noteLoss(server: ServerAddress, reason: string): void {
    this.#options.totals.counts.connectionsLost++
    this.#noteFailure(server, reason)
  }

  noteConnectFailure(server: ServerAddress, reason: string): void {
    this.#options.totals.counts.connectFailures++
    this.#noteFailure(server, reason)
  }

  #noteFailure(server: ServerAddress, reason: string): void {
    this.#options.failures.noteFailure(server)
    this.#lastError = reason
  }
}
