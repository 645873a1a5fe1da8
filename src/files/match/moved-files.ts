// Bytes that are still to be read may lie under a name that no pattern matches, beside the one they were written to.
import { basename, dirname, extname } from 'node:path'
import { isArchiveName } from '../look/archive-name.ts'
import { byBirthTime, lookAt } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Answer } from './brief-open.ts'
import type { Candidate } from './candidate.ts'
import type { MatchParts } from './contract.ts'
import { describeFinding } from './evidence-words.ts'
import type { Finding } from './identifier.ts'
import { directoriesOf, type Sibling, type SiblingIndex } from './siblings.ts'
import { isOfOtherBirth, type UsedInodes } from './used-inodes.ts'

interface SearchParts extends MatchParts {
  readonly usedInodes: UsedInodes
}

/** Finds files that were renamed out of all patterns between two runs. Returns those that could not be searched for. */
export async function searchMoved(
  parts: SearchParts,
  siblings: SiblingIndex,
  missing: readonly TrackedFile[],
): Promise<ReadonlySet<TrackedFile>> {
  const unseen = new Set<string>()
  const unsearched = new Set<TrackedFile>()
  for (const file of await order(missing, siblings)) {
    const { formerPlace } = file
    if (formerPlace === undefined) continue
    if (!unseen.has(formerPlace) && (await searchFor(parts, siblings, file)) === 'unseen') unseen.add(formerPlace)
    if (!unseen.has(formerPlace)) continue
    file.noteUnseen(true)
    unsearched.add(file)
  }
  return unsearched
}

/**
 * Of several generations of one inode, that whose birth time fits comes first, and then the newest: an old one that was never
 * read fits any bytes.
 */
async function order(missing: readonly TrackedFile[], siblings: SiblingIndex): Promise<readonly TrackedFile[]> {
  const [fitting, others]: [TrackedFile[], TrackedFile[]] = [[], []]
  for (const file of missing.toReversed()) {
    const sibling = await siblings.find(dirname(file.realPath), file.formerPlace ?? '')
    if (sibling !== undefined && isOfOtherBirth(file, sibling)) others.push(file)
    else fitting.push(file)
  }
  return [...fitting, ...others]
}

async function searchFor(parts: SearchParts, siblings: SiblingIndex, file: TrackedFile): Promise<Answer> {
  const directory = dirname(file.realPath)
  const sibling = await siblings.find(directory, file.formerPlace ?? '')
  if (sibling === undefined) return (await siblings.isComplete(directory)) ? 'no' : 'unseen'
  if (isArchiveName(sibling.path) || parts.trackedFiles.at(sibling.look.place) !== undefined) return 'no'
  const finding = await identifySibling(parts, file, sibling)
  if (finding === 'unseen') return 'unseen'
  const { verdict } = finding
  const ofAnother = verdict === 'same' ? await isOfAnother(parts, file, sibling) : 'no'
  if (ofAnother !== 'no') return ofAnother === 'yes' ? 'no' : 'unseen'
  if (verdict === 'same') return followAway(parts, file, { ...sibling, evidence: describeFinding(finding, file.path) })
  if (verdict === 'rewritten' || verdict === 'shortened') markTruncated(parts, file, sibling)
  return 'no'
}

/** Its inode was used again. */
async function isOfAnother(
  { briefOpen, usedInodes }: SearchParts,
  file: TrackedFile,
  sibling: Sibling,
): Promise<Answer> {
  if (!isOfOtherBirth(file, sibling)) return 'no'
  const { path } = sibling
  return briefOpen.into(sibling, async candidate =>
    (await usedInodes.isOfAnother(file, { path, candidate })) ? 'yes' : 'no',
  )
}

/** The file is there, with other bytes: a copy may have those that were not read yet. */
function markTruncated({ account, trackedFiles }: MatchParts, file: TrackedFile, { look }: Sibling): void {
  account.truncations++
  trackedFiles.noteTruncated(file, look)
}

/**
 * Finds the copies of files that were truncated before they were read to the end. Each is searched for until all could be
 * looked at.
 */
export async function searchCopies(parts: MatchParts, siblings: SiblingIndex): Promise<void> {
  for (const file of parts.trackedFiles.truncated()) {
    // Of a file that is not followed, only journaled lines are wanted.
    if (file.isCopySearched || (!file.isFollowed && file.progress.journaled === undefined)) continue
    const answer = await searchCopyOf(file, parts, siblings)
    file.noteCopySearch(answer === 'unseen' ? 'unseen' : 'complete')
  }
}

