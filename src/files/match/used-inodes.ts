// A file with another birth time than the known one in its place: a file system in layers shows it so after the first write, or
// the inode was freed and used again.
import { isBirthCompatible } from '../look/identity.ts'
import type { FoundFile } from '../look/file-looks.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'
import type { MatchParts } from './contract.ts'
import { HeadIndex } from './head-index.ts'
import type { NewFiles } from './new-files.ts'

export interface Met {
  readonly path: string
  readonly candidate: Candidate
}

export function isOfOtherBirth({ identity }: TrackedFile, { look }: Pick<FoundFile, 'look'>): boolean {
  return !isBirthCompatible(identity.birthNs, look.birthNs)
}

/** At one look, the files of which one in a used inode may be the copy or the successor. */
export class UsedInodes {
  readonly #parts: MatchParts
  readonly #newFiles: NewFiles
  readonly #deleted: ReadonlySet<TrackedFile>
  /** Of the files that are there, once they are asked for: few inodes are used again. */
  #heads: HeadIndex | undefined

  constructor(parts: MatchParts, newFiles: NewFiles, deleted: ReadonlySet<TrackedFile>) {
    this.#parts = parts
    this.#newFiles = newFiles
    this.#deleted = deleted
  }

  /** It has all that was read of `file`; but it may be made of another one, of which it has more. */
  async isOfAnother(file: TrackedFile, { path, candidate }: Met): Promise<boolean> {
    const { trackedFiles, identifier } = this.#parts
    for (const other of [...trackedFiles.truncated(), ...this.#deleted]) {
      if (other.position <= file.position) continue
      const finding = await identifier.identify(other, { path, candidate })
      if (finding === 'unfinished' || finding.verdict !== 'new') return true
    }
    if (candidate.look.size <= file.position) return false
    this.#heads ??= new HeadIndex(trackedFiles.placed())
    return this.#newFiles.mayBecomeCopy(candidate, path, this.#heads)
  }
}
