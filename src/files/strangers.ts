import type { FoundFile } from './discoverer.ts'
import { makeMark, MARK_BYTES, readFully, type FileLook } from './identity.ts'
import { findEarlierMark, HeadIndex, isOldEnough, readHead, surelyHoldsAllOf, type Candidate } from './kinship.ts'
import type { NewcomerParts } from './newcomers.ts'
import type { TrackedFile } from './tracked-file.ts'

interface Hold {
  readonly size: number
  readonly sinceMs: number
}

interface Skip {
  readonly as: 'skipped' | 'copied'
  readonly upTo: number
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

  /** Files that were truncated, until they are begun again: what is in one of them is not a copy. */
  #emptied: ReadonlySet<string> = new Set()

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
    this.#noteEmptied(strangers)
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

  #noteEmptied(strangers: readonly FoundFile[]): void {
    const emptied = new Set(this.#emptied)
    for (const { whereabouts, identity } of this.#parts.roster.truncated()) {
      if (whereabouts.kind === 'lost') emptied.add(keyOf({ place: whereabouts.formerPlace, birthNs: identity.birthNs }))
    }
    this.#emptied = new Set(strangers.map(({ look }) => keyOf(look)).filter(key => emptied.has(key)))
  }

  async #decide(found: FoundFile, candidate: Candidate, meeting: Meeting): Promise<true> {
    if (await this.#isCopy(found, candidate, meeting)) return true
    const hold = this.#keepHolding(found)
    if (hold !== undefined && (await meeting.heads.mayBeCopy(candidate))) {
      meeting.holds.set(found.look.place, hold)
      return true
    }
    const file = this.#begin(found)
    if (meeting.startsAtEnd(found)) await this.#skip(file, candidate, { as: 'skipped', upTo: candidate.look.size })
    return true
  }

  async #isCopy(found: FoundFile, candidate: Candidate, meeting: Meeting): Promise<boolean> {
    if (!this.#emptied.has(keyOf(found.look)) && (await this.#isCopyOfTruncated(found, candidate, meeting))) return true
    const restored = meeting.restoredByPath.get(found.path)
    if (restored?.whereabouts.kind !== 'lost' || !(await surelyHoldsAllOf(restored, candidate))) return false
    return this.#moveInto(restored, found)
  }

  async #isCopyOfTruncated(found: FoundFile, candidate: Candidate, meeting: Meeting): Promise<boolean> {
    for (const file of meeting.truncated) {
      if (file.whereabouts.kind !== 'lost' || !isOldEnough(file, found.look)) continue
      if (await surelyHoldsAllOf(file, candidate)) return this.#moveInto(file, found)
      const earlier = await findEarlierMark(file, candidate)
      if (earlier === undefined) continue
      this.#parts.log.info({ original: file.path, copy: found.path }, 'recognised as a copy that was read already')
      // What follows the mark may be the copy's own: a line that comes twice can be seen, one that never comes can't.
      await this.#skip(this.#begin(found), candidate, { as: 'copied', upTo: file.marks[earlier]!.offset })
      return true
    }
    return false
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

  async #skip(file: TrackedFile, candidate: Candidate, { as, upTo }: Skip): Promise<void> {
    const { ledger, roster, clock, ready } = this.#parts
    file.disregardUnread()
    ledger.seen += upTo
    ledger[as] += upTo
    if (as === 'copied') ledger.copies++
    const length = Math.min(MARK_BYTES, upTo)
    file.marks = [makeMark(upTo, await readFully(candidate.handle, upTo - length, length))]
    file.identity = { ...file.identity, head: await readHead(candidate, upTo) }
    roster.reposition(file, upTo)
    file.see(candidate.look, clock())
    if (file.unread === 0) ready.delete(file)
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
function markUnseen({ path }: FoundFile, { truncated, restoredByPath }: Meeting): void {
  for (const file of truncated) file.isUnseen = true
  const missing = restoredByPath.get(path)
  if (missing !== undefined) missing.isUnseen = true
}

/** An inode that was freed and used again is another file. */
function keyOf({ place, birthNs }: Pick<FileLook, 'place' | 'birthNs'>): string {
  return `${place}:${birthNs}`
}

function canBeNothingElse(found: FoundFile, meeting: Meeting): boolean {
  const isUnlikeAll = meeting.heads.isEmpty && meeting.truncated.length === 0 && !meeting.restoredByPath.has(found.path)
  return isUnlikeAll && !meeting.startsAtEnd(found)
}
