import type { Log } from '../../telemetry/log.ts'
import type { Clock } from '../clock.ts'
import type { DeadLetter } from '../contract.ts'
import { CountedReports } from '../../flow/counted-reports.ts'
import { senderFields } from '../sender.ts'

/** Reports dead letters by target and type, with a sender of each. */
export class DeadLetterLog {
  readonly #reports: CountedReports

  constructor(path: string, log: Log, clock: Clock) {
    const message = 'events became dead letters: `forwarder dead-letters list` shows them with their reasons'
    this.#reports = new CountedReports(clock, fields => log.warn({ ...fields, path }, message))
  }

  note(letters: readonly DeadLetter[]): void {
    const kinds = Map.groupBy(letters, ({ target, type }) => JSON.stringify([target, type]))
    for (const [{ target, type, peer, agent }, ...others] of kinds.values() as Iterable<
      [DeadLetter, ...DeadLetter[]]
    >) {
      const kind = { ...(target !== '' && { target }), type }
      this.#reports.note(kind, 1 + others.length, senderFields({ peer, agent }))
    }
  }
}
