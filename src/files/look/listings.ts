import type { BigIntStats, Dirent } from 'node:fs'
import { join } from 'node:path'
import { readDirectory } from './file-name.ts'
import type { Glob } from './glob.ts'

/** File systems count time in steps of up to two seconds: a later change may leave a younger time as it is. */
const MIN_AGE_NS = 3_000_000_000n

/** False where a directory may change and keep the time that it has. `nowMs`: since 1970. */
export function isSettledAt(nowMs: number, { ctimeNs }: BigIntStats): boolean {
  return BigInt(nowMs) * 1_000_000n - ctimeNs > MIN_AGE_NS
}

export interface Listing {
  /** In the order of their names. */
  readonly matches: readonly string[]
  /** Directories, and links that may lead to one, below which there may be matches. */
  readonly ways: readonly string[]
  /** The matches that are symbolic links. */
  readonly links: readonly string[]
}

export interface ListingsOptions {
  readonly glob: Glob
  readonly isExcluded: (path: string) => boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

interface Kept {
  readonly changedNs: bigint
  readonly inode: bigint
  readonly listing: Listing
}

/** The directories that one pattern leads through. One that did not change since its last listing is not listed again. */
export class Listings {
  readonly #options: ListingsOptions
  #kept = new Map<string, Kept>()
  #before: ReadonlyMap<string, Kept> = new Map()

  constructor(options: ListingsOptions) {
    this.#options = options
  }

  /** Directories that are not asked for until the next beginning are forgotten then. */
  begin(): void {
    this.#before = this.#kept
    this.#kept = new Map()
  }

  /** `stats` are the directory's, from before this call. Rejects where it cannot be listed. */
  async list(directory: string, stats: BigIntStats, isLocal: boolean): Promise<Listing> {
    const { ctimeNs: changedNs, ino: inode } = stats
    const before = this.#before.get(directory)
    const isSame = before?.changedNs === changedNs && before.inode === inode
    if (isSame) this.#kept.set(directory, before)
    if (isSame) return before.listing
    const isSettled = isLocal && isSettledAt(this.#options.clock(), stats)
    const listing = this.#sort(directory, await readDirectory(directory))
    if (isSettled) this.#kept.set(directory, { changedNs, inode, listing })
    return listing
  }

  #sort(directory: string, entries: readonly Dirent[]): Listing {
    const { glob, isExcluded } = this.#options
    const matches: string[] = []
    const ways: string[] = []
    const links: string[] = []
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name)
      const isMatch = !entry.isDirectory() && glob.matches(path) && !isExcluded(path)
      if (isMatch) matches.push(path)
      if (isMatch && entry.isSymbolicLink()) links.push(path)
      if ((entry.isDirectory() || entry.isSymbolicLink()) && glob.mayHold(path)) ways.push(path)
    }
    return { matches, ways, links }
  }
}
