import { HEAD_BYTES, type FileLook } from '../look/identity.ts'
import { directoriesOf, type Sibling, type SiblingIndex } from '../match/siblings.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { isGone, type Whereabouts } from '../whereabouts.ts'
import type { Job, Settle } from './archive-jobs.ts'
import { isArchiveName } from '../look/archive-name.ts'
import { compare, isInside, type Surroundings } from './compare-archive.ts'
import type { ArchiveRoom } from './contract.ts'
import { lookInside, openArchive, type FoundArchive, type OpenedArchive } from './opened-archive.ts'
import { relatePaths } from './related-names.ts'

/** The archives that may have a generation's bytes. */
interface Awaited {
  readonly archives: readonly FoundArchive[]
  /** None of them has them, but some could not be read. Otherwise they are being compared. */
  readonly isStuck: boolean
}

/** Finds generations whose file is gone in the archives beside it. */
export class GenerationSearch {
  readonly #room: ArchiveRoom
  readonly #awaited = new Map<TrackedFile, Awaited>()
  /** Those without an archive, by the whereabouts in which they were searched for. */
  readonly #searched = new WeakMap<TrackedFile, Whereabouts>()

  #unread: ReadonlySet<TrackedFile> = new Set()

  constructor(room: ArchiveRoom) {
    this.#room = room
  }

