import { CountedReports } from '../../flow/counted-reports.ts'
import type { Log } from '../../telemetry/log.ts'

const MESSAGES = {
  connections: 'refusing connections: there are as many as `connections` in `limits` allows',
  handshakes: 'refusing connections: as many TLS handshakes as `handshakes` in `limits` allows are under way',
  connectionsOfAddress:
    'refusing connections of one address: it has as many as `connectionsPerAddress` in `limits` allows; raise that if agents share the address',
  handshakesOfAddress:
    'refusing connections of one address: it has its share of the TLS handshakes that are under way; its agents connect again, and if they do not get in, raise `handshakes` and `connectionsPerAddress` in `limits`',
}

export type Limit = keyof typeof MESSAGES

/** Connections that are refused: of each limit and address the first is logged, and then, every ten minutes, their number. */
export class RefusalLog {
  readonly #reports: { readonly [L in Limit]: CountedReports }

  constructor(log: Log, now: () => number) {
    const make = (limit: Limit) => new CountedReports({ now }, fields => log.warn(fields, MESSAGES[limit]))
    this.#reports = {
      connections: make('connections'),
      handshakes: make('handshakes'),
      connectionsOfAddress: make('connectionsOfAddress'),
      handshakesOfAddress: make('handshakesOfAddress'),
    }
  }

  /** `most`: the limit's value. */
  note(limit: Limit, most: number, { network, peer }: { readonly network: string; readonly peer: string }): void {
    const isOfAddress = limit === 'connectionsOfAddress' || limit === 'handshakesOfAddress'
    this.#reports[limit].note({ ...(isOfAddress && { address: network }), limit: most }, 1, { peer })
  }
}
