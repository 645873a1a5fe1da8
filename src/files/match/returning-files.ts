import type { FoundFile } from '../look/file-looks.ts'
import { HEAD_BYTES } from '../look/identity.ts'
import type { Answer } from './brief-open.ts'
import { readHead, type Candidate } from './candidate.ts'
import { describeFinding } from './evidence-words.ts'
import type { GroupOf, MatchParts } from './contract.ts'
import type { SiblingIndex } from './siblings.ts'
import { NotFoundFiles } from './not-found.ts'
import { NewFiles } from './new-files.ts'
import { searchCopies, searchMoved } from './moved-files.ts'
import { isOfOtherBirth, UsedInodes } from './used-inodes.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { LISTED } from '../whereabouts.ts'

export interface Regrouping {
  /** The group of a path until now. */
  readonly before: GroupOf
  /** Known files that were not followed until now. */
  readonly returning: ReadonlySet<TrackedFile>
}

/** What one look has found besides the files. */
export interface LookSurroundings {
  readonly siblings: SiblingIndex
  /** Followed files that were deleted since the look before. */
  readonly deleted: ReadonlySet<TrackedFile>
}

interface Gone {
  readonly usedInodes: UsedInodes
  /** By inode. */
  readonly missing: ReadonlyMap<string, readonly TrackedFile[]>
  /** Those of which a file has the place, and cannot be read just now. */
  readonly unread: TrackedFile[]
}

interface Returning extends Pick<Gone, 'usedInodes'> {
  readonly found: FoundFile
  readonly candidate: Candidate
}

/** Finds known files among those that are found at a place of no tracked file; the others go to `NewFiles`. */
export class ReturningFiles {
  readonly #parts: MatchParts
  readonly #newFiles: NewFiles
  readonly #notFoundFiles: NotFoundFiles
  #isFirstTime = true
  /** Missing files that could not be searched for, since a directory or a file could not be looked at. */
  #unsearched: ReadonlySet<TrackedFile> = new Set()
  /** The change of groups since the last look. */
  #regrouping: Regrouping | undefined

  constructor(parts: MatchParts) {
    this.#parts = parts
    this.#newFiles = new NewFiles(parts)
    this.#notFoundFiles = new NotFoundFiles(parts)
  }

  get notFound(): number {
    return this.#notFoundFiles.count
  }

