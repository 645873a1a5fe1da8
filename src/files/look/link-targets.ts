import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fromSystemName, toSystemPath } from './file-name.ts'

const MAX_AT_ONCE = 16

export interface LinkTargets {
  /** By path of the link: the path of its file without links. */
  readonly targets: ReadonlyMap<string, string>
  /** The directories of these files, each with its place. */
  readonly directories: ReadonlyMap<string, string>
}

export async function isLink(path: string): Promise<boolean> {
  const stats = await lstat(toSystemPath(path)).catch(() => undefined)
  return stats?.isSymbolicLink() === true
}

/** Where links lead. One that leads nowhere is left out. */
export async function findLinkTargets(links: readonly string[]): Promise<LinkTargets> {
  const targets = new Map<string, string>()
  const directories = new Map<string, string>()
  for (let start = 0; start < links.length; start += MAX_AT_ONCE) {
    const some = links.slice(start, start + MAX_AT_ONCE)
    const found = await Promise.all(some.map(findTarget))
    some.forEach((path, index) => {
      const target = found[index]
      if (target !== undefined) targets.set(path, target)
    })
  }
  for (const directory of new Set([...targets.values()].map(target => dirname(target)))) {
    const stats = await stat(toSystemPath(directory), { bigint: true }).catch(() => undefined)
    if (stats !== undefined) directories.set(directory, placeOf(stats))
  }
  return { targets, directories }
}

/** An inode that was freed and used again is another directory. */
export function placeOf({ dev, ino, birthtimeNs }: { dev: bigint; ino: bigint; birthtimeNs: bigint }): string {
  return `${dev}:${ino}:${birthtimeNs}`
}

async function findTarget(path: string): Promise<string | undefined> {
  const target = await realpath(toSystemPath(path), 'buffer').catch(() => undefined)
  return target === undefined ? undefined : fromSystemName(target)
}
