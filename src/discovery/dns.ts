import type { SrvRecord } from 'node:dns'
import { Resolver, lookup } from 'node:dns/promises'

/** Queries to the DNS. Both reject with Node's errors. */
export interface Dns {
  /** All IP addresses of a name. */
  addresses(name: string): Promise<readonly string[]>
  /** The records of a service such as `_lumberjack._tcp.example.org`. */
  services(name: string): Promise<readonly SrvRecord[]>
}

/** As the machine is configured: addresses also from /etc/hosts and with its search domains. */
export const systemDns: Dns = {
  async addresses(name) {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  },
  // A new resolver for each query, so that a changed resolv.conf takes effect.
  services: async name => await new Resolver({ timeout: 3000, tries: 2 }).resolveSrv(name),
}
