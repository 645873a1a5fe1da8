import type { TrackedFile } from '../tracked-file.ts'
import type { MatchParts } from './contract.ts'

const NOT_READ =
  'a file is not found that was not read to its end: it was moved or deleted, or its file system is not mounted'
const MAY_HAVE_GROWN =
  'a file is not found that was read to its end when it was last seen: lines that were written to it since are not read'

/** Reports the files of an earlier run that are under no name at the first look, once each. */
export class NotFoundFiles {
  readonly #parts: Pick<MatchParts, 'trackedFiles' | 'log'>
  /** Not looked for yet, or something that may be the file could not be looked at. Undefined before the first look. */
  #unknown: readonly TrackedFile[] | undefined
  /** Not known to be read to their end. */
  readonly #missed = new Set<TrackedFile>()

  constructor(parts: Pick<MatchParts, 'trackedFiles' | 'log'>) {
    this.#parts = parts
  }

  /** After each look, and the search for files that were moved or copied. */
  report(): void {
    this.#unknown ??= this.#parts.trackedFiles.unplaced().filter(({ isFromRegistry }) => isFromRegistry)
    const lost = this.#unknown.filter(isLost)
    this.#unknown = lost.filter(({ isUnseen }) => isUnseen)
    for (const file of lost) if (!file.isUnseen && file.isFollowed) this.#report(file)
  }

  /** Those that were not found since. */
  get count(): number {
    for (const file of this.#missed) if (!isLost(file)) this.#missed.delete(file)
    return this.#missed.size
  }

  #report(file: TrackedFile): void {
    const { trackedFiles, log } = this.#parts
    const { path, settled: offset } = file
    const left = trackedFiles.leftOf(file)
    const isRead = left === 0 && (trackedFiles.wasGone(file) || file.whereabouts.kind === 'truncated')
    if (isRead) return log.debug({ path, offset }, 'a file that was read to its end is not found')
    this.#missed.add(file)
    log.warn({ path, offset, unreadBytes: left ?? 'unknown' }, left === 0 ? MAY_HAVE_GROWN : NOT_READ)
  }
}

function isLost({ whereabouts }: TrackedFile): boolean {
  return whereabouts.kind === 'missing' || whereabouts.kind === 'truncated'
}
