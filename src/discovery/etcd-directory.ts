import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { wait } from '../flow/backoff.ts'
import { Variable } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import { formatAddress, isHost } from './address.ts'
import { type CollectorEntry, readEntry } from './collector-entry.ts'
import type { CollectorDirectory, DirectoryServer, DirectoryStatus } from './directory-contract.ts'
import type { Etcd } from './etcd-contract.ts'
import { type Mirror, mirrorPrefix } from './mirror.ts'
import { Remembered } from './remembered.ts'
import { GoodValues } from './good-values.ts'

export interface EtcdDirectoryOptions {
  readonly etcd: Etcd
  /** Collectors stand under `<prefix>/collectors/`. */
  readonly prefix: string
  readonly stateDir: string
  readonly log: Log
}

/** The key of one collector. */
export function collectorKey(prefix: string, name: string): string {
  return `${prefix}/collectors/${name}`
}

/** So long etcd has to answer at the start, before what is remembered is used. */
const PATIENCE_MS = 1000
/** How old the age of what is remembered may be. */
const REMEMBER_AGAIN_MS = 600_000

/** The collectors that are registered; while etcd is away, or nobody is registered, those that were last. */
export function openEtcdDirectory(options: EtcdDirectoryOptions): CollectorDirectory {
  const { etcd, prefix, log } = options
  const mirror = mirrorPrefix({ etcd, prefix: collectorKey(prefix, ''), log })
  return new EtcdDirectory(mirror, options)
}

class EtcdDirectory implements CollectorDirectory {
  readonly servers = new Variable<readonly DirectoryServer[]>([])
  readonly #mirror: Mirror
  readonly #options: EtcdDirectoryOptions
  readonly #remembered: Remembered<readonly DirectoryServer[]>
  readonly #entries: GoodValues<CollectorEntry>
  readonly #closing = new AbortController()
  readonly #again: NodeJS.Timeout
  /** Of what is remembered, as long as etcd has not answered. */
  #memoryAsOfMs: number | undefined
  #isLoaded = false
  #isEmpty = false

  constructor(mirror: Mirror, options: EtcdDirectoryOptions) {
    this.#mirror = mirror
    this.#options = options
    const { prefix: about, stateDir, log } = options
    this.#remembered = new Remembered({ path: join(stateDir, 'directory.json'), about, check: checkServers, log })
    this.#entries = new GoodValues(readEntry, log)
    this.#again = setInterval(() => void this.#remember(), REMEMBER_AGAIN_MS).unref()
    void this.#start()
  }

  status(): DirectoryStatus {
    const { state, lastError } = this.#mirror.status()
    const fault = lastError ?? (this.#isEmpty ? NOBODY : undefined)
    return {
      source: `etcd: ${collectorKey(this.#options.prefix, '')}`,
      servers: this.servers.current.length,
      isLive: state === 'live',
      asOfMs: this.#asOfMs(),
      ...(fault === undefined ? {} : { lastError: fault }),
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#again)
    await this.#remember()
    this.#closing.abort()
    await this.#mirror.close()
  }

  async #follow(): Promise<void> {
    await this.#mirror.loaded
    if (this.#closing.signal.aborted) return
    this.#isLoaded = true
    this.#update()
    this.#mirror.entries.onChange(() => this.#update())
  }

  async #start(): Promise<void> {
    const { signal } = this.#closing
    const { loaded } = this.#mirror
    void this.#follow()
    const memory = await this.#remembered.read()
    await Promise.race([loaded, wait(PATIENCE_MS, signal)])
    if (this.#isLoaded || signal.aborted || memory === undefined) return
    this.#memoryAsOfMs = memory.asOfMs
    const fields = { servers: memory.value.length, ageSeconds: Math.round((Date.now() - memory.asOfMs) / 1000) }
    this.#options.log.info(fields, 'etcd has not answered yet: going on with the collectors that were known last')
    this.servers.set(memory.value)
  }

  #update(): void {
    const list = listServers(this.#entries.update(this.#mirror.entries.current))
    const wasEmpty = this.#isEmpty
    this.#isEmpty = list.length === 0
    if (this.#isEmpty) {
      const { prefix, log } = this.#options
      const fields = { prefix, servers: this.servers.current.length }
      if (!wasEmpty) log.warn(fields, 'no collector is registered in etcd: going on with those that were known last')
      return
    }
    if (isDeepStrictEqual(list, this.servers.current)) return
    this.servers.set(list)
    void this.#remember()
  }

  /** Only what etcd says now: it is then that the age counts from. */
  async #remember(): Promise<void> {
    if (this.#mirror.status().state === 'away' || !this.#isLoaded || this.#isEmpty) return
    await this.#remembered.write(this.servers.current)
  }

  #asOfMs(): number | undefined {
    const { state, sinceMs } = this.#mirror.status()
    if (!this.#isLoaded) return this.#memoryAsOfMs
    return state === 'away' ? sinceMs : Date.now()
  }
}

const NOBODY = 'no collector is registered in etcd'

function listServers(entries: ReadonlyMap<string, CollectorEntry>): DirectoryServer[] {
  const servers = new Map<string, DirectoryServer>()
  for (const { host, port, weight, zone } of entries.values()) {
    // A collector that was started anew under another name stands there twice for some seconds.
    servers.set(formatAddress({ host, port }), { host, port, weight, ...(zone === undefined ? {} : { zone }) })
  }
  return [...servers.values()]
}

/** Protects from a file that something else wrote. */
const MOST_SERVERS = 10_000

function checkServers(value: unknown): readonly DirectoryServer[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_SERVERS) return undefined
  const servers = value.map(checkServer)
  return servers.every(server => server !== undefined) ? servers : undefined
}

function checkServer(value: unknown): DirectoryServer | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { host, port, weight, zone } = value as Readonly<Record<string, unknown>>
  if (typeof host !== 'string' || !isHost(host) || !Number.isInteger(port)) return undefined
  if (typeof weight !== 'number' || !(weight > 0)) return undefined
  return { host, port: Number(port), weight, ...(typeof zone === 'string' ? { zone } : {}) }
}
