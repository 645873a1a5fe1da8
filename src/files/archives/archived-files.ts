import { stat } from 'node:fs/promises'
import type { FoundFile } from '../look/file-looks.ts'
import { toSystemPath } from '../look/file-name.ts'
import { lookAt } from '../look/identity.ts'
import type { MatchParts } from '../match/contract.ts'
import { describeArchive } from '../match/evidence-words.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { ArchiveHandle } from './content/archive-handle.ts'
import { lookInside, type FoundArchive, type OpenedArchive } from './opened-archive.ts'

export type ArchiveParts = Omit<MatchParts, 'briefOpen' | 'identifier'>

/** The generations that are in archives: those that are read there, and those of which nothing is left to read. */
export class ArchivedFiles {
  readonly #parts: ArchiveParts
  /** Each with its archive as it was when its content was measured. */
  readonly #inside = new Map<TrackedFile, FoundArchive>()
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
    this.#inside.set(file, opened.found)
    await harvester.adopt(file, opened.handle)
    file.see(await lookInside(opened), clock())
    file.reading.noteFinal()
    if (file.isFollowed) ready.add(file)
    trackedFiles.noteEvidence(file, describeArchive(opened.found.path))
  }

  /** All of the generation is read, or left out, and the archive stays there. */
  keep(file: TrackedFile, archive: FoundArchive): void {
    this.#inside.set(file, archive)
  }

  /** At each look. */
  async attend(file: TrackedFile): Promise<void> {
    const archive = this.#inside.get(file)
    const { handle } = file
    if (archive !== undefined && handle instanceof ArchiveHandle) return this.#attendOpen(file, archive, handle)
    const size = await this.#findSize(file)
    if (size === 'unseen') return
    if (archive !== undefined && size === archive.look.size) return this.#endIfQuiet(file)
    if (size === undefined) this.#end(file)
    else await this.searchAgain(file)
  }

  async #attendOpen(file: TrackedFile, { look }: FoundArchive, handle: ArchiveHandle): Promise<void> {
    const { harvester, ready, trackedFiles } = this.#parts
    const stats = await handle.statArchive()
    if (Number(stats.size) !== look.size) return this.searchAgain(file)
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

  /** Of the compressed file; undefined where it is gone. */
  async #findSize({ place, path }: TrackedFile): Promise<number | 'unseen' | undefined> {
    const found = this.#found.get(place!)
    if (found !== undefined) return found.look.size
    const stats = await stat(toSystemPath(path), { bigint: true }).catch(() => undefined)
    const look = stats && lookAt(stats)
    if (look?.place === place) return look?.size
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
    const { trackedFiles, ready } = this.#parts
    ready.delete(file)
    trackedFiles.end(file, 'read', 'deleted') // padding at most
  }
}
