import type { Dirent } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readDirectory, toSystemPath } from '../look/file-name.ts'
import { lookAt, type FileLook } from '../look/identity.ts'
import type { TrackedFile } from '../tracked-file.ts'

/** A directory with more entries is not searched for a file that has no unread line as far as it is known: one may go at each look. */
const MAX_ENTRIES = 10_000
/** Of a file that may have unread lines: such a search takes seconds. */
const MAX_ENTRIES_FOR_LINES = 200_000
/** Directories in it that are searched, too. */
const MAX_DIRECTORIES = 32
const MAX_STATS_AT_ONCE = 16
const CLOSED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR'])

export interface Sibling {
  readonly path: string
  readonly look: FileLook
}

interface Listing {
  readonly byPlace: ReadonlyMap<string, Sibling>
  readonly isComplete: boolean
  readonly isTooLarge: boolean
}

interface FilesBelow {
  readonly paths: readonly string[]
  /** False where a directory may be listed, but just now could not be. */
  readonly isComplete: boolean
}

/** All regular files of directories and of those in them, whether a pattern matches them or not: a file that left its name may be among them. */
export class SiblingIndex {
  readonly #listings = new Map<string, Promise<Listing>>()
  /** That of smaller directories. */
  readonly #smaller: SiblingIndex | undefined
  #forLines: SiblingIndex | undefined

  constructor(smaller?: SiblingIndex) {
    this.#smaller = smaller
  }

  /** For a file that may have unread lines. */
  get forLines(): SiblingIndex {
    return (this.#forLines ??= new SiblingIndex(this))
  }

  /** `left`: what an earlier run saw of it, and neither read nor sent. */
  for({ unread, progress }: TrackedFile, left = 0): SiblingIndex {
    return unread > 0 || progress.owed > 0 || left > 0 ? this.forLines : this
  }

  async find(directory: string, place: string): Promise<Sibling | undefined> {
    return (await this.list(directory)).get(place)
  }

  /** By place. Empty where the directory is gone or too large. */
  async list(directory: string): Promise<ReadonlyMap<string, Sibling>> {
    return (await this.#lookThrough(directory)).byPlace
  }

  /** Those of several directories, each once. */
  async listAll(directories: Iterable<string>): Promise<readonly Sibling[]> {
    const all = new Map<string, Sibling>()
    for (const directory of directories)
      for (const [place, sibling] of await this.list(directory)) all.set(place, sibling)
    return [...all.values()]
  }

  async areComplete(directories: Iterable<string>): Promise<boolean> {
    for (const directory of directories) if (!(await this.isComplete(directory))) return false
    return true
  }

  /** False where the directory, or a file in it, could not be looked at: a file that was not found may be there nevertheless. */
  async isComplete(directory: string): Promise<boolean> {
    return (await this.#lookThrough(directory)).isComplete
  }

  #lookThrough(directory: string): Promise<Listing> {
    const known = this.#listings.get(directory)
    if (known !== undefined) return known
    const smaller = this.#smaller
    const listing = smaller ? this.#lookFurther(directory, smaller) : lookThrough(directory, MAX_ENTRIES)
    this.#listings.set(directory, listing)
    return listing
  }

  async #lookFurther(directory: string, smallerIndex: SiblingIndex): Promise<Listing> {
    const smaller = await smallerIndex.#lookThrough(directory)
    return smaller.isTooLarge ? lookThrough(directory, MAX_ENTRIES_FOR_LINES) : smaller
  }
}

async function lookThrough(directory: string, maxEntries: number): Promise<Listing> {
  const byPlace = new Map<string, Sibling>()
  const entries = await readDirectory(directory).catch(unlessGone)
  if (entries === 'unseen') return { byPlace, isComplete: false, isTooLarge: false }
  const isTooLarge = entries !== undefined && entries.length > maxEntries
  if (entries === undefined || isTooLarge) return { byPlace, isComplete: true, isTooLarge }
  const siblings = await lookAtAll(filesOf(directory, entries))
  const below = await listBelow(directory, entries)
  const areTooMany = entries.length + below.paths.length > maxEntries
  const others = areTooMany ? [] : await lookAtAll(below.paths)
  // The nearest is the likeliest, so it comes first.
  for (const sibling of [...siblings, ...others]) {
    if (sibling !== undefined && sibling !== 'unseen') byPlace.set(sibling.look.place, sibling)
  }
  const isComplete = below.isComplete && !siblings.includes('unseen')
  return { byPlace, isComplete, isTooLarge: areTooMany }
}

/** The files of the directories in a directory, such as `olddir old` of logrotate makes. Those that are closed to the agent are left out. */
async function listBelow(directory: string, entries: readonly Dirent[]): Promise<FilesBelow> {
  const names = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.')).slice(0, MAX_DIRECTORIES)
  const paths: string[] = []
  let isComplete = true
  for (const { name } of names) {
    const path = join(directory, name)
    const found = await readDirectory(path).catch(unlessClosed)
    if (found === 'unseen') isComplete = false
    else paths.push(...filesOf(path, found))
  }
  return { paths, isComplete }
}

function filesOf(directory: string, entries: readonly Dirent[]): readonly string[] {
  return entries.filter(entry => entry.isFile()).map(({ name }) => join(directory, name))
}

async function lookAtAll(paths: readonly string[]): Promise<readonly (Sibling | 'unseen' | undefined)[]> {
  const siblings: (Sibling | 'unseen' | undefined)[] = []
  for (let start = 0; start < paths.length; start += MAX_STATS_AT_ONCE) {
    siblings.push(...(await Promise.all(paths.slice(start, start + MAX_STATS_AT_ONCE).map(lookAtSibling))))
  }
  return siblings
}

async function lookAtSibling(path: string): Promise<Sibling | 'unseen' | undefined> {
  const stats = await stat(toSystemPath(path), { bigint: true }).catch(unlessGone)
  if (stats === 'unseen') return 'unseen'
  return stats?.isFile() ? { path, look: lookAt(stats) } : undefined
}

/** A path that is gone has no file; with any other failure it may have one. */
function unlessGone({ code }: NodeJS.ErrnoException): 'unseen' | undefined {
  return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'unseen'
}

/** Directories of others lie beside logs, and stay closed; a shortage of descriptors ends. */
function unlessClosed({ code = '' }: NodeJS.ErrnoException): 'unseen' | readonly Dirent[] {
  return CLOSED.has(code) ? [] : 'unseen'
}

/** Where the text of a file may be under another name: beside it and, behind a link, beside the link. */
export function directoriesOf({
  realPath,
  listedPath,
}: Pick<TrackedFile, 'realPath' | 'listedPath'>): readonly string[] {
  return [...new Set([dirname(realPath), dirname(listedPath)])]
}
