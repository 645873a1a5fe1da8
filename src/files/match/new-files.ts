import type { FoundFile } from '../look/file-looks.ts'
import type { FileLook } from '../look/identity.ts'
import { findTextEnd } from '../read/text-extent.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Answer } from './brief-open.ts'
import type { MatchParts } from './contract.ts'
import { NEW, NEXT_GENERATION } from './evidence-words.ts'
import { HeadIndex } from './head-index.ts'
import { Holds } from './holds.ts'
import type { Content } from './identify.ts'
import { TakeOver, type Known, type Newcomer } from './take-over.ts'

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

/** Of several generations that fit, the one with the best evidence, and then the one of which most was read. */
const RANKS: Readonly<Record<Content | 'not read', number>> = {
  all: 4,
  'up to a mark': 3,
  'all of little': 2,
  unread: 1,
  other: 0,
  'not read': 0,
}

/** Decides whether a file with an unknown inode has the bytes of a known generation, or is new. */
export class NewFiles {
  readonly #parts: MatchParts
  readonly #holds: Holds
  readonly #takeOver: TakeOver
  /** Files that were truncated, until they are begun again: none of them is a copy. */
  #emptied: ReadonlySet<string> = new Set()
  /** Files that could not be looked at since they were found first. */
  #unseen: ReadonlyMap<string, Start> = new Map()

  constructor(parts: MatchParts) {
    this.#parts = parts
    this.#holds = new Holds(parts)
    this.#takeOver = new TakeOver(parts, this.#holds)
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
      truncated: trackedFiles.truncated().filter(({ size, knownEnd }) => size > 0 || knownEnd > 0),
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
      if (canBeNothingElse(found, start, meeting)) this.#begin(found)
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

  async #decide(newcomer: Newcomer, meeting: Meeting): Promise<'yes' | 'unseen'> {
    const { found, candidate } = newcomer
    const answer = await this.#continueKnown(newcomer, meeting)
    if (answer !== 'no') return answer
    if (meeting.start(found).isAtEnd) {
      await this.#takeOver.skip(newcomer, {
        as: 'skipped',
        upTo: { offset: await findTextEnd(candidate.handle, candidate.look.size) },
      })
      return 'yes'
    }
    const mayBeCopy = !this.#wasEmptied(found) && (await this.#holds.mayBeCopy(candidate, found.path, meeting.heads))
    const file = this.#begin(found)
    if (mayBeCopy) await this.#holds.begin(file)
    return 'yes'
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
      const answer = await this.#continueKnown({ found: { path, group, look }, candidate, held }, meeting)
      if (answer === 'unseen') this.#holds.prolong(held)
      if (answer !== 'no') return answer
      return (await this.#holds.mayBeCopy(candidate, path, meeting.heads)) ? 'yes' : 'no'
    } catch {
      return 'unseen' // it cannot be read just now; the first read after the hold logs why
    }
  }

  /** `no`: it has the bytes of no known generation. */
  async #continueKnown(newcomer: Newcomer, meeting: Meeting): Promise<Answer> {
    const known = await this.#findKnown(newcomer, meeting)
    if (known === undefined) return 'no'
    if (known === 'unfinished') return 'unseen'
    return (await this.#takeOver.continue(known, newcomer)) ? 'yes' : 'no'
  }

  async #findKnown(newcomer: Newcomer, meeting: Meeting): Promise<Known | 'unfinished' | undefined> {
    const { found, candidate } = newcomer
    const { restored } = meeting.start(found)
    const replaced = [...meeting.deleted].filter(file => file.path === found.path && file.isFollowed)
    let best: Known | undefined
    for (const file of [
      ...meeting.truncated,
      ...replaced,
      ...(restored?.formerPlace === undefined ? [] : [restored]),
    ]) {
      const circumstances = { isFirstLook: file === restored, wasEmptied: this.#wasEmptied(found) }
      const finding = await this.#parts.identifier.identify(file, { path: found.path, candidate }, circumstances)
      if (finding === 'unfinished') return 'unfinished'
      const known = { file, finding }
      if (finding.verdict !== 'new' && (best === undefined || compare(known, best) > 0)) best = known
    }
    return best
  }

  #begin(found: FoundFile): TrackedFile {
    return this.#takeOver.begin(found, this.#wasEmptied(found) ? NEXT_GENERATION : NEW)
  }

  #wasEmptied({ look }: FoundFile): boolean {
    return this.#emptied.has(keyOf(look))
  }
}

function compare(one: Known, other: Known): number {
  return RANKS[one.finding.content] - RANKS[other.finding.content] || one.file.position - other.file.position
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

/** Then it is not opened before its first read. */
function canBeNothingElse(
  { path }: FoundFile,
  { isAtEnd, restored }: Start,
  { heads, truncated, deleted }: Meeting,
): boolean {
  const isReplacement = [...deleted].some(file => file.path === path)
  return heads.isEmpty && truncated.length === 0 && restored === undefined && !isAtEnd && !isReplacement
}
