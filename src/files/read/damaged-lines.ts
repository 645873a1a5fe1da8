import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import type { ByteAccount } from '../byte-account.ts'
import type { ContainerRecords } from '../containers/container-records.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { countDamaged } from './records/container-cut.ts'

export interface DamagedLinesParts {
  readonly account: ByteAccount
  readonly log: Log
}

/** Lines that are not in the format of their file are counted, and one warning names the file. */
export class DamagedLines {
  readonly #parts: DamagedLinesParts
  readonly #once = new Once()

  constructor(parts: DamagedLinesParts) {
    this.#parts = parts
  }

  count({ path }: TrackedFile, container: ContainerRecords): void {
    const { account, log } = this.#parts
    const count = countDamaged(container)
    account.damagedLines += count
    if (count === 0 || !this.#once.isNew(path)) return
    log.warn({ path, format: container.format }, 'lines of a file are not in its format; they are sent as they are')
  }
}
