import type { FileHandle } from 'node:fs/promises'
import type { Log } from '../../telemetry/log.ts'
import { openForReading } from '../read/harvester.ts'
import { lookAt, type FileLook } from '../look/identity.ts'
import type { Candidate } from './file-match.ts'

/** `unseen`: nothing is known of the file, since it could not be looked at; the next look may tell. */
export type Answer = 'yes' | 'no' | 'unseen'

/** Opens files for a moment to compare them; what can't be opened is said once a path, until it can. */
export class BriefOpen {
  readonly #log: Log
  /** By path: the reason that was logged. */
  readonly #told = new Map<string, string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** What `use` says; `unseen` where the file cannot be read, or its path leads elsewhere by now. */
  async into(
    found: { readonly path: string; readonly look: FileLook },
    use: (candidate: Candidate) => Promise<boolean>,
  ): Promise<Answer> {
    let handle: FileHandle | undefined
    try {
      handle = await openForReading(found.path)
      const look = lookAt(await handle.stat({ bigint: true }))
      this.#told.delete(found.path)
      if (look.place !== found.look.place) return 'unseen'
      return (await use({ handle, look })) ? 'yes' : 'no'
    } catch (error) {
      this.#tell(found.path, error as NodeJS.ErrnoException)
      return 'unseen'
    } finally {
      await handle?.close()
    }
  }

  #tell(path: string, { code, message }: NodeJS.ErrnoException): void {
    const reason = code ?? message
    if (code === 'ENOENT' || this.#told.get(path) === reason) return // gone since the scan, or told
    this.#told.set(path, reason)
    this.#log.error({ path, reason }, 'a file can not be read; it is tried again at each look')
  }
}