  /** At the next look, as at the first one, files that were not followed before may begin at their end. */
  expect(regrouping: Regrouping): void {
    if (!this.#isFirstTime) this.#regrouping = regrouping
  }

  /** Returns the missing files whose place was found, and cannot be read just now. */
  async welcome(
    found: readonly FoundFile[],
    { siblings, deleted }: LookSurroundings,
  ): Promise<ReadonlySet<TrackedFile>> {
    const { identifier, trackedFiles, registry, clock } = this.#parts
    const startsAtEnd = this.#chooseStart()
    const usedInodes = new UsedInodes(this.#parts, this.#newFiles, deleted)
    const gone: Gone = { missing: this.#indexMissing(), usedInodes, unread: [] }
    const strangers = await this.#findStrangers(found, gone)
    this.#unsearched = await searchMoved({ ...this.#parts, usedInodes }, siblings.forLines, this.#chooseMoved())
    const known = { restored: this.#chooseRestored(), deleted, unread: gone.unread }
    await this.#newFiles.meet(strangers, known, startsAtEnd)
    await searchCopies(this.#parts, siblings)
    identifier.sweep(clock(), key => (trackedFiles.find(key)?.progress.inFlight ?? 0) > 0)
    this.#say(strangers)
    if (this.#isFirstTime) registry.settleLostState()
    this.#isFirstTime = false
    this.#regrouping = undefined
    return new Set(gone.unread)
  }

  /** Once the archives of the look are known. */
  reportNotFound(): void {
    this.#notFoundFiles.report()
  }

  /** One line with a sum at a start, where there may be many files; later a line for each file. */
  #say(strangers: readonly FoundFile[]): void {
    const { trackedFiles, log } = this.#parts
    if (this.#isFirstTime || this.#regrouping !== undefined) {
      const files = trackedFiles.placed()
      const unreadBytes = files.reduce((sum, file) => sum + file.unread, 0)
      return log.info({ files: files.length, unreadBytes }, 'following files')
    }
    for (const { path, look } of strangers) {
      if (trackedFiles.at(look.place) !== undefined) log.info({ path }, 'Launching harvester on new file')
    }
  }

  /** Missing files are searched for once, when they are followed; those with lines to be sent again, at each look. */
  #chooseMoved(): readonly TrackedFile[] {
    const missing = this.#parts.trackedFiles.missing()
    if (this.#isFirstTime) return missing
    const isChosen = (file: TrackedFile) =>
      file.progress.owed > 0 || this.#unsearched.has(file) || this.#regrouping?.returning.has(file) === true
    return missing.filter(isChosen)
  }

  /** A file that this run has lost is not compared by content: a program may write the same report again. */
  #chooseRestored(): readonly TrackedFile[] {
    if (!this.#isFirstTime) return []
    return this.#parts.trackedFiles.missing().filter(file => file.isFromRegistry)
  }

  /** Only files of the first look begin at their end, and only where the registry knows no file of their group. */
  #chooseStart(): (found: FoundFile) => boolean {
    const { registry, trackedFiles } = this.#parts
    const regrouping = this.#regrouping
    if (regrouping !== undefined) {
      const known = new Set([...trackedFiles.all()].map(file => file.group))
      return ({ group, path }) =>
        group.startPosition === 'end' && !known.has(group) && regrouping.before(path) === undefined
    }
    if (!this.#isFirstTime || registry.lostState === 'resend') return () => false
    if (registry.lostState === 'end') return () => true
    const known = new Set([...trackedFiles.all()].filter(file => file.isFromRegistry).map(file => file.group))
    return ({ group }) => group.startPosition === 'end' && !known.has(group)
  }

  #indexMissing(): ReadonlyMap<string, readonly TrackedFile[]> {
    const byInode = new Map<string, TrackedFile[]>()
    for (const file of this.#parts.trackedFiles.missing()) {
      const same = byInode.get(file.identity.inode)
      if (same === undefined) byInode.set(file.identity.inode, [file])
      else same.push(file)
    }
    return byInode
  }

  /** A file of another birth time is compared once all are known whose birth times fit: it may have been made of one of them. */
  async #findStrangers(found: readonly FoundFile[], gone: Gone): Promise<readonly FoundFile[]> {
    const others: FoundFile[] = []
    for (const file of found)
      if (!(await this.#comesBack(file, gone, one => !isOfOtherBirth(one, file)))) others.push(file)
    const strangers: FoundFile[] = []
    for (const file of others)
      if (!(await this.#comesBack(file, gone, one => isOfOtherBirth(one, file)))) strangers.push(file)
    return strangers
  }

  /** The file itself, by inode. */
  async #comesBack(found: FoundFile, gone: Gone, isChosen: (file: TrackedFile) => boolean): Promise<boolean> {
    const { missing, unread, usedInodes } = gone
    // The newest of several generations of one inode comes first: an old one that was never read fits any bytes.
    const generations = missing.get(found.look.inode)?.toReversed() ?? []
    for (const file of generations.filter(isChosen)) {
      const { identifier, briefOpen } = this.#parts
      if (file.formerPlace === undefined || identifier.identifyUnread(file, found) === 'new') continue
      const hasLeft = (this.#parts.trackedFiles.leftOf(file) ?? 0) > 0
      if (!hasLeft && hasNothingNew(file, found)) return this.#resume(file, found)
      const answer = await briefOpen.into(found, candidate => this.#continues(file, { found, candidate, usedInodes }))
      if (answer === 'yes') return true
      if (answer === 'no') continue
      // It may be any of them, so it is not begun as a new file before it was compared.
      for (const one of generations) one.noteUnseen(true)
      unread.push(...generations)
      return true
    }
    return false
  }

  async #continues(file: TrackedFile, returning: Returning): Promise<Answer> {
    const { found, candidate, usedInodes } = returning
    const { path } = found
    const finding = await this.#parts.identifier.identify(file, { path, candidate })
    if (finding === 'unfinished') return 'unseen'
    const newest = { ...found, look: candidate.look }
    const { verdict, content, upTo } = finding
    const isSame = verdict === 'same' || verdict === 'shortened'
    if (isSame && isOfOtherBirth(file, candidate) && (await usedInodes.isOfAnother(file, { path, candidate })))
      return 'no'
    if (verdict === 'shortened') await this.#goBack(file, candidate, upTo!.offset)
    if (isSame) {
      const evidence = describeFinding(finding, file.path)
      await (content === 'unread' ? this.#resumeUnread(file, newest) : this.#resume(file, newest))
      this.#parts.trackedFiles.noteEvidence(file, evidence)
      return 'yes'
    }
    if (verdict === 'rewritten') this.#noteTruncated(file, newest)
    return 'no'
  }

  async #goBack(file: TrackedFile, candidate: Candidate, offset: number): Promise<void> {
    const { trackedFiles, log } = this.#parts
    const { path, position: from } = file
    log.warn({ path, from, to: offset }, 'a file lost its newest bytes; continuing from the newest mark that fits')
    const mark = file.marks.find(one => one.offset === offset)!
    file.goBackTo({ mark, head: await readHead(candidate, offset) })
    trackedFiles.rememberPosition(file)
  }

  #noteTruncated(file: TrackedFile, { path, look }: FoundFile): void {
    const { trackedFiles, account, log } = this.#parts
    account.truncations++
    log.warn({ path, position: file.position }, 'a file was truncated or rewritten while it was not followed')
    trackedFiles.noteTruncated(file, look)
  }

  /** What an earlier run saw behind its present end were lines that it did not read, or NULs. */
  #reportCut(file: TrackedFile, { path, look }: FoundFile): void {
    const { trackedFiles, log } = this.#parts
    const bytes = trackedFiles.countCut(file, look.size)
    if (bytes === 0) return
    // Of a file that was never read, no byte is known: in doubt, its lines are gone.
    const lostBytes = file.knownEnd === 0 ? trackedFiles.recallLeft(file, look.size) : 0
    if (lostBytes > 0)
      log.error({ path, lostBytes }, 'a file that was never read was cut off while it was not followed')
    else log.warn({ path, bytes }, 'a file is shorter than when it was last seen')
  }

  /** An earlier run may have held it back. */
  async #resumeUnread(file: TrackedFile, found: FoundFile): Promise<true> {
    this.#resume(file, found)
    if (found.look.size >= HEAD_BYTES) await this.#newFiles.hold(file)
    return true
  }

  #resume(file: TrackedFile, found: FoundFile): true {
    const { trackedFiles, ready, clock } = this.#parts
    this.#reportCut(file, found)
    const isRenamed = file.path !== found.path
    trackedFiles.place(file, found, isRenamed ? { kind: 'renamed', sinceMs: clock() } : LISTED)
    file.see(found.look, clock())
    ready.add(file)
    return true
  }
}

/** True for a file that is just as long as its position: its first read compares the bytes before that. */
function hasNothingNew({ identity, position, progress }: TrackedFile, { look }: FoundFile): boolean {
  const needsNoComparison = position > 0 || identity.head.offset === 0 // else what it began with counts as unconfirmed
  const isSame = identity.birthNs !== '0' && identity.birthNs === look.birthNs && look.size === position
  return isSame && needsNoComparison && progress.journaled === undefined
}
