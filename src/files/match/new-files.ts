import type { FoundFile } from '../look/file-looks.ts'
import type { FileLook } from '../look/identity.ts'
import { findTextEnd } from '../read/text-extent.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Answer } from './brief-open.ts'
import type { Candidate } from './candidate.ts'
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
  /** Missing files whose place was found, and cannot be read just now: they may turn out to be truncated. */
  readonly unread: readonly TrackedFile[]
}

/** The files, at one look, that a new file might be a copy of. */
interface Meeting {
  readonly heads: HeadIndex
  readonly truncated: readonly TrackedFile[]
  readonly deleted: ReadonlySet<TrackedFile>
  readonly unread: readonly TrackedFile[]
  /** Of the files that were not decided at earlier looks, by `keyOf`. */
  readonly starts: ReadonlyMap<string, Start>
}

/** The rules for a file at the look that found it first. */
interface Start {
  readonly isAtEnd: boolean
  /** The missing file of its path that an earlier run knew. */
  readonly restored: TrackedFile | undefined
}

/** Of a file that an earlier look found, and decided. */
const DECIDED: Start = { isAtEnd: false, restored: undefined }

/** Of longer ones that are skipped, no digest is made: it would cost a read of all logs at the first start. */
const MAX_SKIPPED_DIGEST_BYTES = 1024 * 1024

