import { type MetricsEndpoint, type MetricsOptions, startMetrics } from './metrics.ts'

type Address = MetricsOptions['listen']

/** Serves metrics where, and as long as, the configuration says so. */
export class MetricsSwitch {
  readonly #options: Omit<MetricsOptions, 'listen'>
  #address: Address | undefined
  #endpoint: MetricsEndpoint | undefined

  constructor(options: Omit<MetricsOptions, 'listen'>) {
    this.#options = options
  }

  /** Rejects with a MetricsError where that address can't be had; then it goes on at the former one. */
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

  /** Of one port: 0.0.0.0 and 127.0.0.1 are in each other's way. */
  async #replace(former: Address, address: Address): Promise<void> {
    await this.#endpoint?.close()
    try {
      this.#endpoint = await this.#start(address)
    } catch (error) {
      this.#endpoint = await this.#start(former)
      throw error
    }
  }

  #start(listen: Address): Promise<MetricsEndpoint> {
    return startMetrics({ ...this.#options, listen })
  }

  async close(): Promise<void> {
    await this.#endpoint?.close()
    this.#options.meters.close()
  }
}
