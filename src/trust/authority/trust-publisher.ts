import type { Etcd } from '../../etcd/contract.ts'
import { HOUR_MS } from '../../flow/time-units.ts'
import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Authorities } from './authorities.ts'
import { writeMeta } from './meta.ts'
import { adoptNewerTrust, readSequence } from './adopt-newer-trust.ts'
import { TrustError } from '../contract.ts'
import { notePublication } from './publication.ts'
import { listRevoked, readChangeCount, revocationsVersion } from './revocations.ts'
import { fingerprintOf, formatTrust } from '../trust-document.ts'

/** A reader sees by the time in the document whether it still receives revocations. */
const REISSUE_MS = HOUR_MS
/** How often etcd is checked for the document as it was written. */
const LOOK_MS = 10_000
/** A document that etcd refuses is as large as it can be. */
const RETRY_MS = 5000

export interface TrustPublisherOptions {
  readonly etcd: Etcd
  readonly key: string
  readonly database: Database
  readonly log: Log
}

/** Keeps the trust document in etcd up to date. */
export class TrustPublisher {
  readonly #options: TrustPublisherOptions
  #content = ''
  #text = ''
  #issuedAtMs: number | undefined
  #revokedCount = 0
  /** Revocations for which there was no room in the document. */
  #leftOut = 0
  #lookAtMs = 0
  #failure: { readonly error: unknown; readonly untilMs: number } | undefined

  constructor(options: TrustPublisherOptions) {
    this.#options = options
  }

  get issuedAtMs(): number | undefined {
    return this.#issuedAtMs
  }

  /** Revocations in the document. */
  get revokedCount(): number {
    return this.#revokedCount
  }

  /**
   * Compares etcd with the last document from time to time: another signer may have written a newer one. True where
   * authorities have to be read again. Rejects with an EtcdError, or with a TrustError (`setup`) where nothing may be
   * published over it.
   */
  async look(authorities: Authorities): Promise<boolean> {
    const isFirst = this.#issuedAtMs === undefined
    if (!isFirst && performance.now() < this.#lookAtMs) return false
    const { etcd, key, log } = this.#options
    const found = await etcd.get(key)
    this.#lookAtMs = performance.now() + LOOK_MS
    if (!isFirst && found?.equals(Buffer.from(this.#text)) === true) return false
    if (!isFirst) log.warn({ key }, 'the trust document in etcd was changed by another program; writing it again')
    this.forget()
    return found !== undefined && adoptNewerTrust(found, authorities, this.#options)
  }

  /**
   * Writes the document where its content has changed or it is old. Resolves with what is missing in it, and rejects with
   * an EtcdError.
   */
  async keep(authorities: Authorities, nowMs: number): Promise<TrustError | undefined> {
    await this.#keep(authorities, nowMs)
    return this.#leftOut === 0 ? undefined : makeFullError(this.#revokedCount, this.#leftOut)
  }

  async #keep(authorities: Authorities, nowMs: number): Promise<void> {
    const { database, log } = this.#options
    const version = revocationsVersion(database)
    const content = JSON.stringify([authorities.trusted.map(String), authorities.signers.length, version])
    const isOld = this.#issuedAtMs === undefined || Math.abs(nowMs - this.#issuedAtMs) >= REISSUE_MS
    const isChanged = content !== this.#content
    if (!isOld && !isChanged) return
    if (this.#failure !== undefined && performance.now() < this.#failure.untilMs) throw this.#failure.error
    await this.#publish(authorities, nowMs).catch((error: unknown) => {
      this.#failure = { error, untilMs: performance.now() + RETRY_MS }
      throw error
    })
    this.#failure = undefined
    this.#content = content
    if (!isChanged) return
    const fields = { authorities: authorities.trusted.length, revoked: this.#revokedCount, leftOut: this.#leftOut }
    log.info(fields, 'published a trust document')
  }

  /** To be called when the role of signer is won or lost: another signer may have written meanwhile. */
  forget(): void {
    this.#issuedAtMs = undefined
  }

  async #publish(authorities: Authorities, nowMs: number): Promise<void> {
    const { etcd, key, database } = this.#options
    const [revoked, changes] = [listRevoked(database), readChangeCount(database)]
    const sequence = transact(database, () => nextSequence(database, nowMs))
    const { trusted, signers } = authorities
    const trust = { sequence, issuedAtMs: nowMs, authorities: trusted, revoked }
    const { text, leftOut } = formatTrust(trust, signers)
    await etcd.put(key, text)
    this.#text = text
    this.#issuedAtMs = nowMs
    this.#revokedCount = revoked.size - leftOut
    this.#leftOut = leftOut
    this.#lookAtMs = performance.now() + LOOK_MS
    transact(database, () => {
      writeMeta(database, 'published', JSON.stringify(trusted.map(fingerprintOf)))
      notePublication(database, { sequence, changes, leftOut })
    })
  }
}

function makeFullError(revoked: number, leftOut: number): TrustError {
  return new TrustError(
    'setup',
    `the trust document has no room for more than ${revoked} revocations: the latest ${leftOut} are not in it, and machines still accept those certificates; a revocation leaves the document a day after the last certificate of its name has ended`,
  )
}

/** Follows the clock: after a loss of both database and document, no number is used again. */
function nextSequence(database: Database, nowMs: number): number {
  const sequence = Math.max(readSequence(database) + 1, Math.floor(nowMs / 1000))
  writeMeta(database, 'sequence', String(sequence))
  return sequence
}
