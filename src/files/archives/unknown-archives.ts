import type { FinishedGeneration } from '../../registry/contract.ts'
import type { FileGroup } from '../contract.ts'
import type { FoundFile } from '../look/file-looks.ts'
import { makeMark, stampOf } from '../look/identity.ts'
import type { Prefix } from '../match/compare-content.ts'
import { ARCHIVE_OF_READ, NEW } from '../match/evidence-words.ts'
import { skipPart } from '../match/skip-part.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Job, Settle } from './archive-jobs.ts'
import { compare, digestOf, findFinished } from './compare-archive.ts'
import type { ArchiveRoom } from './contract.ts'
import { settleBy, type GenerationSearch } from './generation-search.ts'
import { isGone } from '../whereabouts.ts'
import type { Measurement } from './content/archive-handle.ts'
import { lookInside, measure, openArchive, wind, type OpenedArchive, type Stated } from './opened-archive.ts'

/** `waiting`: for the generation whose archive it may be. `left out`: nothing is known of it, and its group reads no archives. */
type Verdict = 'pending' | 'waiting' | 'stuck' | 'known' | 'left out'

interface Decided {
  readonly verdict: Verdict
  readonly path: string
  readonly group: FileGroup
  /** It was there when archives of its group were read for the first time, and is left out. */
  readonly isAtEnd: boolean
  readonly sinceMs: number
}

/** An archive and the finished generations that begin like it. */
interface Meeting {
  readonly found: FoundFile
  readonly opened: OpenedArchive
  readonly finished: readonly FinishedGeneration[]
  readonly decided: Decided
}

/** Archives that a pattern matches, and that are not those of a generation whose file is gone. */
export class UnknownArchives {
  readonly #room: ArchiveRoom
  readonly #search: GenerationSearch
  /** By place and stamp. */
  #decided = new Map<string, Decided>()
  /** By place and birth: generations that are skipped by the size that their archive states, which it may not have yet. */
  readonly #skipped = new Map<string, TrackedFile>()
  #isReported = false

  constructor(room: ArchiveRoom, search: GenerationSearch) {
    this.#room = room
    this.#search = search
  }

  get leftOut(): number {
    return this.#list('left out').length
  }

