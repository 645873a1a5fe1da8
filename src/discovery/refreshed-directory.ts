import { isDeepStrictEqual } from 'node:util'
import { Backoff, wait } from '../flow/backoff.ts'
import { Variable } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { CollectorDirectory, DirectoryServer, DirectoryStatus } from './directory-contract.ts'

/** The result of a lookup: the servers to use now, and why they may be out of date. */
export interface Lookup {
  readonly servers: readonly DirectoryServer[]
  readonly fault?: string
}

export interface RefreshOptions {
  readonly source: string
  readonly refreshMs: number
  readonly log: Log
  /** Must not reject. */
  readonly lookUp: () => Promise<Lookup>
}

/** Protects from an absurdly long answer. */
const MAX_SERVERS = 1000
const FIRST_RETRY_MS = 1000

/** Looks up the servers periodically; notifies only of changes. */
export class RefreshedDirectory implements CollectorDirectory {
  readonly servers = new Variable<readonly DirectoryServer[]>([])
  readonly #options: RefreshOptions
  readonly #closing = new AbortController()
  readonly #backoff: Backoff
  #asOfMs: number | undefined
  #fault: string | undefined

  constructor(options: RefreshOptions) {
    const { refreshMs } = options
    this.#options = options
    this.#backoff = new Backoff({ firstMs: Math.min(FIRST_RETRY_MS, refreshMs), maxMs: refreshMs })
    void this.#run()
  }

  status(): DirectoryStatus {
    const fault = this.#fault
    return {
      source: this.#options.source,
      servers: this.servers.current.length,
      isLive: this.#asOfMs !== undefined && fault === undefined,
      asOfMs: this.#asOfMs,
      ...(fault === undefined ? {} : { lastError: fault }),
    }
  }

  /** A lookup that hangs cannot be cancelled; its result is not used. */
  close(): Promise<void> {
    this.#closing.abort()
    return Promise.resolve()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const found = await this.#options.lookUp()
      if (signal.aborted) return
      this.#take(found)
      await wait(this.#nextWaitMs(), signal)
    }
  }

  #take({ servers: found, fault }: Lookup): void {
    const { source, log } = this.#options
    const servers = found.slice(0, MAX_SERVERS)
    if (!isDeepStrictEqual(servers, this.servers.current)) this.servers.set(servers)
    if (fault === undefined) this.#asOfMs = Date.now()
    if (fault !== undefined && this.#fault === undefined)
      log.warn(
        { source, reason: fault },
        'cannot look up the collectors in the DNS; continuing with the last known ones',
      )
    if (fault === undefined && this.#fault !== undefined)
      log.info({ source, servers: servers.length }, 'looking up the collectors in the DNS works again')
    this.#fault = fault
  }

  #nextWaitMs(): number {
    if (this.#fault !== undefined) return this.#backoff.nextMs()
    this.#backoff.reset()
    // Up to a quarter sooner, at random, so that a thousand agents do not ask at the same moment.
    return this.#options.refreshMs * (0.75 + 0.25 * Math.random())
  }
}

export function explainLookup(name: string, error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  if (code === 'ENOTFOUND') return `the name ${name} does not exist: check its spelling and the DNS`
  if (code === 'ENODATA') return `the DNS has no such record for ${name}`
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ESERVFAIL')
    return `the DNS cannot be asked for ${name} now (${code}): is the resolver reachable?`
  return `${name} cannot be looked up: ${message ?? String(error)}`
}
