import { stat } from 'node:fs/promises'
import type { FoundFile } from '../look/file-looks.ts'
import { toSystemPath } from '../look/file-name.ts'
import { isBirthCompatible, isSameState, lookAt, type FileLook } from '../look/identity.ts'
import type { MatchParts } from '../match/contract.ts'
import { describeArchive } from '../match/evidence-words.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { ArchiveHandle } from './content/archive-handle.ts'
import { isRewritten, lookInside, type FoundArchive, type OpenedArchive } from './opened-archive.ts'

export type ArchiveParts = Omit<MatchParts, 'briefOpen' | 'identifier'>

/** An archive as it was when its content was measured, or left out. */
type Measured = Pick<OpenedArchive, 'found' | 'trailer'>

/** The generations that are in archives: those that are read there, and those of which nothing is left to read. */
export class ArchivedFiles {
  readonly #parts: ArchiveParts
  readonly #inside = new Map<TrackedFile, Measured>()
  /** By place: the archives that the last look has found by the patterns. */
  #found: ReadonlyMap<string, FoundFile> = new Map()
  #isComplete = false

  constructor(parts: ArchiveParts) {
    this.#parts = parts
  }

  /** Generations of which bytes are still to be read. */
  get readCount(): number {
    let count = 0
    for (const file of this.#inside.keys()) if (file.handle !== undefined) count++
    return count
  }

  note(found: ReadonlyMap<string, FoundFile>, isComplete: boolean): void {
    this.#found = found
    this.#isComplete = isComplete
    for (const file of this.#inside.keys()) if (file.whereabouts.kind !== 'archived') this.#inside.delete(file)
  }

  /** From now on the generation, which has the archive's place already, is read there. Its end is the end of the archive. */
  async read(file: TrackedFile, opened: OpenedArchive): Promise<void> {
    const { harvester, ready, clock, trackedFiles } = this.#parts
    this.keep(file, opened)
    await harvester.adopt(file, opened.handle)
    file.see(await lookInside(opened), clock())
    file.reading.noteFinal()
    if (file.isFollowed) ready.add(file)
    trackedFiles.noteEvidence(file, describeArchive(opened.found.path))
  }

  /** All of the generation is read, or left out, and the archive stays there. */
  keep(file: TrackedFile, { found, trailer }: Measured): void {
    this.#inside.set(file, { found, trailer })
  }

  /** At each look. */
  async attend(file: TrackedFile): Promise<void> {
    const measured = this.#inside.get(file)
    const { handle } = file
    if (measured !== undefined && handle instanceof ArchiveHandle) return this.#attendOpen(file, measured.found, handle)
    const found = await this.#find(file)
    if (found === 'unseen') return
    if (found === undefined) this.#end(file)
    else if (measured === undefined) await this.searchAgain(file)
    else await this.#attendClosed(file, measured, found)
  }

  /** A change of its name alone changes its state, too. */
  async #attendClosed(file: TrackedFile, measured: Measured, { path, look }: FoundArchive): Promise<void> {
    const before = measured.found.look
    if (look.size !== before.size) return this.searchAgain(file)
    if (!isSameState(look, before)) {
      const hasChanged = await isRewritten(measured, path).catch(() => undefined) // asked again at the next look
      if (hasChanged === true) return this.searchAgain(file)
      if (hasChanged === false) this.keep(file, { ...measured, found: { path, look } })
    }
    this.#endIfQuiet(file)
  }

  async #attendOpen(file: TrackedFile, { look }: FoundArchive, handle: ArchiveHandle): Promise<void> {
    const { harvester, ready, trackedFiles } = this.#parts
    const stats = await handle.statArchive()
    const isUnlike = file.trouble !== undefined && !isSameState(lookAt(stats), look)
    if (Number(stats.size) !== look.size || isUnlike) return this.searchAgain(file)
    if (!file.progress.hasUnreadText && file.progress.owed === 0) {
      ready.delete(file)
      await harvester.close(file)
      return this.#endIfQuiet(file)
    }
    if (file.trouble !== undefined) ready.add(file)
    if (stats.nlink > 0n) return
    // It is read to its end as any deleted file is.
    trackedFiles.noteDeleted(file)
  }

  /** Undefined where it is gone. */
  async #find({ place, path, identity }: TrackedFile): Promise<FoundArchive | 'unseen' | undefined> {
    const isIt = (look: FileLook) => look.place === place && isBirthCompatible(look.birthNs, identity.birthNs)
    const found = this.#found.get(place!)
    if (found !== undefined) return isIt(found.look) ? found : undefined
    const look = await lookIfThere(path)
    if (look === 'unseen' || (look !== undefined && isIt(look))) return look === 'unseen' ? look : { path, look }
    return this.#isComplete ? undefined : 'unseen'
  }

  /** Archives that a pattern matches stay known for as long as they are there, since all of them are read. */
  #endIfQuiet(file: TrackedFile): void {
    const { clock, limits } = this.#parts
    const stays = this.#found.get(file.place!)?.group.archives === true
    if (!stays && clock() - file.changedAtMs >= limits.renamedQuietMs) this.#end(file)
  }

  /** The archive has changed: the generation is searched for as one whose file is gone. */
  async searchAgain(file: TrackedFile): Promise<void> {
    const { harvester, ready, trackedFiles } = this.#parts
    ready.delete(file)
    await harvester.close(file)
    trackedFiles.noteMissing(file)
  }

  #end(file: TrackedFile): void {
    const { trackedFiles, ready, log } = this.#parts
    const { path } = file
    ready.delete(file)
    const lostBytes = trackedFiles.end(file, 'read', 'deleted')
    if (lostBytes > 0) log.error({ path, lostBytes }, 'a file vanished before it was read to its end')
  }
}

async function lookIfThere(path: string): Promise<FileLook | 'unseen' | undefined> {
  try {
    return lookAt(await stat(toSystemPath(path), { bigint: true }))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'unseen'
  }
}
