import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Database } from '../../sqlite/database.ts'
import { TrustError } from '../contract.ts'
import { isRequestId, parseRequest, requestIdOf } from '../request-and-answer.ts'
import { verifyProof } from './request-rules.ts'

export interface Waiting {
  readonly key: string
  readonly value: Buffer
}

/**
 * - `proven`: a token or certificate of ours proves it.
 * - `unproven`: a request without a proof that is known here.
 * - `garbage`: not a request, or not the one that its key names. The request that it replaced must not be answered by it.
 */
type Worth = 'proven' | 'unproven' | 'garbage'

export type SortedRequests = { readonly [Of in Worth]: readonly Waiting[] }

const BETWEEN_YIELDS = 100

/** Sorts the values under the keys of requests by what they prove, which any writer to etcd can put there. */
export class RequestSorter {
  readonly #database: Database
  readonly #prefix: string
  /** A value is judged once: its proof costs a signature check. */
  readonly #judged = new WeakMap<Buffer, Worth>()

  /** `prefix`: of the keys of requests. */
  constructor(database: Database, prefix: string) {
    this.#database = database
    this.#prefix = prefix
  }

  async sort(waiting: readonly Waiting[]): Promise<SortedRequests> {
    const sorted: { readonly [Of in Worth]: Waiting[] } = { proven: [], unproven: [], garbage: [] }
    for (const [index, one] of waiting.entries()) {
      if (index % BETWEEN_YIELDS === 0) await yieldToOthers()
      sorted[this.#worthOf(one)].push(one)
    }
    return sorted
  }

  #worthOf({ key, value }: Waiting): Worth {
    const known = this.#judged.get(value)
    if (known !== undefined) return known
    const worth = this.#judge(key.slice(this.#prefix.length), value)
    this.#judged.set(value, worth)
    return worth
  }

  #judge(id: string, value: Buffer): Worth {
    try {
      const request = parseRequest(value)
      if (!isRequestId(id) || requestIdOf(request.text) !== id) return 'garbage'
      return isProven(this.#database, request) ? 'proven' : 'unproven'
    } catch (error) {
      if (error instanceof TrustError) return 'garbage'
      throw error
    }
  }
}

function isProven(database: Database, request: ReturnType<typeof parseRequest>): boolean {
  try {
    verifyProof(database, request)
    return true
  } catch (error) {
    if (error instanceof TrustError) return false
    throw error
  }
}
