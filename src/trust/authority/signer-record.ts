import { join } from 'node:path'
import { EtcdError } from '../../etcd/contract.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { RateLimit } from '../../flow/rate-limit.ts'
import { toStateError } from '../../sqlite/database.ts'
import type { Log } from '../../telemetry/log.ts'
import type { SignerStatus } from '../contract.ts'
import type { Issued } from './answer-request.ts'
import type { Waiting } from './waiting-requests.ts'

const MAX_WARNINGS_PER_MINUTE = 60

/** Counts and logs the work of a signer. */
export class SignerRecord {
  readonly #log: Log
  readonly #dir: string
  readonly #counts = { issued: 0, renewed: 0, forked: 0, refused: 0, discarded: 0 }
  /** A writer to etcd must not be able to fill the disk with log lines. */
  readonly #loud = new RateLimit(MAX_WARNINGS_PER_MINUTE)
  #lastError: string | undefined

  constructor(log: Log, dir: string) {
    this.#log = log
    this.#dir = dir
  }

  get counts(): Pick<SignerStatus, 'issued' | 'renewed' | 'forked' | 'refused' | 'discarded'> {
    return this.#counts
  }

  get lastError(): string | undefined {
    return this.#lastError
  }

  noteIssued({ isNew, isFork, record }: Issued): void {
    if (!isNew) return
    if (isFork) this.#counts.forked++
    const { name, kind, serial, notAfterMs, tokenId } = record
    const fields = { name, kind, serial, until: new Date(notAfterMs).toISOString(), tokenId }
    if (record.renewedFrom === undefined) {
      this.#counts.issued++
      this.#log.info(fields, 'issued a certificate')
    } else {
      this.#counts.renewed++
      this.#log.info(fields, 'renewed a certificate')
    }
  }

  noteRefusal(reason: string): void {
    this.#counts.refused++
    this.#log[this.#loud.take() ? 'warn' : 'debug']({ reason }, 'refused a certificate')
  }

  noteFaultAtRequest({ stack: reason }: Error): void {
    this.#counts.refused++
    this.#log.error({ reason }, 'the signer failed at a request; refusing it')
  }

  noteDiscarded(garbage: readonly Waiting[]): void {
    this.#counts.discarded += garbage.length
    const fields = { count: garbage.length, key: garbage[0]?.key }
    this.#log[this.#loud.take() ? 'warn' : 'debug'](fields, 'deleted keys in etcd that are not requests')
  }

  /** Logs each reason once, until the signer works again. */
  noteFailure(error: unknown): void {
    const reason = this.#describe(error)
    if (reason === this.#lastError) return
    this.#lastError = reason
    const isPassing = error instanceof EtcdError && ['unavailable', 'lease_lost'].includes(error.code)
    this.#log[isPassing ? 'warn' : 'error']({ reason }, 'the signer cannot work; requests wait until it can')
  }

  /** Requests were answered; `trouble` keeps the trust document from being published as it should be. */
  noteWork(trouble: Error | undefined): void {
    const reason = trouble && this.#describe(trouble)
    if (reason !== undefined && reason !== this.#lastError)
      this.#log.error(
        { reason },
        'machines do not receive all revocations or authorities; requests are answered meanwhile',
      )
    this.#lastError = reason
  }

  #describe(error: unknown): string {
    if (error instanceof Error && 'errcode' in error) return toStateError(join(this.#dir, 'ca.db'), error).message
    return reasonOf(error)
  }
}
