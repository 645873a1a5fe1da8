import { isDeepStrictEqual } from 'node:util'
import { Backoff, wait } from '../flow/backoff.ts'
import { Variable } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { CollectorDirectory, DirectoryServer } from './directory-contract.ts'

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
export function openRefreshedDirectory(options: RefreshOptions): CollectorDirectory {
  const { source, refreshMs, log, lookUp } = options
  const servers = new Variable<readonly DirectoryServer[]>([])
  const closing = new AbortController()
  const backoff = new Backoff({ firstMs: Math.min(FIRST_RETRY_MS, refreshMs), maxMs: refreshMs })
  let asOfMs: number | undefined
  let fault: string | undefined

  const take = (found: Lookup): void => {
    const list = found.servers.slice(0, MAX_SERVERS)
    if (!isDeepStrictEqual(list, servers.current)) servers.set(list)
    if (found.fault === undefined) asOfMs = Date.now()
    if (found.fault !== undefined && fault === undefined)
      log.warn(
        { source, reason: found.fault },
        'cannot look up the collectors in the DNS; continuing with the last known ones',
      )
    if (found.fault === undefined && fault !== undefined)
      log.info({ source, servers: list.length }, 'looking up the collectors in the DNS works again')
    fault = found.fault
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const found = await lookUp()
      if (closing.signal.aborted) return
      take(found)
      if (fault === undefined) backoff.reset()
      // Up to a quarter sooner, at random, so that a thousand agents do not ask at the same moment.
      await wait(fault === undefined ? refreshMs * (0.75 + 0.25 * Math.random()) : backoff.next(), closing.signal)
    }
  }
  void run()
  return {
    servers,
    status: () => ({
      source,
      servers: servers.current.length,
      isLive: asOfMs !== undefined && fault === undefined,
      asOfMs,
      ...(fault === undefined ? {} : { lastError: fault }),
    }),
    close() {
      // A lookup that hangs cannot be cancelled; its result is not used.
      closing.abort()
      return Promise.resolve()
    },
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
