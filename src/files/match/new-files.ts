import type { FoundFile } from '../look/file-looks.ts'
import { Holds } from './holds.ts'
import type { FileLook } from '../look/identity.ts'
import {
  findEarlierMark,
  HeadIndex,
  isCopyByCause,
  isOldEnough,
  surelyHoldsAllOf,
  type Candidate,
} from './file-match.ts'
import { passOver, skipPart, type Skip } from './skip-part.ts'
import { findEndOfShared } from './unchanged-part.ts'
import { findTextEnd } from '../read/text-extent.ts'
import type { MatchParts } from './contract.ts'
import type { Answer } from './brief-open.ts'
import type { TrackedFile } from '../tracked-file.ts'

interface Newcomer {
  readonly found: FoundFile
  readonly candidate: Candidate
  /** The tracked file, if it is held back already. */
  readonly held?: TrackedFile
}

export interface KnownFiles {
  /** Missing files that an earlier run knew: a file of the same path and content continues. */
  readonly restored: readonly TrackedFile[]
  /** Followed files that were deleted since the look before. */
  readonly deleted: ReadonlySet<TrackedFile>
}

/** The files, at one look, that a new file might be a copy of. */
interface Meeting {
  readonly heads: HeadIndex
  readonly truncated: readonly TrackedFile[]
  readonly deleted: ReadonlySet<TrackedFile>
  start(found: FoundFile): Start
}

/** The rules for a file at the look that found it first. */
interface Start {
  readonly isAtEnd: boolean
  /** The missing file of its path that an earlier run knew. */
  readonly restored: TrackedFile | undefined
}

/** Decides whether a file with an unknown inode is a copy of a known one, or new. */
export class NewFiles {
  readonly #parts: MatchParts
  readonly #holds: Holds
  /** Files that were truncated, until they are begun again: none of them is a copy. */
  #emptied: ReadonlySet<string> = new Set()
  /** Files that could not be looked at since they were found first. */
  #unseen: ReadonlyMap<string, Start> = new Map()

  constructor(parts: MatchParts) {
    this.#parts = parts
    this.#holds = new Holds(parts)
  }

  async meet(
    strangers: readonly FoundFile[],
    { restored, deleted }: KnownFiles,
    startsAtEnd: (found: FoundFile) => boolean,
  ): Promise<void> {
    const { trackedFiles } = this.#parts
    this.#noteEmptied(strangers)
    const before = this.#unseen
    this.#unseen = new Map()
    // An empty file has nothing to read, and may be the beginning of a copy: it is left for a later look.
    const filled = strangers.filter(({ look }) => look.size > 0 && trackedFiles.at(look.place) === undefined)
    if (filled.length === 0 && this.#holds.isEmpty) return
    const restoredByPath = new Map(restored.map(file => [file.path, file]))
    const meeting: Meeting = {
      heads: new HeadIndex(trackedFiles.placed()),
      truncated: trackedFiles.truncated(),
      deleted,
      start: found =>
        before.get(keyOf(found.look)) ?? { isAtEnd: startsAtEnd(found), restored: restoredByPath.get(found.path) },
    }
    for (const held of this.#holds.files()) await this.#reconsider(held, meeting)
    this.#unseen = await this.#meetAll(filled, meeting)
  }

  async hold(file: TrackedFile): Promise<void> {
    await this.#holds.begin(file)
  }

  async #meetAll(filled: readonly FoundFile[], meeting: Meeting): Promise<ReadonlyMap<string, Start>> {
    const unseen = new Map<string, Start>()
    for (const found of filled) {
      const start = meeting.start(found)
      if (canBeNothingElse(start, meeting)) this.#begin(found)
      else if ((await this.#meetOne(found, meeting)) === 'unseen') {
        unseen.set(keyOf(found.look), start)
        markUnseen(meeting, start)
      }
    }
    return unseen
  }

  #meetOne(found: FoundFile, meeting: Meeting): Promise<Answer> {
    return this.#parts.briefOpen.into(found, candidate =>
      this.#decide({ found: { ...found, look: candidate.look }, candidate }, meeting),
    )
  }

  #noteEmptied(strangers: readonly FoundFile[]): void {
    const emptied = new Set(this.#emptied)
    for (const { formerPlace: place = '', identity } of this.#parts.trackedFiles.truncated()) {
      emptied.add(keyOf({ place, birthNs: identity.birthNs }))
    }
    this.#emptied = new Set(strangers.map(({ look }) => keyOf(look)).filter(key => emptied.has(key)))
  }

