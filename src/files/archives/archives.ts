import { open } from 'node:fs/promises'
import type { FileGroup } from '../contract.ts'
import type { Findings } from '../look/discoverer.ts'
import type { FoundFile } from '../look/file-looks.ts'
import { toSystemPath } from '../look/file-name.ts'
import { readFully } from '../look/identity.ts'
import type { GroupOf, KnownArchives } from '../match/contract.ts'
import type { SiblingIndex } from '../match/siblings.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { ArchivedFiles, type ArchiveParts } from './archived-files.ts'
import { ArchiveJobs } from './archive-jobs.ts'
import { kindOf, MAGIC_BYTES } from './content/archive-kind.ts'
import { isArchiveName } from '../look/archive-name.ts'
import { GenerationSearch } from './generation-search.ts'
import { StuckArchives } from './stuck-archives.ts'
import { UnknownArchives } from './unknown-archives.ts'

/** Archives that are open and read at the same time: each takes a few MiB. Those with lines to be sent again come first. */
const MAX_READ_AT_ONCE = 4

/** The compressed files among those that are found, and the generations that continue in compressed files. */
export class Archives implements KnownArchives {
  readonly #parts: ArchiveParts
  readonly #jobs = new ArchiveJobs()
  readonly #archivedFiles: ArchivedFiles
  readonly #search: GenerationSearch
  readonly #unknown: UnknownArchives
  /** By place and birth: files that have the name of an archive and are text. */
  #texts: ReadonlyMap<string, boolean> = new Map()
  #found: readonly FoundFile[] = []
  #isFirstTime = true
  /** The group of a path before the change of groups since the last look. */
  #before: GroupOf | undefined

  constructor(parts: ArchiveParts) {
    this.#parts = parts
    this.#archivedFiles = new ArchivedFiles(parts)
    const stuck = new StuckArchives(parts)
    const room = { ...parts, jobs: this.#jobs, stuck, archivedFiles: this.#archivedFiles }
    this.#search = new GenerationSearch(room)
    this.#unknown = new UnknownArchives(room, this.#search)
  }

  get leftOut(): number {
    return this.#unknown.leftOut
  }

  /** As `ReturningFiles.expect`. */
  expect(before: GroupOf): void {
    if (!this.#isFirstTime) this.#before = before
  }

  /** Returns the findings without the archives. A file that has the name of one, and whose first bytes are text, is not one. */
  async sort(findings: Findings): Promise<Findings> {
    const named = findings.files.filter(({ path }) => isArchiveName(path))
    const texts = await this.#findTexts(named)
    const archives = named.filter(found => texts.get(keyOf(found)) !== true)
    this.#texts = texts
    this.#found = archives
    this.#archivedFiles.note(new Map(archives.map(found => [found.look.place, found])), findings.isComplete)
    if (archives.length === 0) return findings
    const left = new Set(archives)
    return { ...findings, files: findings.files.filter(found => !left.has(found)) }
  }

  /** Each is read once, when it has enough bytes. */
  async #findTexts(named: readonly FoundFile[]): Promise<ReadonlyMap<string, boolean>> {
    const texts = new Map<string, boolean>()
    for (const found of named) {
      const key = keyOf(found)
      const isText = this.#texts.get(key) ?? (await readIsText(found.path))
      if (isText !== undefined) texts.set(key, isText)
    }
    return texts
  }

  attend(file: TrackedFile): Promise<void> {
    return this.#archivedFiles.attend(file)
  }

  searchAgain(file: TrackedFile): Promise<void> {
    return this.#archivedFiles.searchAgain(file)
  }

  isAwaited(file: TrackedFile): boolean {
    return this.#search.isAwaited(file)
  }

  /** After all other files of a look are known. */
  async search(siblings: SiblingIndex, unread: ReadonlySet<TrackedFile>): Promise<void> {
    await this.#search.search(siblings, unread)
    await this.#unknown.meet(this.#found, this.#chooseStart())
    this.#isFirstTime = false
    this.#before = undefined
  }

  /** Decompresses for a while, beside the reading of files. True where the next look should come soon. */
  async work(): Promise<boolean> {
    const hasWorked = await this.#jobs.work(MAX_READ_AT_ONCE - this.#archivedFiles.readCount)
    return hasWorked && !this.#jobs.isEmpty
  }

  /** Between two reads. */
  async settle(): Promise<void> {
    await this.#jobs.settle()
  }

  async close(): Promise<void> {
    await this.#jobs.close()
  }

  /** Those that are there when archives of a group are read for the first time may be left out. */
  #chooseStart(): (found: FoundFile) => boolean {
    const { registry, trackedFiles } = this.#parts
    const before = this.#before
    if (before === undefined && (!this.#isFirstTime || registry.lostState === 'resend')) return () => false
    const known = new Set<FileGroup>()
    for (const file of trackedFiles.all()) if (isArchiveName(file.listedPath)) known.add(file.group)
    const isFresh = (group: FileGroup) => group.startPosition === 'end' && !known.has(group)
    if (before !== undefined) return ({ group, path }) => isFresh(group) && before(path)?.archives !== true
    return registry.lostState === 'end' ? () => true : ({ group }) => isFresh(group)
  }
}

function keyOf({ look }: FoundFile): string {
  return `${look.place}:${look.birthNs}`
}

/** Undefined while it has too few bytes, or cannot be read. */
async function readIsText(path: string): Promise<boolean | undefined> {
  const file = await open(toSystemPath(path)).catch(() => undefined)
  const magic = await (file && readFully(file, 0, MAGIC_BYTES))?.catch(() => undefined)
  await file?.close()
  const kind = magic === undefined ? 'unknown' : kindOf(magic)
  return kind === 'unknown' ? undefined : kind === 'text'
}
