import { MINUTE_MS } from '../flow/time-units.ts'
import type { Log } from '../telemetry/log.ts'
import { type HostAndPort, formatAddress } from '../flow/host-port.ts'
import type { CollectorDirectory, DirectoryServer } from './directory-contract.ts'
import { type Dns, systemDns } from './dns.ts'
import { type Lookup, explainLookup, RefreshedDirectory } from './refreshed-directory.ts'

export interface DnsDirectoryOptions {
  readonly names: readonly HostAndPort[]
  /** Default: a minute. */
  readonly refreshMs?: number
  readonly log: Log
  readonly dns?: Dns
}

/** Each address of a name is a server, whose certificate must be for the name. */
export function openDnsDirectory(options: DnsDirectoryOptions): CollectorDirectory {
  const { names, refreshMs = MINUTE_MS, log, dns = systemDns } = options
  const known = new Map<string, readonly string[]>()
  const lookUp = async (): Promise<Lookup> => {
    const faults = await Promise.all(names.map(async ({ host }) => await refresh(host, known, dns)))
    const servers = names.flatMap(name => listServers(name, known.get(name.host) ?? []))
    const fault = faults.find(sentence => sentence !== undefined)
    return fault === undefined ? { servers } : { servers, fault }
  }
  return new RefreshedDirectory({ source: `the DNS: ${names.map(formatAddress).join(', ')}`, refreshMs, log, lookUp })
}

/** Returns the reason of a failure; the last good answer stays in that case. */
async function refresh(host: string, known: Map<string, readonly string[]>, dns: Dns): Promise<string | undefined> {
  try {
    const addresses = await dns.addresses(host)
    if (addresses.length === 0) return `${host} has no address`
    // Name servers rotate the list with each answer, which is not a change.
    if (!isSameSet(addresses, known.get(host) ?? [])) known.set(host, [...new Set(addresses)])
    return undefined
  } catch (error) {
    return explainLookup(host, error)
  }
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [first, second] = [new Set(a), new Set(b)]
  return first.size === second.size && first.isSubsetOf(second)
}

function listServers({ host, port }: HostAndPort, addresses: readonly string[]): DirectoryServer[] {
  return addresses.map(address => ({ host, port, address, weight: 1 }))
}
