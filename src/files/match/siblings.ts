import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lookAt, type FileLook } from '../look/identity.ts'

/** A directory with more entries is not searched. */
const MAX_ENTRIES = 10_000

export interface Sibling {
  readonly path: string
  readonly look: FileLook
}

interface Listing {
  readonly byPlace: ReadonlyMap<string, Sibling>
  readonly isComplete: boolean
}

/** All regular files of directories, whether a pattern matches them or not: a file that left its name may be among them. */
export class SiblingIndex {
  readonly #listings = new Map<string, Promise<Listing>>()

  async find(directory: string, place: string): Promise<Sibling | undefined> {
    return (await this.list(directory)).get(place)
  }

  /** By place. Empty where the directory is gone or too large. */
  async list(directory: string): Promise<ReadonlyMap<string, Sibling>> {
    return (await this.#lookThrough(directory)).byPlace
  }

  /** False where the directory, or a file in it, could not be looked at: a file that was not found may be there nevertheless. */
  async isComplete(directory: string): Promise<boolean> {
    return (await this.#lookThrough(directory)).isComplete
  }

  #lookThrough(directory: string): Promise<Listing> {
    const known = this.#listings.get(directory)
    if (known !== undefined) return known
    const listing = lookThrough(directory)
    this.#listings.set(directory, listing)
    return listing
  }
}

async function lookThrough(directory: string): Promise<Listing> {
  const byPlace = new Map<string, Sibling>()
  const entries = await readdir(directory, { withFileTypes: true }).catch(unlessGone)
  if (entries === 'unseen') return { byPlace, isComplete: false }
  if (entries === undefined || entries.length > MAX_ENTRIES) return { byPlace, isComplete: true }
  let isComplete = true
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(directory, entry.name)
    const stats = await stat(path, { bigint: true }).catch(unlessGone)
    if (stats === 'unseen') isComplete = false
    if (stats === 'unseen' || stats === undefined || !stats.isFile()) continue
    const look = lookAt(stats)
    byPlace.set(look.place, { path, look })
  }
  return { byPlace, isComplete }
}

/** A path that is gone has no file; with any other failure it may have one. */
function unlessGone({ code }: NodeJS.ErrnoException): 'unseen' | undefined {
  return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'unseen'
}
