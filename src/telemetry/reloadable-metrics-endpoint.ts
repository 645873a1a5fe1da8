import { type MetricsEndpoint, type MetricsOptions, startMetrics } from './metrics-endpoint.ts'

type Address = MetricsOptions['listen']

/** Serves metrics at the address that the configuration names, if it names one. */
export class MetricsSwitch {
  readonly #options: Omit<MetricsOptions, 'listen'>
  #address: Address | undefined
  #endpoint: MetricsEndpoint | undefined

  constructor(options: Omit<MetricsOptions, 'listen'>) {
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

  #start(listen: Address): Promise<MetricsEndpoint> {
    return startMetrics({ ...this.#options, listen })
  }

  async close(): Promise<void> {
    await this.#endpoint?.close()
    this.#options.meters.close()
  }
}
