import { join } from 'node:path'
import type { Log } from '../telemetry/log.ts'
import { formatAddress } from '../flow/host-port.ts'
import { type CollectorEntry, readEntry } from './collector-entry.ts'
import type { CollectorDirectory, DirectoryServer } from './directory-contract.ts'
import { readSavedServers } from './check-saved-servers.ts'
import type { Etcd } from '../etcd/contract.ts'
import { EtcdValue } from './saved-etcd-value.ts'
import { LastGoodValues } from './last-good-values.ts'

export interface EtcdDirectoryOptions {
  readonly etcd: Etcd
  /** Collectors are registered under `<prefix>/collectors/`. */
  readonly prefix: string
  readonly stateDir: string
  readonly log: Log
}

/** The registered collectors; while etcd is away, or none is registered, the last known ones. */
export function openEtcdDirectory({ etcd, prefix, stateDir, log }: EtcdDirectoryOptions): CollectorDirectory {
  const entries = new LastGoodValues(readEntry, log)
  const collectors = `${prefix}/collectors/`
  const followed = new EtcdValue<readonly DirectoryServer[]>({
    etcd,
    prefix: collectors,
    path: join(stateDir, 'directory.json'),
    log,
    initial: [],
    waiting: 'waiting for the first collector to register',
    read(keys) {
      const servers = listServers(entries.update(keys))
      // If etcd lost its data, or no collector reaches it, the collectors may still be running.
      return servers.length === 0 ? { fault: `no collector is registered under ${collectors}` } : servers
    },
    check: readSavedServers,
  })
  const { value: servers } = followed
  return {
    servers,
    status: () => ({ source: `etcd: ${collectors}`, servers: servers.current.length, ...followed.status() }),
    close: () => followed.close(),
  }
}

function listServers(entries: ReadonlyMap<string, CollectorEntry>): DirectoryServer[] {
  const servers = new Map<string, DirectoryServer>()
  for (const { host, port, weight, zone } of entries.values()) {
    // A collector that was restarted under another name is registered twice for some seconds.
    servers.set(formatAddress({ host, port }), { host, port, weight, ...(zone === undefined ? {} : { zone }) })
  }
  return [...servers.values()]
}
