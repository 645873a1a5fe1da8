import { dirname } from 'node:path'
import type { FilesLimits } from '../contract.ts'
import type { Findings } from '../look/discoverer.ts'
import type { FoundFile } from '../look/file-looks.ts'
import { isBirthCompatible, isSameState, type FileLook } from '../look/identity.ts'
import type { ByteAccount } from '../byte-account.ts'
import type { ReturningFiles } from './returning-files.ts'
import type { LinkGenerations } from './link-generations.ts'
import type { Answer } from './brief-open.ts'
import type { KnownArchives } from './contract.ts'
import { hasOtherBytes } from './other-bytes.ts'
import { leaveOutQuiet } from './quiet-file.ts'
import { isSameFile, isStillSame, type SameFileParts } from './same-file.ts'
import { releaseDeleted } from './release-deleted.ts'
import { NEXT_GENERATION, WRITTEN_OVER } from './evidence-words.ts'
import { SiblingIndex } from './siblings.ts'
import { skipPart } from './skip-part.ts'
import { findEndOfUnchanged } from './unchanged-part.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { isListed, isPlaced } from '../whereabouts.ts'
import type { Log } from '../../telemetry/log.ts'

export interface ReconcilerParts extends SameFileParts {
  readonly returningFiles: ReturningFiles
  readonly linkGenerations: LinkGenerations
  readonly archives: KnownArchives
  /** The file of a path, as this look has found it. */
  readonly find: (path: string) => FoundFile | undefined
  /** A look at a file that is found truncated, with the time of that. */
  readonly dateTruncation: (look: FileLook, intactNs: bigint | undefined) => FileLook
  readonly ready: Set<TrackedFile>
  readonly account: ByteAccount
  readonly limits: FilesLimits
  readonly clock: () => number
  readonly log: Log
}

