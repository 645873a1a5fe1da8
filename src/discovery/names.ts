import type { SrvRecord } from 'node:dns'
import { Resolver, lookup } from 'node:dns/promises'

export type { SrvRecord } from 'node:dns'

/** What is asked of the DNS. Both reject with Node's errors. */
export interface Names {
  /** All IP addresses of a name. */
  addresses(name: string): Promise<readonly string[]>
  /** The records of a service such as `_lumberjack._tcp.example.org`. */
  services(name: string): Promise<readonly SrvRecord[]>
}

/** As the machine is set up: addresses also from /etc/hosts and by its search domains. */
export const systemNames: Names = {
  async addresses(name) {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  },
  // A resolver of its own each time, so that a changed resolv.conf is seen.
  services: async name => await new Resolver({ timeout: 3000, tries: 2 }).resolveSrv(name),
}
