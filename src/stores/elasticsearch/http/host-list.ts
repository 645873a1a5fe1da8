import { constant, type Watched } from '../../../flow/watched.ts'
import type { Log } from '../../../telemetry/log.ts'
import { StoreError } from './error.ts'

/** Base addresses such as `https://es1:9200` or `http://proxy/es`: for ever, or as they are now. */
export type HostList = readonly string[] | Watched<readonly string[]>

export function watchHosts(hosts: HostList): Watched<readonly string[]> {
  return 'onChange' in hosts ? hosts : constant(hosts)
}

/** What the store begins with. A fixed list has to be right, and not empty; a watched one is what it is. */
export function parseFirstHosts(hosts: HostList, log: Log): readonly URL[] {
  if ('onChange' in hosts) return parseUsable(hosts.current, log)
  if (hosts.length === 0) throw new StoreError('options', 'an elasticsearch store needs at least one host')
  return hosts.map(host => parseHost(host))
}

/** Those that can be used; the others are said. */
export function parseUsable(hosts: readonly string[], log: Log): readonly URL[] {
  return hosts.flatMap(host => {
    try {
      return [parseHost(host)]
    } catch (error) {
      log.error({ reason: (error as StoreError).message }, 'a host of the store is left out')
      return []
    }
  })
}

function parseHost(host: string): URL {
  const url = URL.parse(host)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new StoreError('options', `the host "${host}" can't be used: write an address such as https://es1:9200`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new StoreError('options', `the host ${url.host} has a user in its address: write user and password beside it`)
  }
  return url
}
