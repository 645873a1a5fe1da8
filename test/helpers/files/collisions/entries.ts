import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { textEnd, toSystem } from './colliding-files.ts'

/** A file as it is just now. */
export interface Entry {
  readonly paths: readonly string[]
  /** Device and inode, and when it was made: another file may get them later. */
  readonly place: string
  readonly birthNs: bigint
  readonly changedNs: bigint
  /** Without NULs at the end, over which lines may be written. Those in an archive, as they were before. */
  readonly bytes: Buffer
  /** A pattern matches one of its names, and it is not an archive. */
  readonly isListed: boolean
  /** A symbolic link leads to it. */
  readonly isLinked: boolean
  /** NULs are at its end. */
  readonly isReserved: boolean
  readonly isArchive: boolean
}

/** The files that are there, each once. */
export function readEntries(root: string): readonly Entry[] {
  const directories = ['logs', 'logs/old', 'logs/deep', 'logs/deep/old', 'pods'].map(name => join(root, name))
  const names = directories.flatMap(readNames)
  return [...Map.groupBy(names, ({ place }) => place).values()].map(merge)
}

export function findEntry(entries: readonly Entry[], path: string): Entry | undefined {
  return entries.find(({ paths }) => paths.includes(path))
}

/** Without threads: it is done very often. */
function readNames(directory: string): readonly Entry[] {
  const all = readdirSync(toSystem(directory), { encoding: 'buffer', withFileTypes: true })
  const files = all.filter(one => one.isFile() || one.isSymbolicLink())
  const names = files.map(one => readName(join(directory, one.name.toString('latin1')), one.isSymbolicLink()))
  return names.filter(name => name !== undefined)
}

/** Undefined where a link leads to nothing. */
function readName(path: string, isLinked: boolean): Entry | undefined {
  const stats = statSync(toSystem(path), { bigint: true, throwIfNoEntry: false })
  if (!stats?.isFile()) return undefined
  const raw = readFileSync(toSystem(path))
  const isArchive = path.endsWith('.gz')
  const bytes = isArchive ? gunzipSync(raw) : raw
  return {
    paths: [path],
    place: `${stats.ino}:${stats.birthtimeNs}`,
    birthNs: stats.birthtimeNs,
    changedNs: stats.ctimeNs,
    bytes: bytes.subarray(0, textEnd(bytes)),
    isReserved: textEnd(bytes) < bytes.length,
    isListed: isListed(path),
    isLinked,
    isArchive,
  }
}

function merge(names: readonly Entry[]): Entry {
  const paths = names.flatMap(name => name.paths)
  const isOneListed = names.some(name => name.isListed)
  return { ...names[0]!, paths, isListed: isOneListed, isLinked: names.some(name => name.isLinked) }
}

function isListed(path: string): boolean {
  const name = basename(path)
  return !/\/(?:old|pods)\//.test(path) && name.includes('.log') && !/^\.|\.old$|\.gz$/.test(name)
}