/** Updates the known files by the findings of a scan. */
export class Reconciler {
  readonly #parts: ReconcilerParts
  /** The files that this look finds deleted, and the one before did not. */
  readonly #deleted = new Set<TrackedFile>()
  /** Files that changed since the last look, as hints have shown. */
  readonly #woken = new WeakSet<TrackedFile>()

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
  }

  async reconcile(findings: Findings): Promise<void> {
    const { trackedFiles, returningFiles, archives, linkGenerations, find } = this.#parts
    const siblings = new SiblingIndex()
    const { others, found } = leaveOutQuiet(findings.files, trackedFiles, find)
    const unclaimed = groupByPlace(found)
    this.#deleted.clear()
    for (const file of others) {
      const place = file.place!
      const names = unclaimed.get(place)
      const isFound = names !== undefined && (await this.#isStillThere(file, names[0]!.look))
      if (!isFound) await this.#miss(file, siblings)
      else if (await this.#see(file, names)) unclaimed.delete(place)
    }
    for (const file of trackedFiles.all()) {
      if (!isListed(file.whereabouts)) file.noteUnseen(!findings.isComplete)
    }
    const unread = await returningFiles.welcome(
      [...unclaimed.values()].map(names => names[0]!),
      { siblings, deleted: this.#deleted },
    )
    await linkGenerations.search(findings, siblings)
    trackedFiles.noteRealPaths(findings.targets)
    await archives.search(siblings, unread)
    returningFiles.reportNotFound()
    for (const file of trackedFiles.unplaced()) this.#endIfOverdue(file)
    await releaseDeleted(this.#parts)
    await this.#closeIdle()
    await this.#openUnread()
  }

  /** Looks at one followed file after a hint. False where that needs a look at everything. */
  wake(file: TrackedFile, look: FileLook): boolean {
    if (!isSameFile(file, look) || file.whereabouts.kind === 'archived') return false
    if (look.size < file.progress.leastSize) return false
    if (!isSameState(look, file.look)) this.#woken.add(file)
    if (file.noteChange(look, this.#parts.clock())) this.#parts.ready.add(file)
    return true
  }

  /** The bytes that were read are gone from the file: its generation is over, and a next one begins at 0. */
  async truncate(file: TrackedFile): Promise<void> {
    const { trackedFiles, account, log, ready, harvester } = this.#parts
    ready.delete(file)
    if (!file.isFollowed) {
      account.truncations++
      await harvester.close(file)
      return trackedFiles.unfollow(file)
    }
    if (file.whereabouts.kind === 'archived') return this.#parts.archives.searchAgain(file)
    const look = (await harvester.look(file)) ?? (await harvester.lookByName(file))
    const seen = look && this.#parts.dateTruncation(look, file.evidence.intactNs)
    if (look !== undefined && (await this.#continueBehindUnchanged(file, look))) return
    account.truncations++
    const { path, position, unread, handle, whereabouts, group } = file
    log.warn({ path, position, unread }, 'a file was truncated or rewritten; reading it from its beginning')
    if (handle === undefined || look === undefined || !isPlaced(whereabouts) || !file.hasNoListedName) {
      await harvester.close(file)
      return trackedFiles.noteTruncated(file, seen)
    }
    // Its name is gone, so no look would find it again: the next generation uses the open handle.
    harvester.release(file)
    trackedFiles.noteTruncated(file, seen)
    const next = trackedFiles.begin({ path, group, look }, whereabouts)
    trackedFiles.noteEvidence(next, NEXT_GENERATION)
    await harvester.adopt(next, handle)
    if (next.see(look, this.#parts.clock())) ready.add(next)
  }

  /** The closing line was written over. The lines from there on are another generation's. */
  async #continueBehindUnchanged(file: TrackedFile, look: FileLook): Promise<boolean> {
    const { trackedFiles, harvester, ready, clock, log } = this.#parts
    const { handle, path, group, whereabouts, position, settled } = file
    if (handle === undefined || !isPlaced(whereabouts) || settled <= file.reading.textStart) return false
    const upTo = await findEndOfUnchanged(file, { handle, look }).catch(() => undefined) // the next read logs why
    if (upTo === undefined) return false
    log.info(
      { path, position, from: upTo.offset },
      'the end of a file was written over; continuing at the last line end before that',
    )
    harvester.release(file)
    trackedFiles.end(file, 'replaced')
    const next = trackedFiles.begin({ path, group, look }, whereabouts)
    await skipPart(trackedFiles, next, { candidate: { handle, look }, as: 'copied', upTo })
    this.#parts.account.noteCopy('written over', upTo.offset)
    trackedFiles.noteEvidence(next, WRITTEN_OVER)
    await harvester.adopt(next, handle)
    next.see(look, clock())
    ready.add(next)
    return true
  }

  /** At the end of a run: the unread bytes of a deleted file go with its descriptor. */
  loseDeleted(): void {
    const { trackedFiles, log } = this.#parts
    for (const file of trackedFiles.placed()) {
      if (file.whereabouts.kind !== 'deleted' || file.unread === 0) continue
      const lostBytes = file.progress.loseUnread('deleted')
      if (lostBytes === 0) continue
      log.error(
        { path: file.path, lostBytes },
        'stopped before a deleted file was read to its end: the rest of it is gone',
      )
    }
  }

  /** An archive is not among the files of a look: one at its place is another file. */
  async #isStillThere(file: TrackedFile, look: FileLook): Promise<boolean> {
    return file.whereabouts.kind !== 'archived' && (await isStillSame(this.#parts, file, look))
  }

  /** False where the file turned out to be truncated, and its place is free for another generation. */
  async #see(file: TrackedFile, names: readonly FoundFile[]): Promise<boolean> {
    const { ready, trackedFiles, clock } = this.#parts
    const found = names.find(({ path }) => path === file.path) ?? names[0]!
    if (found.path !== file.path) trackedFiles.rename(file, found.path)
    if (file.hasNoListedName) trackedFiles.list(file)
    if (!file.isFollowed) file.follow(found.group)
    if (await this.#hasOtherBytes(file, found.look)) {
      await this.truncate(file)
      return trackedFiles.at(found.look.place) !== undefined
    }
    const hasChanged = file.see(found.look, clock())
    if (hasChanged || (file.trouble !== undefined && !file.isHeldBack)) ready.add(file)
    if (file.whereabouts.kind === 'renamed') this.#endIfQuiet(file)
    return true
  }

  #hasOtherBytes(file: TrackedFile, look: FileLook): Promise<boolean> {
    const hasChanged = this.#woken.delete(file) || !isSameState(look, file.look)
    return hasOtherBytes(file, { look, hasChanged }, this.#parts.harvester)
  }

  /** For a file that is at none of its names. */
  async #miss(file: TrackedFile, siblings: SiblingIndex): Promise<void> {
    const { harvester, trackedFiles, log, archives, clock, ready } = this.#parts
    if (file.whereabouts.kind === 'archived') return archives.attend(file)
    if (file.handle === undefined) {
      const answer = await this.#reopen(file, siblings.for(file))
      // It is not known to be gone. The resender has its own limit for how long it waits.
      if (answer === 'unseen') return
      if (answer !== 'yes') return this.#noteMissing(file)
    }
    const look = await harvester.look(file)
    if (look === undefined) return
    if (look.linkCount === 0 && file.whereabouts.kind !== 'deleted') {
      trackedFiles.noteDeleted(file)
      this.#deleted.add(file)
    } else if (look.linkCount > 0 && !file.hasNoListedName) {
      log.debug({ path: file.path }, 'a file was renamed to a name that no pattern matches; reading it to its end')
      trackedFiles.unlist(file)
    }
    if (await this.#hasOtherBytes(file, look)) return this.truncate(file)
    if (file.isFollowed && (file.see(look, clock()) || file.trouble !== undefined)) ready.add(file)
    if (this.#endIfQuiet(file)) await this.#stopReading(file)
  }

  /** Opens a closed file by its present name in its directory. */
  async #reopen(file: TrackedFile, siblings: SiblingIndex): Promise<Answer> {
    const { harvester, trackedFiles } = this.#parts
    const directory = dirname(file.realPath)
    const sibling = await siblings.find(directory, file.place!)
    if (sibling === undefined && !(await siblings.isComplete(directory))) return 'unseen'
    if (sibling === undefined || !isBirthCompatible(sibling.look.birthNs, file.identity.birthNs)) return 'no'
    trackedFiles.unlist(file, sibling.path)
    return (await harvester.look(file)) === undefined ? 'unseen' : 'yes'
  }

  /** For a file that was deleted while it was closed. Its unread bytes may be in an archive. */
  #noteMissing(file: TrackedFile): void {
    const { trackedFiles, ready } = this.#parts
    ready.delete(file)
    trackedFiles.noteMissing(file)
  }

  /** True once a file that left its name is read to its end and was quiet long enough. */
  #endIfQuiet(file: TrackedFile): boolean {
    const { limits, clock, ready } = this.#parts
    const { whereabouts } = file
    if (file.progress.owed > 0 || !isPlaced(whereabouts) || whereabouts.kind === 'listed') return false
    const limitMs = whereabouts.kind === 'deleted' ? limits.deletedQuietMs : limits.renamedQuietMs
    if (clock() - Math.max(file.changedAtMs, whereabouts.sinceMs) < limitMs) return false
    if (!file.progress.hasUnreadText || !file.isFollowed) return true
    if (file.trouble !== undefined && whereabouts.kind === 'deleted') return this.#loseUnreadable(file)
    file.reading.noteFinal()
    ready.add(file)
    return false
  }

  #loseUnreadable(file: TrackedFile): true {
    const { path, trouble: reason } = file
    const lostBytes = file.progress.loseUnread('unreadable')
    this.#parts.log.error({ path, reason, lostBytes }, 'a deleted file could not be read to its end')
    return true
  }

  async #stopReading(file: TrackedFile): Promise<void> {
    const { harvester, trackedFiles, ready } = this.#parts
    ready.delete(file)
    await harvester.close(file)
    if (file.whereabouts.kind !== 'deleted') return trackedFiles.noteMissing(file)
    trackedFiles.end(file, 'read', 'deleted') // padding at most
  }

  /** For a file that was waited for long enough. */
  #endIfOverdue(file: TrackedFile): void {
    const { limits, clock, trackedFiles, archives, log } = this.#parts
    const { whereabouts } = file
    if (whereabouts.kind !== 'missing' && whereabouts.kind !== 'truncated') return
    if (file.progress.owed > 0 || archives.isAwaited(file)) return
    const isTruncated = whereabouts.kind === 'truncated'
    const copyWaitMs = file.isUnseen ? Math.max(limits.copyWaitMs, limits.resendWaitMs) : limits.copyWaitMs
    if (clock() - whereabouts.sinceMs < (isTruncated ? copyWaitMs : limits.forgetMs)) return
    trackedFiles.recallLeft(file)
    const lostBytes = file.progress.loseUnread(isTruncated ? 'truncated' : 'deleted')
    if (lostBytes > 0) log.error({ path: file.path, lostBytes }, isTruncated ? NO_COPY : NOT_BACK)
    // A copy without the lines that are in flight is recognised once they are acked.
    if (file.progress.inFlight === 0) trackedFiles.end(file, isTruncated ? 'truncated' : 'read')
  }

  /** What was seen stays readable, whatever becomes of its name while nothing is read. */
  async #openUnread(): Promise<void> {
    const { trackedFiles, harvester } = this.#parts
    for (const file of trackedFiles.placed()) {
      const isToBeRead = file.isFollowed && file.unread > 0 && !file.reading.isDrained
      if (isToBeRead && !(await harvester.secure(file))) return
    }
  }

  async #closeIdle(): Promise<void> {
    const { trackedFiles, harvester, clock } = this.#parts
    for (const file of trackedFiles.placed()) {
      if (file.handle === undefined || file.hasNoListedName) continue
      const isIdle = clock() - file.changedAtMs >= file.group.deadTimeMs
      const isEnded = file.unread === 0 || (file.reading.isDrained && !file.reading.isFinal)
      if (isIdle && isEnded) await harvester.close(file)
    }
  }
}

const NO_COPY = 'a file was truncated before it was read, and no copy of it was found'
const NOT_BACK = 'a file was not read to its end, and did not come back'

function groupByPlace(files: readonly FoundFile[]): Map<string, FoundFile[]> {
  const byPlace = new Map<string, FoundFile[]>()
  for (const file of files) {
    const names = byPlace.get(file.look.place)
    if (names === undefined) byPlace.set(file.look.place, [file])
    else names.push(file)
  }
  return byPlace
}
