import { formatAddress } from '../../flow/host-port.ts'
import type { ServerAddress } from './servers/server-address.ts'

export interface AckedCounts {
  readonly windowsAcked: number
  readonly eventsAcked: number
}

/** Servers come and go: beyond this number, those that have confirmed nothing for the longest time are forgotten. */
const MAX_SERVERS = 1000

const nothing: AckedCounts = { windowsAcked: 0, eventsAcked: 0 }

/** What each server has confirmed, over all connections to it. */
export class ServerAcks {
  readonly #byName = new Map<string, AckedCounts>()

  noteAck(server: ServerAddress, events: number): void {
    const { windowsAcked, eventsAcked } = this.of(server)
    const name = formatAddress(server)
    this.#byName.delete(name) // last, so that the oldest are found first
    this.#byName.set(name, { windowsAcked: windowsAcked + 1, eventsAcked: eventsAcked + events })
    const [oldest] = this.#byName.keys()
    if (this.#byName.size > MAX_SERVERS && oldest !== undefined) this.#byName.delete(oldest)
  }

  of(server: ServerAddress): AckedCounts {
    return this.#byName.get(formatAddress(server)) ?? nothing
  }
}
