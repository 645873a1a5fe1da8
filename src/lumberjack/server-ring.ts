import type { ServerAddress } from './publisher-contract.ts'

/** Which server is meant: one at random first, so that agents spread, then each in turn. */
export class ServerRing {
  readonly #servers: readonly ServerAddress[]
  #index: number

  /** `servers` has at least one; `random` gives numbers from 0 to below 1. */
  constructor(servers: readonly ServerAddress[], random: () => number) {
    if (servers.length === 0) throw new RangeError('a publisher needs at least one server')
    this.#servers = servers
    this.#index = Math.floor(random() * servers.length)
  }

  get current(): ServerAddress {
    return this.#servers[this.#index] as ServerAddress
  }

  moveOn(): void {
    this.#index = (this.#index + 1) % this.#servers.length
  }
}