  async #decide(newcomer: Newcomer, meeting: Meeting): Promise<true> {
    const { found, candidate } = newcomer
    if ((await this.#isCopy(newcomer, meeting)) || (await this.#replaces(newcomer, meeting))) return true
    if (meeting.start(found).isAtEnd) {
      await this.#skip(newcomer, { as: 'skipped', upTo: await findTextEnd(candidate.handle, candidate.look.size) })
      return true
    }
    const mayBeCopy = !this.#wasEmptied(found) && (await this.#holds.mayBeCopy(candidate, found.path, meeting.heads))
    const file = this.#begin(found)
    if (mayBeCopy) await this.#holds.begin(file)
    return true
  }

  async #reconsider(held: TrackedFile, meeting: Meeting): Promise<void> {
    if (held.place === undefined) return this.#holds.end(held)
    const look = await this.#parts.harvester.look(held)
    const answer = look === undefined ? 'unseen' : await this.#compareAgain(held, look, meeting)
    if (answer === 'unseen') markUnseen(meeting)
    if (answer === 'no' || !this.#holds.mayStay(held, look)) this.#holds.end(held)
  }

  /** `yes`: it turned out to be a copy, or may still be one. */
  async #compareAgain(held: TrackedFile, look: FileLook, meeting: Meeting): Promise<Answer> {
    const { path, group, handle } = held
    if (handle === undefined) return 'unseen'
    const candidate = { handle, look }
    try {
      if (await this.#isCopyOfTruncated({ found: { path, group, look }, candidate, held }, meeting)) return 'yes'
      return (await this.#holds.mayBeCopy(candidate, path, meeting.heads)) ? 'yes' : 'no'
    } catch {
      return 'unseen' // it cannot be read just now; the first read after the hold logs why
    }
  }

  async #isCopy(newcomer: Newcomer, meeting: Meeting): Promise<boolean> {
    const { found, candidate } = newcomer
    if (!this.#wasEmptied(found) && (await this.#isCopyOfTruncated(newcomer, meeting))) return true
    const { restored } = meeting.start(found)
    if (restored?.formerPlace === undefined || !(await surelyHoldsAllOf(restored, candidate))) return false
    return this.#moveInto(restored, newcomer)
  }

  /**
   * It has the name of a file that was deleted since the last look: editors and `sed -i` write a new file and rename it.
   * What is acked is not sent again; what is in both and was not read yet is read here, where it stays.
   */
  async #replaces(newcomer: Newcomer, { deleted }: Meeting): Promise<boolean> {
    const { found, candidate } = newcomer
    const { path } = found
    const replaced = [...deleted].find(file => file.path === path && file.isFollowed)
    if (replaced === undefined || replaced.settled <= replaced.reading.textStart) return false
    const sharedEnd = await findEndOfShared(replaced, candidate)
    if (sharedEnd === undefined) return false
    const { settled: from } = replaced
    this.#parts.log.info(
      { path, from },
      'a file was replaced by one that begins like it; continuing behind the acked lines',
    )
    await this.#skip(newcomer, { as: 'copied', upTo: from })
    // Lines that are to be sent again come from where they were.
    const mayPassOver = sharedEnd > replaced.position && replaced.owed === 0
    if (mayPassOver) await passOver(this.#parts.trackedFiles, replaced, { candidate, upTo: sharedEnd })
    return true
  }

  #wasEmptied({ look }: FoundFile): boolean {
    return this.#emptied.has(keyOf(look))
  }

  async #isCopyOfTruncated(newcomer: Newcomer, meeting: Meeting): Promise<boolean> {
    const { found, candidate } = newcomer
    const originals = meeting.truncated.filter(file => file.formerPlace !== undefined && isOldEnough(file, found.look))
    for (const file of originals) {
      const isCopy = isCopyByCause(file, found) || (await surelyHoldsAllOf(file, candidate))
      if (isCopy) return this.#moveInto(file, newcomer)
    }
    // The copy of one of several logs with one head may fit an earlier mark of another: the whole is compared first.
    for (const file of originals) {
      const mark = await findEarlierMark(file, candidate, file.settled)
      if (mark !== undefined) return this.#skipCopied(file, newcomer, mark.offset)
    }
    return false
  }

  /** The bytes after the mark may be the copy's own: a line that comes twice can be seen, one that never comes cannot. */
  async #skipCopied(file: TrackedFile, newcomer: Newcomer, upTo: number): Promise<true> {
    const { found, held } = newcomer
    this.#parts.log.info({ original: file.path, copy: found.path }, 'recognised a copy that was read already')
    await this.#skip(newcomer, { as: 'copied', upTo })
    this.#parts.account.copies++
    if (held !== undefined) this.#holds.end(held)
    return true
  }

  /** The copy continues where the original ended: same ids, same offsets. */
  async #moveInto(file: TrackedFile, { found, held }: Newcomer): Promise<true> {
    const { account, trackedFiles, harvester, ready, clock, log } = this.#parts
    const { path: original, position } = file
    log.info({ original, copy: found.path, position }, 'recognised a copy; reading it from where the original was left')
    const { whereabouts: present } = held ?? file
    const isNameGone = present.kind === 'unlisted' || present.kind === 'deleted'
    const whereabouts = isNameGone ? present : { kind: 'renamed' as const, sinceMs: clock() }
    account.copies++
    account.copied += position
    account.seen += position
    const lostBytes = file.progress.endAt(found.look.size)
    if (lostBytes > 0) log.error({ path: original, lostBytes }, 'the unread end of a file was cut off')
    const handle = held && this.#holds.dissolve(held)
    trackedFiles.place(file, found, whereabouts)
    if (handle !== undefined) await harvester.adopt(file, handle)
    file.see(found.look, clock())
    ready.add(file)
    return true
  }

  async #skip({ found, candidate, held }: Newcomer, { as, upTo }: Pick<Skip, 'as' | 'upTo'>): Promise<void> {
    const { clock, ready } = this.#parts
    const file = held ?? this.#begin(found)
    await skipPart(this.#parts.trackedFiles, file, { candidate, as, upTo })
    file.see(candidate.look, clock())
    if (file.unread === 0) ready.delete(file)
  }

  #begin(found: FoundFile): TrackedFile {
    const { trackedFiles, ready, clock } = this.#parts
    const file = trackedFiles.begin(found)
    file.see(found.look, clock())
    ready.add(file)
    return file
  }
}

/** It could not be compared with the files that it may be the copy of. */
function markUnseen({ truncated }: Meeting, start?: Start): void {
  for (const file of truncated) file.noteUnseen(true)
  start?.restored?.noteUnseen(true)
}

/** An inode that was freed and used again is another file. */
function keyOf({ place, birthNs }: Pick<FileLook, 'place' | 'birthNs'>): string {
  return `${place}:${birthNs}`
}

function canBeNothingElse({ isAtEnd, restored }: Start, { heads, truncated }: Meeting): boolean {
  return heads.isEmpty && truncated.length === 0 && restored === undefined && !isAtEnd
}