/** Of several generations that fit, the one with the best evidence, and then the one of which most was read. */
const RANKS: Readonly<Record<Content | 'not read', number>> = {
  all: 5,
  'all by marks': 4,
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
  /** Files that could not be looked at, or compared to an end, since they were found first. */
  #undecided = new Map<string, Start>()

  constructor(parts: MatchParts) {
    this.#parts = parts
    this.#holds = new Holds(parts)
    this.#takeOver = new TakeOver(parts, this.#holds)
  }

  async meet(
    strangers: readonly FoundFile[],
    { restored, deleted, unread }: KnownFiles,
    startsAtEnd: (found: FoundFile) => boolean,
  ): Promise<void> {
    const { trackedFiles } = this.#parts
    this.#noteEmptied(strangers)
    const starts = this.#undecided
    this.#undecided = new Map()
    // An empty file has nothing to read, and may be the beginning of a copy: it is left for a later look. One that was truncated
    // is none, and is put on record: the next run has to know that its bytes are others.
    const isWorthIt = (found: FoundFile) => found.look.size > 0 || this.#wasEmptied(found)
    const filled = strangers.filter(found => isWorthIt(found) && trackedFiles.at(found.look.place) === undefined)
    if (filled.length === 0 && this.#holds.isEmpty) return
    const restoredByPath = new Map(restored.map(file => [file.path, file]))
    const meeting: Meeting = {
      heads: new HeadIndex(trackedFiles.placed()),
      truncated: trackedFiles.truncated().filter(({ size, knownEnd }) => size > 0 || knownEnd > 0),
      deleted,
      unread,
      starts,
    }
    for (const held of this.#holds.files()) await this.#reconsider(held, meeting)
    for (const found of filled) {
      const start = { isAtEnd: startsAtEnd(found), restored: restoredByPath.get(found.path) }
      await this.#meetOne(found, starts.get(keyOf(found.look)) ?? start, meeting)
    }
  }

  async hold(file: TrackedFile): Promise<void> {
    await this.#holds.begin(file)
  }

  /** All that is in the candidate is in a followed file, which may be truncated soon. */
  async mayBecomeCopy(candidate: Candidate, path: string, heads: HeadIndex): Promise<boolean> {
    return this.#holds.mayBeCopy(candidate, path, heads)
  }

  /** The rules for its first look apply to a later one. */
  #putOff(look: Pick<FileLook, 'place' | 'birthNs'>, start: Start, meeting: Meeting): void {
    this.#undecided.set(keyOf(look), start)
    markUnseen(meeting, start)
  }

  async #meetOne(found: FoundFile, start: Start, meeting: Meeting): Promise<void> {
    if (canBeNothingElse(found, start, meeting)) return void this.#begin(found)
    const answer = await this.#parts.briefOpen.into(found, candidate =>
      this.#decide({ found: { ...found, look: candidate.look }, candidate }, start, meeting),
    )
    if (answer === 'unseen') this.#putOff(found.look, start, meeting)
  }

  #noteEmptied(strangers: readonly FoundFile[]): void {
    const emptied = new Set(this.#emptied)
    for (const { formerPlace: place = '', identity } of this.#parts.trackedFiles.truncated()) {
      emptied.add(keyOf({ place, birthNs: identity.birthNs }))
    }
    this.#emptied = new Set(strangers.map(({ look }) => keyOf(look)).filter(key => emptied.has(key)))
  }

  async #decide(newcomer: Newcomer, start: Start, meeting: Meeting): Promise<'yes' | 'unseen'> {
    const { found } = newcomer
    const answer = await this.#continueKnown(newcomer, start, meeting)
    if (answer === 'unseen') await this.#holds.begin(this.#begin(found)) // open, and counted, whatever becomes of its name
    if (answer !== 'no') return answer
    if (start.isAtEnd) return this.#skipAll(newcomer)
    const mayBeCopy = !this.#wasEmptied(found) && (await this.#mayBeCopy(newcomer, meeting))
    const file = this.#begin(found)
    if (mayBeCopy) await this.#holds.begin(file)
    return 'yes'
  }

  async #skipAll(newcomer: Newcomer): Promise<'yes'> {
    const { candidate, held } = newcomer
    const offset = await findTextEnd(candidate.handle, candidate.look.size)
    const digest =
      offset <= MAX_SKIPPED_DIGEST_BYTES ? await this.#parts.identifier.digests.find(candidate, offset) : undefined
    await this.#takeOver.skip(newcomer, { as: 'skipped', upTo: { offset, ...(digest !== undefined && { digest }) } })
    if (held !== undefined) this.#holds.end(held)
    return 'yes'
  }

  async #reconsider(held: TrackedFile, meeting: Meeting): Promise<void> {
    const { place, identity, path, group } = held
    if (place === undefined) return this.#holds.end(held)
    const known = { place, birthNs: identity.birthNs }
    const start = meeting.starts.get(keyOf(known)) ?? DECIDED
    const look = await this.#parts.harvester.look(held)
    const { handle } = held
    const newcomer = look && handle && { found: { path, group, look }, candidate: { handle, look }, held }
    const answer = newcomer === undefined ? 'unseen' : await this.#compareAgain(newcomer, start, meeting)
    if (answer === 'unseen') this.#putOff(known, start, meeting)
    if (answer === 'no' || !this.#holds.mayStay(held, look)) this.#holds.end(held)
  }

  /** `yes`: it turned out to be a copy, or may still be one. */
  async #compareAgain(newcomer: Required<Newcomer>, start: Start, meeting: Meeting): Promise<Answer> {
    try {
      const answer = await this.#continueKnown(newcomer, start, meeting)
      if (answer === 'unseen') this.#holds.prolong(newcomer.held)
      if (answer !== 'no') return answer
      if (start.isAtEnd) return await this.#skipAll(newcomer)
      return (await this.#mayBeCopy(newcomer, meeting)) ? 'yes' : 'no'
    } catch {
      return 'unseen' // it cannot be read just now; the first read after the hold logs why
    }
  }

  /** Of a file that is still to be truncated, or that was and cannot be read just now. */
  async #mayBeCopy({ found: { path }, candidate, held }: Newcomer, { heads, unread }: Meeting): Promise<boolean> {
    for (const file of unread) {
      if (!(await this.#parts.identifier.wouldBeCopy(file, { path, candidate }))) continue
      // The resender waits for the file, and stops waiting in time.
      if (held !== undefined && file.progress.owed > 0) this.#holds.prolong(held)
      return true
    }
    return this.#holds.mayBeCopy(candidate, path, heads)
  }

  /** `no`: it has the bytes of no known generation. */
  async #continueKnown(newcomer: Newcomer, start: Start, meeting: Meeting): Promise<Answer> {
    const known = await this.#findKnown(newcomer, start, meeting)
    if (known === undefined) return 'no'
    if (known === 'unfinished') return 'unseen'
    return (await this.#takeOver.continue(known, newcomer)) ? 'yes' : 'no'
  }

  async #findKnown(
    { found, candidate, held }: Newcomer,
    { restored }: Start,
    meeting: Meeting,
  ): Promise<Known | 'unfinished' | undefined> {
    const replaced = [...meeting.deleted].filter(file => file.path === found.path && file.isFollowed && file !== held)
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
function markUnseen({ truncated }: Meeting, { restored }: Start): void {
  for (const file of truncated) file.noteUnseen(true)
  restored?.noteUnseen(true)
}

/** An inode that was freed and used again is another file. */
function keyOf({ place, birthNs }: Pick<FileLook, 'place' | 'birthNs'>): string {
  return `${place}:${birthNs}`
}

/** Then it is not opened before its first read. */
function canBeNothingElse(
  { path }: FoundFile,
  { isAtEnd, restored }: Start,
  { heads, truncated, deleted, unread }: Meeting,
): boolean {
  const isReplacement = [...deleted].some(file => file.path === path)
  const isAlone = heads.isEmpty && truncated.length === 0 && unread.length === 0
  return isAlone && restored === undefined && !isAtEnd && !isReplacement
}
