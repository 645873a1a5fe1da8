import { EtcdError, type EtcdOptions } from './contract.ts'
import { type Connect, EtcdEndpoints } from './endpoints.ts'
import type { CallName, Calls, WatchCreate, WatchResponse } from './rpc-types.ts'

interface Way {
  readonly endpoints: EtcdEndpoints
  readonly left: AbortController
  /** Calls that have not been answered yet. */
  pendingCalls: number
}

/**
 * Endpoints that can be replaced while they are in use: a call ends where it began, and the next one goes to the new
 * endpoints.
 */
export class ChangeableEndpoints {
  readonly #connect: Connect
  #options: EtcdOptions
  #way: Way
  #epoch = 0
  #isClosed = false

  constructor(options: EtcdOptions, connect: Connect) {
    this.#connect = connect
    this.#options = options
    this.#way = this.#open(options)
  }

  /** Counts the changes. A revision read in one epoch means nothing in the next, which may be of another etcd. */
  get epoch(): number {
    return this.#epoch
  }

  get timeoutMs(): number {
    return this.#way.endpoints.timeoutMs
  }

  async ask<Name extends CallName>(
    name: Name,
    request: Calls[Name][0],
    about?: Parameters<EtcdEndpoints['ask']>[2],
  ): Promise<Calls[Name][1]> {
    const way = this.#way
    way.pendingCalls++
    try {
      return await way.endpoints.ask(name, request, about)
    } finally {
      way.pendingCalls--
      closeIfDone(way)
    }
  }

  async *watch(create: WatchCreate, key: string, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const { endpoints, left } = this.#way
    yield* endpoints.watch(create, key, AbortSignal.any([signal, left.signal]))
    if (!signal.aborted) throw makeListAgainError(key)
  }

  /**
   * Rejects with an EtcdError, and changes nothing, if etcd cannot be used with the new settings but can with the
   * current ones.
   */
  async change(changed: Omit<EtcdOptions, 'log'>): Promise<void> {
    const options = { ...changed, log: this.#options.log }
    const next = this.#open(options)
    const fault = await findFault(next.endpoints)
    const isWorse = fault !== undefined && (await findFault(this.#way.endpoints)) === undefined
    if (isWorse || this.#isClosed) next.endpoints.close()
    if (isWorse)
      throw new EtcdError(
        fault.code,
        `etcd cannot be used with the changed settings, but can with the earlier ones: ${fault.message}`,
        { cause: fault },
      )
    if (this.#isClosed) return
    const before = this.#way
    this.#way = next
    this.#options = options
    this.#epoch++
    before.left.abort()
    closeIfDone(before)
  }

  close(): void {
    this.#isClosed = true
    this.#way.endpoints.close()
  }

  #open(options: EtcdOptions): Way {
    return { endpoints: new EtcdEndpoints(options, this.#connect), left: new AbortController(), pendingCalls: 0 }
  }
}

/** For a watch that starts from a listing of another epoch. */
export function makeListAgainError(prefix: string): EtcdError {
  return new EtcdError(
    'compacted',
    `the connection settings of etcd were changed: the keys under ${prefix} have to be listed again`,
  )
}

/** Any key will do: a refusal for lack of rights still proves that the user was accepted. */
const ANY_KEY = '/'

async function findFault(endpoints: EtcdEndpoints): Promise<EtcdError | undefined> {
  try {
    await endpoints.ask('range', { key: Buffer.from(ANY_KEY) }, { key: ANY_KEY })
    return undefined
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error
    return error.code === 'denied' ? undefined : error
  }
}

function closeIfDone({ endpoints, left, pendingCalls }: Way): void {
  if (left.signal.aborted && pendingCalls === 0) endpoints.close()
}
