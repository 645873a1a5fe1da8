import type { Etcd } from '../../etcd/contract.ts'
import { HOUR_MS } from '../../flow/time-units.ts'
import { TrustError } from '../contract.ts'
import { isSignedByOneOf, parseTrust } from '../trust-document.ts'
import type { Authorities } from './authorities.ts'

/** An active signer issues the trust document hourly. */
const STALE_MS = 2 * HOUR_MS
const LOOK_MS = 10_000
/** A signer that has just become active has this long to publish its first document. */
const PATIENCE_MS = 30_000

export interface RivalSignerOptions {
  readonly etcd: Pick<Etcd, 'get'>
  /** Of the trust document. */
  readonly key: string
  /** The key in etcd that says which signer is active. */
  readonly roleKey: string
  /** For tests. */
  readonly patienceMs?: number
}

/** Sees whether the signer for which this one waits does its work: any writer to etcd can put its key there. */
export class RivalSigner {
  readonly #options: RivalSignerOptions
  #sinceMs: number | undefined
  #lookAtMs = 0
  #trouble: Error | undefined

  constructor(options: RivalSignerOptions) {
    this.#options = options
  }

  /** Resolves with what is wrong. To be called again and again while `holder` has the role. Rejects with an EtcdError. */
  async look(holder: string, { trusted }: Authorities, nowMs: number): Promise<Error | undefined> {
    this.#sinceMs ??= performance.now()
    if (performance.now() < this.#lookAtMs) return this.#trouble
    this.#lookAtMs = performance.now() + LOOK_MS
    const issuedAtMs = readIssuedAt(await this.#options.etcd.get(this.#options.key), trusted)
    const isFresh = issuedAtMs !== undefined && nowMs - issuedAtMs < STALE_MS
    const isDue = performance.now() - this.#sinceMs >= (this.#options.patienceMs ?? PATIENCE_MS)
    this.#trouble = isDue && !isFresh ? this.#describe(holder, issuedAtMs) : undefined
    return this.#trouble
  }

  forget(): void {
    this.#sinceMs = undefined
    this.#lookAtMs = 0
    this.#trouble = undefined
  }

  #describe(holder: string, issuedAtMs: number | undefined): Error {
    const since =
      issuedAtMs === undefined
        ? 'no trust document of this authority'
        : `none since ${new Date(issuedAtMs).toISOString()}`
    return new TrustError(
      'setup',
      `another signer is active according to etcd (${holder.slice(0, 300)}), but has published ${since}: if it does not run, delete ${this.#options.roleKey} in etcd`,
    )
  }
}

function readIssuedAt(value: Buffer | undefined, trusted: Authorities['trusted']): number | undefined {
  if (value === undefined) return undefined
  try {
    const signed = parseTrust(value)
    return isSignedByOneOf(signed, trusted) ? signed.trust.issuedAtMs : undefined
  } catch (error) {
    if (error instanceof TrustError) return undefined
    throw error
  }
}
