import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Harvester } from '../read/harvester.ts'
import { lookAt, type FileLook } from '../look/identity.ts'
import type { Candidate } from './candidate.ts'
import type { ReadableFile } from '../look/readable-file.ts'

/** `unseen`: the file could not be looked at; the next look may decide. */
export type Answer = 'yes' | 'no' | 'unseen'

/** Opens files for a moment to compare them. A path that cannot be opened is logged once, until it can be. */
export class BriefOpen {
  readonly #harvester: Harvester
  readonly #log: Log
  /** Without a limit: paths beyond one would be logged again at each look. */
  readonly #once = new Once(Infinity)

  constructor(harvester: Harvester, log: Log) {
    this.#harvester = harvester
    this.#log = log
  }

  /** The answer of `use`; `unseen` where the file cannot be read, or its path leads elsewhere by now. */
  async into(
    found: { readonly path: string; readonly look: FileLook },
    use: (candidate: Candidate) => Promise<Answer>,
  ): Promise<Answer> {
    let handle: ReadableFile | undefined
    try {
      handle = await this.#harvester.openBriefly(found.path)
      const look = lookAt(await handle.stat({ bigint: true }))
      this.#once.forget(found.path)
      if (look.place !== found.look.place) return 'unseen'
      return await use({ handle, look })
    } catch (error) {
      this.#logOnce(found.path, error as NodeJS.ErrnoException)
      return 'unseen'
    } finally {
      await handle?.close()
    }
  }

  #logOnce(path: string, { code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message
    if (code === 'ENOENT') return // gone since the scan
    if (this.#once.isNew(path, reason))
      this.#log.error({ path, reason }, 'cannot read a file; trying again at each look')
  }
}
