import type { Etcd } from '../../etcd/contract.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Authorities } from './authorities.ts'
import { readMeta, writeMeta } from './authority-database.ts'
import { adoptNewerTrust, readSequence } from './newer-trust.ts'
import { listRevoked } from './revocations.ts'
import { type RevokedCertificate, fingerprintOf, formatTrust } from '../trust-document.ts'

/** A reader tells from the time in it whether it still hears of new revocations. */
const REISSUE_MS = 3_600_000
/** How often it is looked whether it still stands in etcd as it was written. */
const LOOK_MS = 10_000

export interface TrustPublisherOptions {
  readonly etcd: Etcd
  readonly key: string
  readonly database: Database
  readonly log: Log
}

/** Keeps the trust document in etcd as it has to be. */
export class TrustPublisher {
  readonly #options: TrustPublisherOptions
  #content = ''
  #text = ''
  #issuedAtMs: number | undefined
  #revoked = 0
  #lookAtMs = 0

  constructor(options: TrustPublisherOptions) {
    this.#options = options
  }

  get issuedAtMs(): number | undefined {
    return this.#issuedAtMs
  }

  /** How many certificates the document names. */
  get revoked(): number {
    return this.#revoked
  }

  /**
   * Looks now and then at what stands in etcd: it may be another's, and may be of use. True where authorities have to be read again.
   * Rejects with an EtcdError, or with a TrustError (`setup`) where nothing may be published over it.
   */
  async look(authorities: Authorities): Promise<boolean> {
    const isFirst = this.#issuedAtMs === undefined
    if (!isFirst && performance.now() < this.#lookAtMs) return false
    const { etcd, key, log } = this.#options
    const standing = await etcd.get(key)
    this.#lookAtMs = performance.now() + LOOK_MS
    if (!isFirst && standing?.equals(Buffer.from(this.#text)) === true) return false
    if (!isFirst) log.warn({ key }, 'someone changed the trust document in etcd: it is written anew')
    this.forget()
    return standing !== undefined && adoptNewerTrust(standing, authorities, this.#options)
  }

  /** Writes it where it is not what it has to be: content or age. Rejects with an EtcdError. */
  async keep(authorities: Authorities, nowMs: number): Promise<void> {
    const revoked = listRevoked(this.#options.database)
    const content = JSON.stringify([authorities.trusted.map(String), authorities.signers.length, revoked])
    const isOld = this.#issuedAtMs === undefined || Math.abs(nowMs - this.#issuedAtMs) >= REISSUE_MS
    const isChanged = content !== this.#content
    if (!isOld && !isChanged) return
    await this.#publish(authorities, revoked, nowMs)
    this.#content = content
    if (!isChanged) return
    const fields = { authorities: authorities.trusted.length, revoked: revoked.length }
    this.#options.log.info(fields, 'published a trust document')
  }

  /** To be called when the role of signer is taken: another one may have written meanwhile. */
  forget(): void {
    this.#issuedAtMs = undefined
  }

  async #publish(authorities: Authorities, revoked: RevokedCertificate[], nowMs: number): Promise<void> {
    const { etcd, key, database } = this.#options
    const sequence = transact(database, () => nextSequence(database, nowMs))
    const { trusted, signers } = authorities
    const text = formatTrust({ sequence, issuedAtMs: nowMs, authorities: trusted, revoked }, signers)
    await etcd.put(key, text)
    this.#text = text
    this.#issuedAtMs = nowMs
    this.#revoked = revoked.length
    this.#lookAtMs = performance.now() + LOOK_MS
    const published = JSON.stringify(trusted.map(fingerprintOf))
    if (readMeta(database, 'published') !== published)
      transact(database, () => writeMeta(database, 'published', published))
  }
}

/** Follows the clock: after a loss of both database and document it does not begin again with numbers that were used. */
function nextSequence(database: Database, nowMs: number): number {
  const sequence = Math.max(readSequence(database) + 1, Math.floor(nowMs / 1000))
  writeMeta(database, 'sequence', String(sequence))
  return sequence
}
