import { isDeepStrictEqual } from 'node:util'
import type { EtcdSettings } from '../config/settings.ts'
import { connectEtcd, revealAccess } from '../etcd/lazy-client.ts'
import type { ChangeableEtcd, EtcdOptions } from '../etcd/contract.ts'
import type { Log } from '../telemetry/log.ts'

/** The one etcd client that all parts of a role share, through changes of how etcd is reached. */
export class SharedEtcd {
  readonly #log: Log
  #etcd: ChangeableEtcd | undefined
  #access: Omit<EtcdOptions, 'log'> | undefined

  constructor(log: Log) {
    this.#log = log
  }

  get etcd(): ChangeableEtcd {
    if (this.#etcd === undefined) throw new Error('there is no etcd in the configuration')
    return this.#etcd
  }

  /** Rejects with an EtcdError, and keeps the earlier access, where the new one cannot be used. */
  async change({ layout: _layout, prefix: _prefix, ...given }: EtcdSettings): Promise<void> {
    const access = revealAccess(given)
    if (isDeepStrictEqual(access, this.#access)) return
    if (this.#etcd === undefined) this.#etcd = await connectEtcd(given, this.#log)
    else await this.#etcd.change(access)
    this.#access = access
  }

  close(): void {
    this.#etcd?.close()
    this.#etcd = undefined
    this.#access = undefined
  }
}
