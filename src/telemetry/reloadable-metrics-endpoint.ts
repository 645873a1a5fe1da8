import type { LazyMeters } from './lazy-meters.ts'
import type { MetricsEndpoint, MetricsOptions } from './metrics-endpoint.ts'

type Address = MetricsOptions['listen']

type SwitchOptions = Omit<MetricsOptions, 'listen' | 'meters'> & { readonly meters: LazyMeters }

/** Serves metrics at the address that the configuration names, if it names one. */
export class MetricsSwitch {
  readonly #options: SwitchOptions
  #address: Address | undefined
  #endpoint: MetricsEndpoint | undefined

  constructor(options: SwitchOptions) {
    this.#options = options
  }

  /** Rejects with a MetricsError if it cannot listen there; then it stays at the former address. */
  async listen(address: Address | undefined): Promise<void> {
    if (address?.host === this.#address?.host && address?.port === this.#address?.port) return
    const former = this.#endpoint
    if (address !== undefined && address.port === this.#address?.port) await this.#replace(this.#address, address)
    else {
      this.#endpoint = address && (await this.#start(address))
      await former?.close()
    }
    this.#address = address
  }

  /** For the same port: 0.0.0.0 and 127.0.0.1 exclude each other, so the former endpoint closes first. */
  async #replace(former: Address, address: Address): Promise<void> {
    await this.#endpoint?.close()
    try {
      this.#endpoint = await this.#start(address)
    } catch (error) {
      this.#endpoint = await this.#start(former)
      throw error
    }
  }

  async #start(listen: Address): Promise<MetricsEndpoint> {
    const { startMetrics } = await import('./metrics-endpoint.ts')
    return await startMetrics({ ...this.#options, meters: await this.#options.meters.load(), listen })
  }

  async close(): Promise<void> {
    await this.#endpoint?.close()
    await this.#options.meters.close()
  }
}
