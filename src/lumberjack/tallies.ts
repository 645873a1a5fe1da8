import type { ServerAddress } from './publisher-contract.ts'
import { nameOf } from './server-address.ts'

export interface Tally {
  readonly windowsAcked: number
  readonly eventsAcked: number
}

const nothing: Tally = { windowsAcked: 0, eventsAcked: 0 }

/** What each server has confirmed, over all connections to it. */
export class Tallies {
  readonly #byName = new Map<string, Tally>()

  noteAck(server: ServerAddress, events: number): void {
    const { windowsAcked, eventsAcked } = this.of(server)
    this.#byName.set(nameOf(server), { windowsAcked: windowsAcked + 1, eventsAcked: eventsAcked + events })
  }

  of(server: ServerAddress): Tally {
    return this.#byName.get(nameOf(server)) ?? nothing
  }
}
