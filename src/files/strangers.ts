import type { FoundFile } from './discoverer.ts'
import { makeMark, MARK_BYTES, readFully } from './identity.ts'
import { findEarlierMark, HeadIndex, holdsAllOf, readHead, surelyHoldsAllOf, type Candidate } from './kinship.ts'
import type { NewcomerParts } from './newcomers.ts'
import type { TrackedFile } from './tracked-file.ts'

interface Hold {
  readonly size: number
  readonly sinceMs: number
}

/** What one meeting knows of the files that a stranger might be a copy of. */
interface Meeting {
  readonly heads: HeadIndex
  readonly truncated: readonly TrackedFile[]
  readonly restoredByPath: ReadonlyMap<string, TrackedFile>
  readonly holds: Map<string, Hold>
  startsAtEnd(found: FoundFile): boolean
}

/** Decides what a file is whose inode nobody knows: a copy of a known one, or new. */
export class Strangers {
  readonly #parts: NewcomerParts
  /** By place: files that may be the copy of one which is about to be truncated. */
  #holds = new Map<string, Hold>()

  constructor(parts: NewcomerParts) {
    this.#parts = parts
  }

  /** `restored` are the missing files that an earlier run knew: the same path with their content goes on. */
  async meet(
    strangers: readonly FoundFile[],
    restored: readonly TrackedFile[],
    startsAtEnd: (found: FoundFile) => boolean,
  ): Promise<void> {
    const { roster, peek } = this.#parts
    // An empty file has nothing to read, and may be a copy whose first byte is on its way: it is left for later.
    const filled = strangers.filter(({ look }) => look.size > 0 && roster.at(look.place) === undefined)
    const holds = new Map<string, Hold>()
    if (filled.length > 0) {
      const meeting: Meeting = {
        heads: new HeadIndex(roster.placed()),
        truncated: roster.truncated(),
        restoredByPath: new Map(restored.map(file => [file.path, file])),
        holds,
        startsAtEnd,
      }
      for (const found of filled) {
        if (canBeNothingElse(found, meeting)) this.#begin(found)
        else {
          const answer = await peek.into(found, candidate =>
            this.#decide({ ...found, look: candidate.look }, candidate, meeting),
          )
          if (answer === 'unseen') markUnseen(found, meeting)
        }
      }
    }
    this.#holds = holds
  }

  async #decide(found: FoundFile, candidate: Candidate, meeting: Meeting): Promise<true> {
    if (await this.#isCopy(found, candidate, meeting)) return true
    const hold = this.#keepHolding(found)
    if (hold !== undefined && (await meeting.heads.mayBeCopy(candidate))) {
      meeting.holds.set(found.look.place, hold)
      return true
    }
    const file = this.#begin(found)
    if (meeting.startsAtEnd(found)) await this.#skip(file, candidate, 'skipped')
    return true
  }

  async #isCopy(found: FoundFile, candidate: Candidate, meeting: Meeting): Promise<boolean> {
    for (const file of meeting.truncated) {
      if (file.whereabouts.kind !== 'lost' || file.whereabouts.formerPlace === found.look.place) continue
      if (await holdsAllOf(file, candidate)) return this.#moveInto(file, found)
      if ((await findEarlierMark(file, candidate)) === undefined) continue
      this.#parts.log.info({ original: file.path, copy: found.path }, 'recognised as a copy that was read already')
      await this.#skip(this.#begin(found), candidate, 'copied')
      return true
    }
    const restored = meeting.restoredByPath.get(found.path)
    if (restored?.whereabouts.kind !== 'lost' || !(await surelyHoldsAllOf(restored, candidate))) return false
    return this.#moveInto(restored, found)
  }

  /** The copy goes on where the original ended: same ids, same offsets. */
  #moveInto(file: TrackedFile, found: FoundFile): true {
    const { ledger, roster, ready, clock, log } = this.#parts
    const { path: original, position } = file
    log.info(
      { original, copy: found.path, position },
      'recognised as a copy; it is read from where the original was left',
    )
    ledger.copies++
    ledger.copied += position
    ledger.seen += position
    if (found.look.size < file.size) {
      ledger.lost.truncated += file.size - found.look.size
      file.size = found.look.size
    }
    roster.place(file, found, { kind: 'renamed', sinceMs: clock(), isListed: true })
    file.see(found.look, clock())
    ready.add(file)
    return true
  }

  /** Undefined once the file did not grow for so long that no one is still copying into it. */
  #keepHolding({ look }: FoundFile): Hold | undefined {
    const { clock, limits } = this.#parts
    const earlier = this.#holds.get(look.place)
    if (earlier === undefined || earlier.size !== look.size) return { size: look.size, sinceMs: clock() }
    return clock() - earlier.sinceMs < limits.copyHoldMs ? earlier : undefined
  }

  async #skip(file: TrackedFile, candidate: Candidate, as: 'skipped' | 'copied'): Promise<void> {
    const { ledger, roster, clock, ready } = this.#parts
    const { size } = candidate.look
    ledger[as] += size
    if (as === 'copied') ledger.copies++
    const length = Math.min(MARK_BYTES, size)
    file.marks = [makeMark(size, await readFully(candidate.handle, size - length, length))]
    file.identity = { ...file.identity, head: await readHead(candidate, size) }
    roster.reposition(file, size)
    file.see(candidate.look, clock())
    ready.delete(file)
  }

  #begin(found: FoundFile): TrackedFile {
    const { roster, ready, clock } = this.#parts
    const file = roster.begin(found)
    file.see(found.look, clock())
    ready.add(file)
    return file
  }
}

/** It could not be compared with the files that it may be the copy of. */
function markUnseen({ path }: FoundFile, { truncated, missingByPath }: Meeting): void {
  for (const file of truncated) file.isUnseen = true
  const missing = missingByPath.get(path)
  if (missing !== undefined) missing.isUnseen = true
}

function canBeNothingElse(found: FoundFile, meeting: Meeting): boolean {
  const isUnlikeAll = meeting.heads.isEmpty && meeting.truncated.length === 0 && !meeting.restoredByPath.has(found.path)
  return isUnlikeAll && !meeting.startsAtEnd(found)
}
