// Reading of a newcomer begins behind bytes that were read in another file.
import { isPlaced } from '../whereabouts.ts'
import type { FoundFile } from '../look/file-looks.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { Candidate } from './candidate.ts'
import type { MatchParts } from './contract.ts'
import { describeFinding, NEW } from './evidence-words.ts'
import type { Holds } from './holds.ts'
import type { Finding } from './identifier.ts'
import { passOver, skipPart, type Skip } from './skip-part.ts'
import { findEndOfShared } from './unchanged-part.ts'

export interface Newcomer {
  readonly found: FoundFile
  readonly candidate: Candidate
  /** The tracked file, if it is held back already. */
  readonly held?: TrackedFile
}

/** A generation of which a newcomer has the bytes. */
export interface Known {
  readonly file: TrackedFile
  readonly finding: Exclude<Finding, 'unfinished'>
}

export class TakeOver {
  readonly #parts: MatchParts
  readonly #holds: Holds

  constructor(parts: MatchParts, holds: Holds) {
    this.#parts = parts
    this.#holds = holds
  }

  /** Follows a file from its first byte on. */
  begin(found: FoundFile, evidence = NEW): TrackedFile {
    const { trackedFiles, ready, clock } = this.#parts
    const file = trackedFiles.begin(found)
    trackedFiles.noteEvidence(file, evidence)
    file.see(found.look, clock())
    ready.add(file)
    return file
  }

  /** False where the newcomer turns out to be new. */
  async continue(known: Known, newcomer: Newcomer): Promise<boolean> {
    const { trackedFiles } = this.#parts
    const { path } = known.file
    if (!(await this.#take(known, newcomer))) return false
    const taken = trackedFiles.at(newcomer.found.look.place)
    if (taken !== undefined) trackedFiles.noteEvidence(taken, describeFinding(known.finding, path))
    return true
  }

  #take({ file, finding }: Known, newcomer: Newcomer): Promise<boolean> {
    if (finding.verdict === 'earlier copy') return this.#skipCopied(file, newcomer, finding)
    if (finding.verdict === 'copy') return this.#moveInto(file, newcomer, 'copy')
    return file.place === undefined ? this.#moveInto(file, newcomer, 'successor') : this.#replace(file, newcomer)
  }

  /**
   * It has the name of a file that was deleted since the last look: editors and `sed -i` write a new file and rename it.
   * What is acked is not sent again; what is in both and was not read yet is read here, where it stays.
   */
  async #replace(replaced: TrackedFile, newcomer: Newcomer): Promise<boolean> {
    const { handle } = replaced
    if (handle === undefined || !(await this.#parts.harvester.isIntact(replaced))) return false
    const { candidate } = newcomer
    const sharedEnd = await findEndOfShared(replaced, handle, candidate)
    if (replaced.settled > replaced.reading.textStart) await this.#beginBehind(replaced, newcomer)
    else if (newcomer.held === undefined) this.begin(newcomer.found)
    else this.#holds.end(newcomer.held)
    // Lines that are to be sent again come from where they were.
    const mayPassOver = sharedEnd > replaced.position && replaced.progress.owed === 0
    if (mayPassOver) await passOver(this.#parts.trackedFiles, replaced, { candidate, upTo: { offset: sharedEnd } })
    return true
  }

  async #beginBehind({ settled: from }: TrackedFile, newcomer: Newcomer): Promise<void> {
    const { account, identifier, log } = this.#parts
    const { found, candidate } = newcomer
    const text = 'a file was replaced by one that begins like it; continuing behind the acked lines'
    log.info({ path: found.path, from }, text)
    const digest = await identifier.digests.find(candidate, from)
    await this.skip(newcomer, { as: 'copied', upTo: { offset: from, ...(digest !== undefined && { digest }) } })
    account.noteCopy('successor', from)
  }

  /** The bytes behind it may be the copy's own: a line that comes twice can be seen, one that never comes cannot. */
  async #skipCopied(file: TrackedFile, newcomer: Newcomer, { upTo }: Known['finding']): Promise<boolean> {
    const { found, held } = newcomer
    if (upTo === undefined) return false
    this.#parts.log.info({ original: file.path, copy: found.path }, 'recognised a copy that was read already')
    await this.skip(newcomer, { as: 'copied', upTo })
    this.#parts.account.noteCopy('earlier copy', upTo.offset)
    if (held !== undefined) this.#holds.end(held)
    return true
  }

  /** The copy continues where the original ended: same ids, same offsets. */
  async #moveInto(file: TrackedFile, { found, held }: Newcomer, reason: 'copy' | 'successor'): Promise<boolean> {
    const { account, trackedFiles, harvester, ready, clock, log } = this.#parts
    const { path: original, position } = file
    log.info({ original, copy: found.path, position }, 'recognised a copy; reading it from where the original was left')
    const present = held?.whereabouts
    const isNameGone = present !== undefined && isPlaced(present) && held?.hasNoListedName === true
    const whereabouts = isNameGone ? present : { kind: 'renamed' as const, sinceMs: clock() }
    account.countInherited(reason, position)
    const lostBytes = file.progress.endAt(found.look.size)
    if (lostBytes > 0) log.error({ path: original, lostBytes }, 'the unread end of a file was cut off')
    const handle = held && this.#holds.dissolve(held)
    trackedFiles.place(file, found, whereabouts)
    if (handle !== undefined) await harvester.adopt(file, handle)
    file.see(found.look, clock())
    ready.add(file)
    return true
  }

  async skip({ found, candidate, held }: Newcomer, { as, upTo }: Pick<Skip, 'as' | 'upTo'>): Promise<void> {
    const { clock, ready } = this.#parts
    const file = held ?? this.begin(found)
    await skipPart(this.#parts.trackedFiles, file, { candidate, as, upTo })
    file.see(candidate.look, clock())
    if (file.unread === 0) ready.delete(file)
  }
}
