import { constant } from '../flow/watched-value.ts'
import type { HostAndPort } from '../flow/host-port.ts'
import type { CollectorDirectory } from './directory-contract.ts'
import { type DnsDirectoryOptions, openDnsDirectory } from './dns-directory.ts'
import { type EtcdDirectoryOptions, openEtcdDirectory } from './etcd-directory.ts'
import { type SrvDirectoryOptions, openSrvDirectory } from './srv-directory.ts'

export type DirectoryOptions =
  | { readonly kind: 'static'; readonly servers: readonly HostAndPort[] }
  | ({ readonly kind: 'dns' } & DnsDirectoryOptions)
  | ({ readonly kind: 'srv' } & SrvDirectoryOptions)
  | ({ readonly kind: 'etcd' } & EtcdDirectoryOptions)

/** Starts looking without waiting for an answer: the servers appear once they are known. */
export function openDirectory(options: DirectoryOptions): CollectorDirectory {
  if (options.kind === 'dns') return openDnsDirectory(options)
  if (options.kind === 'srv') return openSrvDirectory(options)
  if (options.kind === 'etcd') return openEtcdDirectory(options)
  return openStaticDirectory(options.servers)
}

function openStaticDirectory(addresses: readonly HostAndPort[]): CollectorDirectory {
  const servers = addresses.map(({ host, port }) => ({ host, port, weight: 1 }))
  const asOfMs = Date.now()
  return {
    servers: constant(servers),
    status: () => ({ source: 'the configuration', servers: servers.length, isLive: true, asOfMs }),
    close: () => Promise.resolve(),
  }
}