  /** By place: archives that may be those of a generation whose file is gone. */
  listAwaited(): ReadonlySet<string> {
    return new Set([...this.#awaited.values()].flatMap(({ archives }) => archives.map(({ look }) => look.place)))
  }

  /** Its file is there, and cannot be read just now. */
  isUnread(file: TrackedFile): boolean {
    return this.#unread.has(file)
  }

  /** True for a generation whose bytes may be in an archive: it is not given up. */
  isAwaited(file: TrackedFile): boolean {
    return this.#awaited.has(file)
  }

  /** Once for each generation, and again while an archive changes. */
  async search(siblings: SiblingIndex, unread: ReadonlySet<TrackedFile>): Promise<void> {
    this.#unread = unread
    for (const file of this.#awaited.keys()) if (!isGone(file.whereabouts.kind)) this.#awaited.delete(file)
    for (const file of this.#room.trackedFiles.unplaced()) {
      const isWanted = (file.isFollowed || file.progress.owed > 0) && !isEmpty(file)
      const isOpen = isWanted && !this.isUnread(file) && this.#searched.get(file) !== file.whereabouts
      if (isOpen && this.#mustWait(file)) file.noteUnseen(true)
      else if (isOpen && (await this.#isDue(file))) await this.#searchFor(file, siblings)
      if (!isWanted) this.#awaited.delete(file)
      if (this.#awaited.has(file)) file.noteUnseen(true)
    }
  }

  /** A generation of which little was read, or nothing, may have any archive that is not another's. */
  #mustWait({ knownEnd }: TrackedFile): boolean {
    if (knownEnd >= HEAD_BYTES) return false
    return [...this.#awaited].some(([other, { isStuck }]) => other.knownEnd >= HEAD_BYTES && !isStuck)
  }

  async #isDue(file: TrackedFile): Promise<boolean> {
    const awaited = this.#awaited.get(file)
    if (awaited === undefined) return true
    if (!awaited.isStuck) return false
    for (const { path } of awaited.archives) if (await this.#room.stuck.isWorthATry(path)) return true
    return false
  }

  async #searchFor(file: TrackedFile, all: SiblingIndex): Promise<void> {
    const siblings = all.for(file, this.#room.trackedFiles.leftOf(file))
    const directories = directoriesOf(file)
    const listed = await siblings.listAll(directories)
    const candidates = chooseCandidates(file, listed)
    const free = candidates.filter(({ look }) => this.#room.trackedFiles.at(look.place) === undefined)
    if (free.length > 0) {
      this.#awaited.set(file, { archives: free, isStuck: false })
      return this.#room.jobs.add(() => this.#compareAll(file, free), file.progress.owed > 0)
    }
    this.#awaited.delete(file)
    // Otherwise it may be where the look could not look.
    if (!file.isUnseen && (await siblings.areComplete(directories))) this.#giveUp(file)
    else file.noteUnseen(true)
  }

  async *#compareAll(file: TrackedFile, candidates: readonly FoundArchive[]): Job {
    const stuck: FoundArchive[] = []
    for (const found of candidates) {
      const settle = yield* this.#compareWith(file, found, stuck)
      if (settle !== undefined) return settle
    }
    return settleBy(() => {
      if (stuck.length > 0) this.#awaited.set(file, { archives: stuck, isStuck: true })
      else this.#giveUp(file)
    })
  }

  /** Undefined where it is not the generation's archive. */
  async *#compareWith(
    file: TrackedFile,
    found: FoundArchive,
    stuck: FoundArchive[],
  ): AsyncGenerator<void, Settle | undefined> {
    let opened: OpenedArchive | undefined
    try {
      opened = await openArchive(found)
      if (opened === undefined) return settleBy(() => void this.#awaited.delete(file)) // it has another name by now
      const compared = opened
      const comparison = yield* compare(file, compared, this.surroundingsOf(file))
      this.#room.stuck.forget(found.path)
      if (comparison === 'same') return settleBy(() => this.endSame(file, compared))
      if (comparison === 'other') return undefined
      opened = undefined
      return { isReading: true, run: () => this.continue(file, compared) }
    } catch (error) {
      this.#room.stuck.note(found, error)
      stuck.push(found)
      return undefined
    } finally {
      await opened?.handle.close()
    }
  }

  surroundingsOf(file: TrackedFile): Surroundings {
    const { registry, trackedFiles } = this.#room
    const seenSize = file.size - file.progress.padding + (trackedFiles.leftOf(file) ?? 0)
    return { registry, foundNs: this.#findTime(file), seenSize }
  }

  /** As its record has it, or in this run. */
  #findTime({ beganNs, seenAtMs = 0 }: TrackedFile): bigint {
    return beganNs ?? BigInt(seenAtMs) * 1_000_000n
  }

  /** Reading goes on in the archive: same ids, same offsets. */
  async continue(file: TrackedFile, opened: OpenedArchive): Promise<void> {
    const { trackedFiles, archivedFiles, log } = this.#room
    const { position, path: original } = file
    const { found } = opened
    this.#awaited.delete(file)
    const isWanted = this.#isLost(file) && (file.isFollowed || file.progress.owed > 0)
    if (!isWanted || trackedFiles.at(found.look.place) !== undefined) return opened.handle.close()
    const look = await lookInside(opened)
    log.info(
      { original, archive: found.path, position },
      'a file was compressed before it was read; reading its archive',
    )
    this.#reportCut(file, look)
    trackedFiles.archive(file, { path: found.path, look })
    const lostBytes = file.progress.endAt(look.size)
    if (lostBytes > 0) log.error({ path: original, lostBytes }, 'the unread end of a file was cut off')
    await archivedFiles.read(file, opened)
  }

  #isLost(file: TrackedFile): boolean {
    return isGone(file.whereabouts.kind) && !this.isUnread(file)
  }

  /** As of a file that is back: what an earlier run saw behind its end were lines that it did not read, or NULs. */
  #reportCut(file: TrackedFile, { size }: FileLook): void {
    const { trackedFiles, log } = this.#room
    const { path, whereabouts } = file
    const bytes = whereabouts.kind === 'missing' ? trackedFiles.countCut(file, size) : 0
    if (bytes > 0) log.warn({ path, bytes }, 'a file is shorter than when it was last seen')
  }

  /** The archive has all that was read, and no more. */
  endSame(file: TrackedFile, opened: OpenedArchive): void {
    const { trackedFiles, archivedFiles, groupOf } = this.#room
    const { found } = opened
    this.#awaited.delete(file)
    if (!this.#isLost(file)) return
    const group = groupOf(found.path)
    if (group?.archives !== true || trackedFiles.at(found.look.place) !== undefined)
      return void trackedFiles.end(file, 'read', 'deleted') // padding at most
    trackedFiles.archive(file, { ...found, group })
    archivedFiles.keep(file, opened)
  }

  #giveUp(file: TrackedFile): void {
    this.#awaited.delete(file)
    this.#searched.set(file, file.whereabouts)
    // A copy may still come for a truncated one.
    if (file.whereabouts.kind !== 'missing') return
    const lostBytes = this.#room.trackedFiles.loseUnread(file, 'deleted')
    if (lostBytes > 0)
      this.#room.log.error({ path: file.path, lostBytes }, 'a file vanished before it was read to its end')
  }
}

/** Nothing of it was ever seen, so that any content would fit. */
function isEmpty({ size, knownEnd, isFromRegistry, progress: { recordedSize } }: TrackedFile): boolean {
  const seenBefore = recordedSize ?? (isFromRegistry ? Infinity : 0) // a record of the first edition has no size
  return size === 0 && knownEnd === 0 && seenBefore === 0
}

export function settleBy(run: Settle['run']): Settle {
  return { isReading: false, run }
}

/** The likeliest first: those that were made after the original, the oldest of them first. */
function chooseCandidates(file: TrackedFile, siblings: Iterable<Sibling>): readonly FoundArchive[] {
  // Another archive may have got the inode of the file.
  const isFormer = ({ look }: Sibling) => look.place === file.formerPlace && isInside(file, { look })
  const candidates = [...siblings].filter(
    one => isArchiveName(one.path) && (isFormer(one) || relatePaths(one.path, file) !== 'none'),
  )
  const rank = (one: Sibling) => {
    const { look } = one
    return [
      isFormer(one) ? 0n : 1n,
      BigInt(look.birthNs) < BigInt(file.identity.birthNs) ? 1n : 0n,
      BigInt(look.birthNs),
    ]
  }
  return candidates.toSorted((one, other) => compareLists(rank(one), rank(other)))
}

function compareLists(one: readonly bigint[], other: readonly bigint[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  if (at === -1) return 0
  return one[at]! < other[at]! ? -1 : 1
}
