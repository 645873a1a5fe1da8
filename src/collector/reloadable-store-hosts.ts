import type { ElasticsearchStoreSettings, EtcdSettings, StoreSettings } from '../config/settings.ts'
import type { StoreHosts } from '../discovery/etcd-store-hosts.ts'
import { Variable } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { SharedEtcd } from './shared-etcd.ts'
import { Reopenable } from './reopenable.ts'

interface Options {
  readonly key: string
  readonly stateDir: string
  readonly allowsPlainText: boolean
}

export function storeHostsKey({ hostsKey }: ElasticsearchStoreSettings, { layout, prefix }: EtcdSettings): string {
  return hostsKey ?? (layout === 'logstash' ? '/elasticsearch/host' : `${prefix}/elasticsearch/hosts`)
}

/** The hosts of a store as etcd lists them, through changes of the key that holds them. */
export class EtcdStoreHosts {
  /** Base addresses; empty where none is known. */
  readonly hosts = new Variable<readonly string[]>([])
  readonly #watch: Reopenable<Options, StoreHosts>
  #allowsPlainText: boolean | undefined

  constructor(sharedEtcd: SharedEtcd, log: Log) {
    this.#watch = new Reopenable(async options => {
      const { watchStoreHosts } = await import('../discovery/etcd-store-hosts.ts')
      const found = watchStoreHosts({ ...options, etcd: sharedEtcd.etcd, log })
      found.hosts.onChange(() => this.hosts.set(found.hosts.current))
      return found
    })
  }

  /** Hosts written in the configuration change nothing here: they wait for a restart. */
  async change(store: StoreSettings, etcd: EtcdSettings, stateDir: string): Promise<void> {
    if (store.type !== 'elasticsearch' || store.hosts.length > 0) return
    // The secret of the store in use changes only at a start, and so does this.
    this.#allowsPlainText ??= store.allowsPlainHosts
    await this.#watch.change({ key: storeHostsKey(store, etcd), stateDir, allowsPlainText: this.#allowsPlainText })
  }

  async close(): Promise<void> {
    await this.#watch.close()
  }
}
