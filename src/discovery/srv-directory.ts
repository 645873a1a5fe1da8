import type { SrvRecord } from 'node:dns'
import { MINUTE_MS } from '../flow/time-units.ts'
import type { Log } from '../telemetry/log.ts'
import { isHost } from '../flow/host-port.ts'
import type { CollectorDirectory, DirectoryServer } from './directory-contract.ts'
import { type Dns, systemDns } from './dns.ts'
import { type Lookup, explainLookup, RefreshedDirectory } from './refreshed-directory.ts'

export interface SrvDirectoryOptions {
  /** Such as `_lumberjack._tcp.example.org`. */
  readonly name: string
  /** Default: a minute. */
  readonly refreshMs?: number
  readonly log: Log
  readonly dns?: Dns
}

/** The servers of a service, those of the best priority first (RFC 2782). */
export function openSrvDirectory({
  name,
  refreshMs = MINUTE_MS,
  log,
  dns = systemDns,
}: SrvDirectoryOptions): CollectorDirectory {
  let known: readonly DirectoryServer[] = []
  const lookUp = async (): Promise<Lookup> => {
    try {
      const servers = orderServers(await dns.services(name))
      if (servers.length === 0) return { servers: known, fault: `the DNS has no server for ${name}` }
      known = servers
      return { servers }
    } catch (error) {
      return { servers: known, fault: explainLookup(name, error) }
    }
  }
  return new RefreshedDirectory({ source: `the DNS: ${name}`, refreshMs, log, lookUp })
}

/** A server of a worse priority gets almost nothing, whatever its weight, if servers are chosen by weight. */
const SHARE_OF_NEXT_PRIORITY = 1e-6
/** RFC 2782: "a very small chance". */
const WEIGHT_OF_ZERO = 0.01

export function orderServers(records: readonly SrvRecord[]): DirectoryServer[] {
  const usable = records
    .map(record => ({ ...record, name: record.name.replace(/\.$/, '') })) // a lone dot means that the service is not offered
    .filter(({ name, port }) => isHost(name) && port > 0)
  const priorities = [...new Set(usable.map(({ priority }) => priority))].toSorted((a, b) => a - b)
  return priorities.flatMap((priority, rank) =>
    usable
      .filter(record => record.priority === priority)
      .toSorted((a, b) => b.weight - a.weight || a.name.localeCompare(b.name) || a.port - b.port)
      .map(({ name, port, weight }) => ({
        host: name,
        port,
        weight: (weight === 0 ? WEIGHT_OF_ZERO : weight) * SHARE_OF_NEXT_PRIORITY ** rank,
      })),
  )
}
