import { EtcdError, type EtcdOptions } from './contract.ts'
import { type Connect, EtcdEndpoints } from './endpoints.ts'
import type { CallName, Calls, WatchCreate, WatchResponse } from './rpc-types.ts'

interface Way {
  readonly endpoints: EtcdEndpoints
  readonly left: AbortController
  /** Questions that wait for their answers. */
  questions: number
}

/** Endpoints that are exchanged for others while they are in use: a question ends where it began, the next one goes to the new ones. */
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

  /** Counts the changes: what was read in one epoch says nothing in the next, which may be of another etcd. */
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
    way.questions++
    try {
      return await way.endpoints.ask(name, request, about)
    } finally {
      way.questions--
      closeIfDone(way)
    }
  }

  async *watch(create: WatchCreate, key: string, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const { endpoints, left } = this.#way
    yield* endpoints.watch(create, key, AbortSignal.any([signal, left.signal]))
    if (!signal.aborted) throw makeListAgainError(key)
  }

  /** Rejects with an EtcdError, and changes nothing, where etcd can't be used in the new way although it can be in the present one. */
  async change(changed: Omit<EtcdOptions, 'log'>): Promise<void> {
    const options = { ...changed, log: this.#options.log }
    const next = this.#open(options)
    const fault = await findFault(next.endpoints)
    const isWorse = fault !== undefined && (await findFault(this.#way.endpoints)) === undefined
    if (isWorse || this.#isClosed) next.endpoints.close()
    if (isWorse)
      throw new EtcdError(
        fault.code,
        `etcd can't be used with the changed settings, and can with the earlier ones: ${fault.message}`,
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
    return { endpoints: new EtcdEndpoints(options, this.#connect), left: new AbortController(), questions: 0 }
  }
}

/** For a watcher that began with what another epoch has listed. */
export function makeListAgainError(prefix: string): EtcdError {
  return new EtcdError(
    'compacted',
    `etcd is reached in another way from now on: the keys under ${prefix} have to be listed again`,
  )
}

/** Any key does: whoever has no right to it was let in all the same. */
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

function closeIfDone({ endpoints, left, questions }: Way): void {
  if (left.signal.aborted && questions === 0) endpoints.close()
}
