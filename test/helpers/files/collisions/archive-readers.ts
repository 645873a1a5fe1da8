import { basename, dirname, join } from 'node:path'
import { countEqual, startsWith, type Generation } from './generations.ts'
import type { Instance } from './instances.ts'

/** How many files may be continued in archives and have these lines there that they had nowhere else. */
export function countReaders(archived: readonly Instance[], generations: readonly Generation[]): number {
  const files = generations.filter(one => !one.isArchive && isSought(one))
  const isReader = (one: Generation) =>
    archived.some(
      ({ generation, line }) => begins(generation, one) && countEqual(one.bytes, generation.bytes) < line.end,
    )
  return files.filter(isReader).length
}

/** Its bytes are gone from its place, or no pattern matches its name any more. */
function isSought({ goneAt, rewritten, isListed }: Generation): boolean {
  return goneAt !== undefined || rewritten !== undefined || !isListed
}

/** The archive is named as one of the same log, and begins with all that was read of the file. */
function begins(archive: Generation, { bytes, takenTo, firstPaths, paths }: Generation): boolean {
  const logs = new Set([...firstPaths, ...paths].map(toLog))
  return archive.paths.some(path => logs.has(toLog(path))) && startsWith(archive.bytes, bytes.subarray(0, takenTo))
}

/** The path of the log that a rotated file or an archive was made of. */
function toLog(path: string): string {
  return join(dirname(path), basename(path).replace(/\.log\..*/, '.log'))
}
