import type { EtcdSettings, StoreSettings } from '../config/settings.ts'
import type { StoreHosts } from '../discovery/store-hosts.ts'
import { Variable } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { SharedEtcd } from './shared-etcd.ts'
import { Reopenable } from './reopenable.ts'

interface Options {
  readonly key: string
  readonly stateDir: string
}

/** The hosts of a store as etcd tells them, through changes of where they stand there. */
export class EtcdStoreHosts {
  /** Base addresses; empty where none is known. */
  readonly hosts = new Variable<readonly string[]>([])
  readonly #part: Reopenable<Options, StoreHosts>

  constructor(place: SharedEtcd, log: Log) {
    this.#part = new Reopenable(async options => {
      const { watchStoreHosts } = await import('../discovery/store-hosts.ts')
      const found = watchStoreHosts({ ...options, etcd: place.etcd, log })
      found.hosts.onChange(() => this.hosts.set(found.hosts.current))
      return found
    })
  }

  /** A store whose hosts are written in the configuration changes nothing here: it waits for a restart. */
  async change(store: StoreSettings, etcd: EtcdSettings, stateDir: string): Promise<void> {
    if (store.type !== 'elasticsearch' || store.hosts.length > 0) return
    const usual = etcd.layout === 'logstash' ? '/elasticsearch/host' : `${etcd.prefix}/elasticsearch/hosts`
    await this.#part.change({ key: store.hostsKey ?? usual, stateDir })
  }

  async close(): Promise<void> {
    await this.#part.close()
  }
}
