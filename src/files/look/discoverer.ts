import type { BigIntStats, Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import type { FileGroup } from '../contract.ts'
import { compileExcludes, compileGlobs, type Glob } from './glob.ts'
import { lookAt, type FileLook } from './identity.ts'

/** The thread pool can do as many without starving reads. */
const MAX_PARALLEL_LOOKS = 16

export interface FoundFile {
  readonly path: string
  readonly group: FileGroup
  readonly look: FileLook
}

export interface Findings {
  /** In the order of groups, then of names; a file under several names comes several times. */
  readonly files: readonly FoundFile[]
  /** Where files that match are, or may appear. */
  readonly directories: ReadonlySet<string>
  /** False where a path could not be looked at: a file that was not found may be there nevertheless. */
  readonly isComplete: boolean
}

interface CompiledGroup {
  readonly group: FileGroup
  readonly globs: readonly Glob[]
  readonly isExcluded: (path: string) => boolean
}

/** Finds the files of all groups. A path that cannot be followed or looked at is logged once. */
export class Discoverer {
  #groups: readonly CompiledGroup[]
  readonly #log: Log
  /** Without a limit: with one, more paths than that would be logged again at each scan. */
  readonly #once = new Once(Infinity)
  #refused: ReadonlySet<string> = new Set()

  constructor(groups: readonly FileGroup[], log: Log) {
    this.#log = log
    this.#groups = groups.map(compileGroup)
  }

  get groups(): readonly FileGroup[] {
    return this.#groups.map(({ group }) => group)
  }

  /** From now on finds the files of these groups. Must not be called during a scan. */
  follow(groups: readonly FileGroup[]): void {
    this.#groups = groups.map(compileGroup)
  }

  async scan(): Promise<Findings> {
    const walk: Walk = { paths: new Map(), directories: new Set(), refused: new Set(), isComplete: true }
    for (const compiled of this.#groups) {
      for (const glob of compiled.globs) await this.#walk(glob, compiled, walk)
    }
    const files = await this.#lookAtAll(walk)
    for (const path of this.#refused) if (!walk.refused.has(path)) this.#once.forget(path)
    this.#refused = walk.refused
    return { files, directories: walk.directories, isComplete: walk.isComplete }
  }

  groupOf(path: string): FileGroup | undefined {
    return findGroup(this.#groups, path)
  }

  /** Returns a `groupOf` that keeps to the present groups after a change. */
  rememberGroups(): (path: string) => FileGroup | undefined {
    const groups = this.#groups
    return path => findGroup(groups, path)
  }

  async #walk(glob: Glob, compiled: CompiledGroup, walk: Walk): Promise<void> {
    if (glob.isLiteral) {
      walk.directories.add(dirname(glob.pattern))
      if (!compiled.isExcluded(glob.pattern)) addPath(walk, glob.pattern, compiled.group)
    } else {
      await this.#walkDirectory(glob.base, [], { glob, compiled, walk })
    }
  }

  async #walkDirectory(directory: string, above: readonly string[], task: Task): Promise<void> {
    const { glob, compiled, walk } = task
    walk.directories.add(directory)
    for (const entry of await this.#list(directory, walk)) {
      const path = join(directory, entry.name)
      const isFollowed = glob.matches(path) && !entry.isDirectory() && !compiled.isExcluded(path)
      if (isFollowed) addPath(walk, path, compiled.group)
      if ((entry.isDirectory() || entry.isSymbolicLink()) && glob.mayHold(path)) await this.#descend(path, above, task)
    }
  }

  /** Goes into a directory, unless a link led back to one that is being walked. */
  async #descend(path: string, above: readonly string[], task: Task): Promise<void> {
    const stats = await stat(path, { bigint: true }).catch(() => undefined) // a dangling link, or gone since: nothing to walk
    if (stats === undefined || !stats.isDirectory()) return
    const place = lookAt(stats).place
    if (!above.includes(place)) await this.#walkDirectory(path, [...above, place], task)
  }

  async #list(directory: string, walk: Walk): Promise<readonly Dirent[]> {
    try {
      const entries = await readdir(directory, { withFileTypes: true })
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        walk.isComplete = false
        this.#logOnce(walk, directory, `the directory cannot be listed (${code}); it is tried again at each look`)
      }
      return []
    }
  }

  async #lookAtAll(walk: Walk): Promise<FoundFile[]> {
    const files: FoundFile[] = []
    const paths = [...walk.paths]
    for (let start = 0; start < paths.length; start += MAX_PARALLEL_LOOKS) {
      const some = paths.slice(start, start + MAX_PARALLEL_LOOKS)
      const found = await Promise.all(some.map(entry => this.#lookAt(entry, walk)))
      files.push(...found.filter(file => file !== undefined))
    }
    return files
  }

  async #lookAt([path, group]: readonly [string, FileGroup], walk: Walk): Promise<FoundFile | undefined> {
    try {
      const stats = await stat(path, { bigint: true })
      if (stats.isFile()) return { path, group, look: lookAt(stats) }
      this.#logOnce(walk, path, `it is ${describeKind(stats)}, and only regular files are followed`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      walk.isComplete = false
      this.#logOnce(walk, path, `it cannot be looked at (${code}); it is tried again at each look`)
    }
    return undefined
  }

  #logOnce(walk: Walk, path: string, reason: string): void {
    walk.refused.add(path)
    if (this.#once.isNew(path, reason)) this.#log.warn({ path, reason }, 'a path is not followed')
  }
}

function compileGroup(group: FileGroup): CompiledGroup {
  return { group, globs: group.paths.flatMap(compileGlobs), isExcluded: compileExcludes(group.exclude) }
}

function findGroup(groups: readonly CompiledGroup[], path: string): FileGroup | undefined {
  return groups.find(({ globs, isExcluded }) => !isExcluded(path) && globs.some(glob => glob.matches(path)))?.group
}

interface Walk {
  readonly paths: Map<string, FileGroup>
  readonly directories: Set<string>
  /** Paths that cannot be followed. */
  readonly refused: Set<string>
  isComplete: boolean
}

interface Task {
  readonly glob: Glob
  readonly compiled: CompiledGroup
  readonly walk: Walk
}

/** The first group that matches a path has it. */
function addPath(walk: Walk, path: string, group: FileGroup): void {
  if (!walk.paths.has(path)) walk.paths.set(path, group)
}

function describeKind(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a named pipe (let its writer feed standard input instead, with the path "-")'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
