import type { FilesStatus } from '../../../../src/files/contract.ts'
import { countLost } from '../byte-account.ts'

interface Counts {
  readonly lost: number
  readonly copied: number
}

/** The counts of all runs: what a killed run counted since it journaled a batch last may count again. */
export class RunCounts {
  #before: Counts = { lost: 0, copied: 0 }
  #durable = this.#before

  count(status: FilesStatus): Counts {
    return { lost: this.#before.lost + countLost(status), copied: this.#before.copied + status.bytes.copied }
  }

  noteJournaled(status: FilesStatus): void {
    this.#durable = this.count(status)
  }

  noteEnd(status: FilesStatus): void {
    this.noteJournaled(status)
    this.#before = this.#durable
  }

  noteKill(): void {
    this.#before = this.#durable
  }
}
