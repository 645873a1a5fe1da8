import { Once } from '../../flow/log-once.ts'
import type { Registry } from '../../registry/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ByteAccount } from '../byte-account.ts'
import type { ContainerRecords } from '../containers/container-records.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { countDamaged } from './records/container-cut.ts'

export interface FormatReportsParts {
  readonly registry: Registry
  readonly account: ByteAccount
  readonly log: Log
}

/** What is known of the formats of files is put on record, counted, and logged once for each path. */
export class FormatReports {
  readonly #parts: FormatReportsParts
  readonly #once = new Once()

  constructor(parts: FormatReportsParts) {
    this.#parts = parts
  }

  /** The lines of the file are read like that from now on, in later runs too. */
  noteFormat(file: TrackedFile, format: string): void {
    const { registry, log } = this.#parts
    file.noteFormat(format)
    registry.update(file.key, { format })
    if (this.#once.isNew(file.path, format)) log.info({ path: file.path, format }, 'found a file format')
  }

  /** Some lines may not be of the format of their file. */
  countDamaged({ path }: TrackedFile, container: ContainerRecords): void {
    const { account, log } = this.#parts
    const count = countDamaged(container)
    account.damagedLines += count
    if (count === 0 || !this.#once.isNew(path, 'damaged')) return
    log.warn({ path, format: container.format }, 'lines of a file are not in its format; they are sent as they are')
  }
}
