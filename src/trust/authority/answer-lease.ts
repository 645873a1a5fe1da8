import type { Etcd, Lease } from '../../etcd/contract.ts'

const ANSWER_TTL_SECONDS = 600
/** A lease is used for new answers this long; each lives at least the rest of it. */
const LEASE_FOR_MS = 300_000

/** One lease serves the answers of some minutes. */
export class AnswerLease {
  readonly #etcd: Etcd
  #current: { readonly lease: Lease; readonly untilMs: number } | undefined

  constructor(etcd: Etcd) {
    this.#etcd = etcd
  }

  async take(): Promise<Lease> {
    if (this.#current !== undefined && performance.now() < this.#current.untilMs) return this.#current.lease
    const lease = await this.#etcd.grantLease(ANSWER_TTL_SECONDS)
    this.#current = { lease, untilMs: performance.now() + LEASE_FOR_MS }
    return lease
  }

  forget(): void {
    this.#current = undefined
  }
}
