import { readdir, stat } from 'node:fs/promises'
import type { Owner } from './find-owner.ts'

/** The sizes of the files that a process has open, by `device:inode`. */
export type OpenFiles = ReadonlyMap<string, number>

/** None where no process runs; undefined where the system does not show them, or not to this user. */
export async function findOpenFiles(owner: Owner | undefined): Promise<OpenFiles | undefined> {
  if (owner === undefined) return new Map()
  if (owner.kind === 'unknown' || !owner.isOnThisHost) return undefined
  const directory = `/proc/${owner.pid}/fd`
  const descriptors = await readdir(directory).catch(() => undefined)
  if (descriptors === undefined) return undefined
  const open = new Map<string, number>()
  for (const descriptor of descriptors) {
    // One that was closed meanwhile is not open.
    const stats = await stat(`${directory}/${descriptor}`, { bigint: true }).catch(() => undefined)
    if (stats?.isFile() === true) open.set(`${stats.dev}:${stats.ino}`, Number(stats.size))
  }
  return open
}
