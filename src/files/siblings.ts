import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lookAt, type FileLook } from './identity.ts'

/** More entries than this are not looked through for one file that moved. */
const MOST_ENTRIES = 10_000

export interface Sibling {
  readonly path: string
  readonly look: FileLook
}

/** All regular files of directories, whether a pattern matches them or not: where a file went that left its name. */
export class SiblingIndex {
  readonly #listings = new Map<string, Promise<ReadonlyMap<string, Sibling>>>()

  async find(directory: string, place: string): Promise<Sibling | undefined> {
    return (await this.list(directory)).get(place)
  }

  /** By place. Empty where the directory is gone or too large. */
  list(directory: string): Promise<ReadonlyMap<string, Sibling>> {
    const known = this.#listings.get(directory)
    if (known !== undefined) return known
    const listing = lookThrough(directory)
    this.#listings.set(directory, listing)
    return listing
  }
}

async function lookThrough(directory: string): Promise<ReadonlyMap<string, Sibling>> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((): Dirent[] => []) // gone with its files
  const byPlace = new Map<string, Sibling>()
  if (entries.length > MOST_ENTRIES) return byPlace
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(directory, entry.name)
    const stats = await stat(path, { bigint: true }).catch(() => undefined) // gone since: not where the file went
    if (stats === undefined || !stats.isFile()) continue
    const look = lookAt(stats)
    byPlace.set(look.place, { path, look })
  }
  return byPlace
}
