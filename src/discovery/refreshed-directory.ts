import { isDeepStrictEqual } from 'node:util'
import { Backoff, wait } from '../flow/backoff.ts'
import { Variable } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { CollectorDirectory, DirectoryServer } from './directory-contract.ts'

/** What a look-up gave: the servers to use now, and why they are not quite up to date. */
export interface LookUp {
  readonly servers: readonly DirectoryServer[]
  readonly fault?: string
}

export interface RefreshOptions {
  readonly source: string
  readonly refreshMs: number
  readonly log: Log
  /** Must not reject. */
  readonly lookUp: () => Promise<LookUp>
}

/** Protects from an answer that nobody meant. */
const MOST_SERVERS = 1000
/** After a failure it is asked again sooner. */
const FIRST_RETRY_MS = 1000

/** Asks again and again; tells only of changes. */
export function openRefreshedDirectory(options: RefreshOptions): CollectorDirectory {
  const { source, refreshMs, log, lookUp } = options
  const servers = new Variable<readonly DirectoryServer[]>([])
  const closing = new AbortController()
  const backoff = new Backoff({ firstMs: Math.min(FIRST_RETRY_MS, refreshMs), maxMs: refreshMs })
  let asOfMs: number | undefined
  let fault: string | undefined

  const take = (found: LookUp): void => {
    const list = found.servers.slice(0, MOST_SERVERS)
    if (!isDeepStrictEqual(list, servers.current)) servers.set(list)
    if (found.fault === undefined) asOfMs = Date.now()
    if (found.fault !== undefined && fault === undefined)
      log.warn(
        { source, reason: found.fault },
        'the DNS can not say where the collectors are: going on with what was known last',
      )
    if (found.fault === undefined && fault !== undefined)
      log.info({ source, servers: list.length }, 'the DNS says again where the collectors are')
    fault = found.fault
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const found = await lookUp()
      if (closing.signal.aborted) return
      take(found)
      if (fault === undefined) backoff.reset()
      // A little sooner by chance, so that a thousand agents don't ask at one moment.
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
      // A look-up that hangs can't be broken off; what it gives is not used.
      closing.abort()
      return Promise.resolve()
    },
  }
}

/** A sentence for Node's errors of look-ups. */
export function explainLookUp(name: string, error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  if (code === 'ENOTFOUND') return `the name ${name} does not exist: check its spelling and the DNS`
  if (code === 'ENODATA') return `the DNS has no such record for ${name}`
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ESERVFAIL')
    return `the DNS can not be asked for ${name} just now (${code}): is the resolver reachable?`
  return `${name} can not be looked up: ${message ?? String(error)}`
}
