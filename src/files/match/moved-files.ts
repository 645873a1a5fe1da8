// Bytes that are still to be read may lie under a name that no pattern matches, beside the one they were written to.
import { basename, dirname, extname } from 'node:path'
import { isBirthCompatible } from '../look/identity.ts'
import { holdsAllOf, isCopyByCause, isOldEnough, surelyHoldsAllOf } from './file-match.ts'
import { isRotatedName } from './rotated-name.ts'
import type { MatchParts } from './contract.ts'
import type { Answer } from './brief-open.ts'
import type { Sibling, SiblingIndex } from './siblings.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** Finds files that were renamed out of all patterns between two runs. Returns those that could not be searched for. */
export async function searchMoved(
  parts: MatchParts,
  siblings: SiblingIndex,
  missing: readonly TrackedFile[],
): Promise<ReadonlySet<TrackedFile>> {
  // The newest of several generations of one inode comes first: an old one that was never read fits any bytes.
  const unseen = new Set<string>()
  const unsearched = new Set<TrackedFile>()
  for (const file of missing.toReversed()) {
    const { formerPlace } = file
    if (formerPlace === undefined) continue
    if (!unseen.has(formerPlace) && (await searchFor(parts, siblings, file)) === 'unseen') unseen.add(formerPlace)
    if (!unseen.has(formerPlace)) continue
    file.noteUnseen(true)
    unsearched.add(file)
  }
  return unsearched
}

async function searchFor(parts: MatchParts, siblings: SiblingIndex, file: TrackedFile): Promise<Answer> {
  const directory = dirname(file.path)
  const sibling = await siblings.find(directory, file.formerPlace ?? '')
  if (sibling === undefined) return (await siblings.isComplete(directory)) ? 'no' : 'unseen'
  if (!isBirthCompatible(sibling.look.birthNs, file.identity.birthNs)) return 'no'
  const answer = await followAway(parts, file, sibling)
  if (answer === 'no') markTruncated(parts, file, sibling)
  return answer
}

/** The file is there, with other bytes: a copy may have those that were not read yet. */
function markTruncated({ account, trackedFiles }: MatchParts, file: TrackedFile, { look }: Sibling): void {
  const { birthNs } = file.identity
  if (birthNs === '0' || birthNs !== look.birthNs || trackedFiles.at(look.place) !== undefined) return
  account.truncations++
  trackedFiles.noteTruncated(file, look)
}

/**
 * Finds the copies of files that were truncated before they were read to the end. Each is searched for until all could be
 * looked at. Of a file that is named as a rotated one, less evidence is asked for than of a file that a pattern matches:
 * nothing of the copy would be sent otherwise.
 */
export async function searchCopies(parts: MatchParts, siblings: SiblingIndex): Promise<void> {
  for (const file of parts.trackedFiles.truncated()) {
    // Of a file that is not followed, only journaled lines are wanted.
    if (file.isCopySearched || (!file.isFollowed && file.journaled === undefined)) continue
    const answer = await searchCopyOf(file, parts, siblings)
    file.noteCopySearch(answer === 'unseen' ? 'unseen' : 'complete')
  }
}

async function searchCopyOf(file: TrackedFile, parts: MatchParts, siblings: SiblingIndex): Promise<Answer> {
  const directory = dirname(file.path)
  let isComplete = await siblings.isComplete(directory)
  for (const sibling of (await siblings.list(directory)).values()) {
    if (parts.groupOf(sibling.path) !== undefined || !mayBeItsCopy(file, sibling)) continue
    const answer = await followAway(parts, file, sibling)
    if (answer === 'unseen') isComplete = false
    if (answer === 'yes') {
      noteCopy(file, parts)
      return 'yes'
    }
  }
  return isComplete ? 'no' : 'unseen'
}

function noteCopy({ path: copy, position }: TrackedFile, { log, account }: MatchParts): void {
  log.info({ copy, position }, 'found the copy of a truncated file; reading it from where the original was left')
  account.copies++
  account.copied += position
  account.seen += position
}

function mayBeItsCopy(file: TrackedFile, { path, look }: Sibling): boolean {
  const isNamedAlike = basename(path).startsWith(basename(file.path, extname(file.path)))
  return isNamedAlike && file.formerPlace !== look.place && isOldEnough(file, look)
}

/** A file that was found and never read has no bytes to compare: then inode and birth time decide. */
function isUnreadSame({ position, journaled, identity }: TrackedFile, { look }: Sibling): boolean {
  if (position !== 0 || journaled !== undefined || identity.birthNs === '0') return false
  return identity.inode === look.inode && identity.device === look.device && identity.birthNs === look.birthNs
}

/**
 * False where more evidence than a few bytes is needed: by its name another file is not a rotated one, or no time excludes
 * other files than the copy, since the file was truncated in an earlier run.
 */
function isLikely({ path, whereabouts }: TrackedFile, sibling: Sibling): boolean {
  if (whereabouts.kind !== 'truncated') return true
  return whereabouts.truncatedByNs !== undefined && isRotatedName(basename(sibling.path), basename(path))
}

/** Follows a file to its end under a name that no pattern matches, if it is the one. */
async function followAway(parts: MatchParts, file: TrackedFile, sibling: Sibling): Promise<Answer> {
  const { trackedFiles, ready, clock, harvester, briefOpen } = parts
  if (trackedFiles.at(sibling.look.place) !== undefined) return 'no'
  const holds = isLikely(file, sibling) ? holdsAllOf : surelyHoldsAllOf
  const answer =
    isUnreadSame(file, sibling) || isCopyByCause(file, sibling)
      ? 'yes'
      : await briefOpen.into(sibling, candidate => holds(file, candidate))
  if (answer !== 'yes') return answer
  trackedFiles.place(file, sibling, { kind: 'unlisted', sinceMs: clock() })
  // It stays open from now on: no later look would find it by its name.
  const look = await harvester.look(file)
  if (look === undefined) {
    trackedFiles.noteMissing(file)
    return 'unseen'
  }
  if (file.isFollowed && file.see(look, clock())) ready.add(file)
  return 'yes'
}