async function searchCopyOf(file: TrackedFile, parts: MatchParts, all: SiblingIndex): Promise<Answer> {
  const siblings = all.for(file, parts.trackedFiles.leftOf(file))
  let isComplete = await siblings.areComplete(directoriesOf(file))
  for (const sibling of await listYoungestFirst(file, siblings)) {
    const isSought = parts.groupOf(sibling.path) === undefined && mayBeItsCopy(file, sibling)
    if (!isSought || parts.trackedFiles.at(sibling.look.place) !== undefined) continue
    const answer = await followCopy(parts, file, sibling)
    if (answer === 'yes') return 'yes'
    if (answer === 'unseen') isComplete = false
  }
  return isComplete ? 'no' : 'unseen'
}

async function followCopy(parts: MatchParts, file: TrackedFile, sibling: Sibling): Promise<Answer> {
  const finding = await identifySibling(parts, file, sibling)
  if (finding === 'unseen') return 'unseen'
  if (finding.verdict !== 'copy') return 'no'
  const answer = await followAway(parts, file, { ...sibling, evidence: describeFinding(finding, file.path) })
  if (answer === 'yes') noteCopy(file, parts)
  return answer
}

/** Of several rotated files that begin alike, the copy is the one that was made last. */
async function listYoungestFirst(file: TrackedFile, siblings: SiblingIndex): Promise<readonly Sibling[]> {
  return (await siblings.listAll(directoriesOf(file))).toSorted(byBirthTime).toReversed()
}

function noteCopy({ path: copy, position }: TrackedFile, { log, account }: MatchParts): void {
  log.info({ copy, position }, 'found the copy of a truncated file; reading it from where the original was left')
  account.countInherited('copy', position)
}

function mayBeItsCopy(file: TrackedFile, { path, look }: Sibling): boolean {
  const names = [file.realPath, file.listedPath]
  const isNamedAlike = names.some(name => basename(path).startsWith(basename(name, extname(name))))
  return isNamedAlike && !isArchiveName(path) && file.formerPlace !== look.place && (file.size > 0 || file.knownEnd > 0)
}

async function identifySibling(
  { identifier, briefOpen }: MatchParts,
  file: TrackedFile,
  sibling: Sibling,
): Promise<Exclude<Finding, 'unfinished'> | 'unseen'> {
  const verdict = identifier.identifyUnread(file, sibling)
  if (verdict !== undefined) return { verdict, content: 'not read' }
  let finding: Finding | undefined
  await briefOpen.into(sibling, async candidate => {
    finding = await identifier.identify(file, { path: sibling.path, candidate })
    return 'yes'
  })
  return finding === undefined || finding === 'unfinished' ? 'unseen' : finding
}

interface Recognised extends Sibling {
  readonly evidence: string
}

/** Follows a file to its end under a name that no pattern matches. `unseen`: it has been renamed, or cannot be opened just now. */
async function followAway(parts: MatchParts, file: TrackedFile, sibling: Recognised): Promise<'yes' | 'unseen'> {
  const { trackedFiles, ready, clock, harvester } = parts
  // It is open before anything of it is noted, and from now on: no later look would find it by its name.
  const opened = await openSibling(parts, sibling)
  if (opened === undefined) return 'unseen'
  const { handle, look } = opened
  trackedFiles.place(file, { path: sibling.path, look }, { kind: 'unlisted', sinceMs: clock() })
  trackedFiles.noteEvidence(file, sibling.evidence)
  await harvester.adopt(file, handle)
  if (file.isFollowed && file.see(look, clock())) ready.add(file)
  return 'yes'
}

/** Undefined where it has been renamed, or cannot be opened just now: the next look that compares it logs why. */
async function openSibling({ harvester }: MatchParts, { path, look }: Sibling): Promise<Candidate | undefined> {
  const handle = await harvester.openBriefly(path).catch(() => undefined)
  const now = await handle?.stat({ bigint: true }).then(lookAt, () => undefined)
  if (handle !== undefined && now?.place === look.place) return { handle, look: now }
  await handle?.close()
  return undefined
}
