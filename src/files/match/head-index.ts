import { hashBytes, HEAD_BYTES, readFully } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'

/**
 * Finds, by their heads, the generations that a new file might become the copy of. Less than a whole head proves nothing. A
 * file that left its name may have been copied and truncated before.
 */
export class HeadIndex {
  readonly #byHead = new Map<string, TrackedFile[]>()

  get isEmpty(): boolean {
    return this.#byHead.size === 0
  }

  constructor(files: Iterable<TrackedFile>) {
    for (const file of files) {
      const { offset, hash } = file.identity.head
      if (file.knownEnd === 0 || offset < HEAD_BYTES || file.whereabouts.kind === 'archived') continue
      const same = this.#byHead.get(hash)
      if (same === undefined) this.#byHead.set(hash, [file])
      else same.push(file)
    }
  }

  async findOriginals({ handle, look }: Candidate): Promise<readonly TrackedFile[]> {
    if (this.isEmpty || look.size < HEAD_BYTES) return []
    return this.#byHead.get(hashBytes(await readFully(handle, 0, HEAD_BYTES))) ?? []
  }
}
