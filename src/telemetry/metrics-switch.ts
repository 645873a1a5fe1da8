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
    this.#endpoint = address && (await startMetrics({ ...this.#options, listen: address }))
    this.#address = address
    await former?.close()
  }

  async close(): Promise<void> {
    await this.#endpoint?.close()
    this.#options.meters.close()
  }
}
