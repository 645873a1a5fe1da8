import { constant, type Watched } from '../../../flow/watched-value.ts'
import type { Log } from '../../../telemetry/log.ts'
import { StoreError } from './store-error.ts'

/** Base addresses such as `https://es1:9200` or `http://proxy/es`, fixed or watched. */
export type HostList = readonly string[] | Watched<readonly string[]>

export function watchHosts(hosts: HostList): Watched<readonly string[]> {
  return 'onChange' in hosts ? hosts : constant(hosts)
}

/** The hosts at the start. A fixed list must be valid and not empty; a watched one may be anything. */
export function parseFirstHosts(hosts: HostList, log: Log): readonly URL[] {
  if ('onChange' in hosts) return parseUsable(hosts.current, log)
  if (hosts.length === 0) throw new StoreError('options', 'an elasticsearch store needs at least one host')
  return hosts.map(host => parseHost(host))
}

/** The valid hosts; the others are logged. */
export function parseUsable(hosts: readonly string[], log: Log): readonly URL[] {
  return hosts.flatMap(host => {
    try {
      return [parseHost(host)]
    } catch (error) {
      log.error({ reason: (error as StoreError).message }, 'ignoring an invalid host of the store')
      return []
    }
  })
}

function parseHost(host: string): URL {
  const url = URL.parse(host)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new StoreError('options', `the host "${host}" is not usable: write an address such as https://es1:9200`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new StoreError(
      'options',
      `the host ${url.host} has a user in its address: set user and password as separate settings`,
    )
  }
  return url
}
