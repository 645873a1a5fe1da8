import { statSync, type BigIntStats } from 'node:fs'

/** Text that differs between two states of a file; with the ctime, since a file that has become readable counts as changed. */
export function describeLook({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

/** Undefined where there is nothing, or a directory. */
export function lookAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined || stats.isDirectory() ? undefined : describeLook(stats)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // the next reload reports it
  }
}