  /** Looks at those that are new, or have changed. */
  async meet(archives: Iterable<FoundFile>, startsAtEnd: (found: FoundFile) => boolean): Promise<void> {
    const before = this.#decided
    const awaited = this.#search.listAwaited()
    this.#decided = new Map()
    for (const [place, { whereabouts }] of this.#skipped) if (whereabouts.kind === 'ended') this.#skipped.delete(place)
    for (const found of archives) {
      const { look, group } = found
      if (this.#room.trackedFiles.at(look.place) !== undefined) continue
      const key = keyOf(found)
      const known = before.get(key)
      const decided = known?.group === group ? known : this.#makeFirst(found, startsAtEnd(found))
      this.#decided.set(key, decided)
      const mayBeDue = decided.verdict === 'waiting' || decided.verdict === 'stuck'
      if (!mayBeDue || awaited.has(look.place) || !(await this.#isDue(decided))) continue
      this.#decided.set(key, { ...decided, verdict: 'pending' })
      this.#room.jobs.add(() => this.#decide(found, decided), false)
    }
    this.#report()
  }

  #makeFirst({ path, group }: FoundFile, isAtEnd: boolean): Decided {
    return { verdict: 'waiting', path, group, isAtEnd, sinceMs: this.#room.clock() }
  }

  async #isDue({ verdict, path }: Decided): Promise<boolean> {
    return verdict === 'waiting' || (verdict === 'stuck' && (await this.#room.stuck.isWorthATry(path)))
  }

  /** One line, once all that were there at the start are known. */
  #report(): void {
    if (this.#isReported || this.#list('pending').length > 0) return
    this.#isReported = true
    const leftOut = this.#list('left out')
    const [example] = leftOut
    if (example === undefined) return
    this.#room.log.info(
      { archives: leftOut.length, example: example.path },
      'not reading compressed files whose originals are unknown; "archives": true reads them',
    )
  }

  #list(verdict: Verdict): readonly Decided[] {
    return [...this.#decided.values()].filter(decided => decided.verdict === verdict)
  }

  async *#decide(found: FoundFile, decided: Decided): Job {
    let opened: OpenedArchive | undefined
    try {
      opened = await openArchive(found)
      if (opened === undefined) return this.#settle(found, undefined)
      const finished = await findFinished(opened.head, this.#room.registry)
      const settle = yield* this.#compare({ found, opened, finished, decided })
      this.#room.stuck.forget(found.path)
      if (settle.isReading) opened = undefined
      return { ...settle, run: () => this.#runAfresh(found, settle) }
    } catch (error) {
      // Of an archive that is not read, no error matters.
      if (!found.group.archives) return this.#settle(found, { ...decided, verdict: 'left out' })
      this.#room.stuck.note(found, error)
      return this.#settle(found, { ...decided, verdict: 'stuck' })
    } finally {
      await opened?.handle.close()
    }
  }

  /** If it fails, the next look decides again. */
  #runAfresh(found: FoundFile, { run }: Settle): void | Promise<void> {
    this.#decided.delete(keyOf(found))
    return run()
  }

  /** Undefined: the next look decides again, unless it is a known file by then. */
  #settle(found: FoundFile, decided: Decided | undefined): Settle {
    return settleBy(() => {
      if (decided === undefined) this.#decided.delete(keyOf(found))
      else this.#decided.set(keyOf(found), decided)
    })
  }

  async *#compare(meeting: Meeting): AsyncGenerator<void, Settle> {
    const { found, opened, finished, decided } = meeting
    const alike = [...this.#room.trackedFiles.all()].filter(({ identity: { head } }) => {
      return head.offset > 0 && opened.head.fits(head)
    })
    if (!found.group.archives) {
      const verdict = finished.length > 0 || alike.length > 0 ? 'known' : 'left out'
      return this.#settle(found, { ...decided, verdict })
    }
    if (finished.some(one => isLeftOut(one, opened))) return this.#leaveOutLater(meeting, opened.stated, 'copied')
    const read = [...finished, ...alike.map(file => ({ size: file.position, digest: digestOf(file) }))]
    // Its words are those of its last member, so they do not suffice.
    if (read.some(one => isStated(one, opened.stated))) {
      const content = yield* this.#measure(meeting, read)
      if (hasOne(read, content)) return this.#leaveOutLater(meeting, content, 'copied')
    }
    if (alike.some(file => this.#search.isUnread(file))) return this.#settle(found, { ...decided, verdict: 'waiting' })
    const settle = yield* this.#compareWithLost(meeting, alike)
    if (settle !== undefined) return settle
    if (alike.some(file => this.#mayYetBeItsOwn(file, decided))) {
      return this.#settle(found, { ...decided, verdict: 'waiting' })
    }
    if (decided.isAtEnd) return this.#leaveOutLater(meeting, opened.stated, 'skipped')
    return yield* this.#compareWithRead(meeting, read)
  }

  #measure({ opened }: Meeting, read: readonly Stated[]): AsyncGenerator<void, Measurement> {
    return measure(
      opened,
      read.map(({ size }) => size),
    )
  }

  async *#compareWithLost(
    { opened }: Meeting,
    alike: readonly TrackedFile[],
  ): AsyncGenerator<void, Settle | undefined> {
    for (const file of alike) {
      if (!isGone(file.whereabouts.kind)) continue
      const comparison = yield* compare(file, opened, this.#search.surroundingsOf(file))
      if (comparison === 'continues') return { isReading: true, run: () => this.#search.continue(file, opened) }
      if (comparison === 'same') return settleBy(() => this.#search.endSame(file, opened))
    }
    return undefined
  }

  /** A file that begins like the archive is being read, and may be about to vanish. */
  #mayYetBeItsOwn({ whereabouts: { kind } }: TrackedFile, { sinceMs }: Decided): boolean {
    if (isGone(kind) || kind === 'archived') return false
    const mayStay = kind === 'listed' || kind === 'renamed'
    return !mayStay || this.#room.clock() - sinceMs < this.#room.limits.copyWaitMs
  }

  /** If it has no more than was read it is left out, and so is the part of it that a finished generation had. */
  async *#compareWithRead(meeting: Meeting, read: readonly Stated[]): AsyncGenerator<void, Settle> {
    const content = yield* this.#measure(meeting, read)
    if (hasOne(read, content)) return this.#leaveOutLater(meeting, content, 'copied')
    const longestFirst = meeting.finished.toSorted((one, other) => other.size - one.size)
    const part = longestFirst.find(({ size, digest }) => digest !== undefined && content.digests.get(size) === digest)
    if (part === undefined) return { isReading: true, run: () => this.#begin(meeting) }
    yield* wind(meeting.opened, part.size)
    return { isReading: true, run: () => this.#begin(meeting, { offset: part.size, digest: part.digest! }) }
  }

  #leaveOutLater(meeting: Meeting, content: Stated, as: 'copied' | 'skipped'): Settle {
    return settleBy(() => this.#leaveOut(meeting, content, as))
  }

  /** It becomes a known generation, of which nothing is left to read. */
  #leaveOut({ found, opened }: Meeting, { size, digest }: Stated, as: 'copied' | 'skipped'): void {
    const { trackedFiles, archivedFiles, account } = this.#room
    if (trackedFiles.at(found.look.place) !== undefined) return
    this.#takeBack(found)
    const { bytes } = opened.head
    const file = trackedFiles.begin({ ...found, look: { ...found.look, size } }, { kind: 'archived' })
    file.leaveOut(as, { mark: makeMark(size, Buffer.alloc(0), digest), head: makeMark(bytes.length, bytes) })
    // Without a digest the mark fits any content.
    if (digest === undefined) file.evidence.replaceMarks([])
    if (as === 'skipped') this.#skipped.set(placeOf(found), file)
    else account.noteCopy('archive', size)
    trackedFiles.rememberPosition(file)
    trackedFiles.noteEvidence(file, as === 'copied' ? ARCHIVE_OF_READ : NEW)
    archivedFiles.keep(file, opened)
  }

  /** It was skipped while it was being written, and has other bytes now. */
  #takeBack(found: FoundFile): void {
    const file = this.#skipped.get(placeOf(found))
    this.#skipped.delete(placeOf(found))
    if (file?.whereabouts.kind !== 'missing') return
    file.progress.takeBackSkipped()
    this.#room.trackedFiles.end(file, 'replaced')
  }

  /** A generation of its own, with the path of the archive. */
  async #begin({ found, opened }: Meeting, read?: Prefix): Promise<void> {
    const { trackedFiles, archivedFiles, log } = this.#room
    const { path, group } = found
    if (trackedFiles.at(found.look.place) !== undefined) return opened.handle.close()
    this.#takeBack(found)
    const look = await lookInside(opened)
    log.info({ path, bytes: look.size }, 'reading a compressed file')
    const file = trackedFiles.begin({ path, group, look }, { kind: 'archived' })
    if (read !== undefined) await this.#passRead(file, opened, read)
    await archivedFiles.read(file, opened)
  }

  async #passRead(file: TrackedFile, opened: OpenedArchive, read: Prefix): Promise<void> {
    const candidate = { handle: opened.handle, look: await lookInside(opened) }
    await skipPart(this.#room.trackedFiles, file, { candidate, as: 'copied', upTo: read })
    this.#room.account.noteCopy('archive', read.offset)
  }
}

function isStated({ size, digest }: Stated, stated: Stated): boolean {
  return digest !== undefined && stated.digest === digest && size % 2 ** 32 === stated.size
}

function hasOne(read: readonly Stated[], content: Stated): boolean {
  return read.some(({ size, digest }) => size === content.size && digest === content.digest)
}

/** The archive itself was left out before, by its size on disk. */
function isLeftOut(
  { identity, size, digest }: FinishedGeneration,
  { found: { look }, stated }: OpenedArchive,
): boolean {
  if (size === 0 || digest !== undefined || size !== stated.size) return false
  return identity.inode === look.inode && identity.birthNs === look.birthNs && identity.birthNs !== '0'
}

function keyOf(found: FoundFile): string {
  return `${placeOf(found)}:${stampOf(found.look)}`
}

function placeOf({ look }: FoundFile): string {
  return `${look.place}:${look.birthNs}`
}
