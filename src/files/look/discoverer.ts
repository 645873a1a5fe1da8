import { type BigIntStats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import type { FileGroup } from '../contract.ts'
import { type DirectoryStamps, stampOf } from './directory-stamps.ts'
import { FileLooks, type FoundFile, type Wanted } from './file-looks.ts'
import { toSystemPath } from './file-name.ts'
import { compileExcludes, compileGlobs, type Glob } from './glob.ts'
import type { FileLook } from './identity.ts'
import { findLinkTargets, isLink, placeOf } from './link-targets.ts'
import { isSettledAt, Listings, type Listing } from './listings.ts'
import { LocalDevices } from './local-devices.ts'

const NS_PER_MS = 1_000_000n
/** The clock of a file system goes in steps, and is up to one of them behind that of the machine. */
const FILE_CLOCK_STEP_MS = 10

export interface Findings {
  /** In the order of groups, then of names; a file under several names comes several times. */
  readonly files: readonly FoundFile[]
  /** Where files that match are, or may appear; each with its place, which another directory of the name would not have. */
  readonly directories: ReadonlyMap<string, string>
  /** By path of each symbolic link that matches: the path of its file. */
  readonly targets: ReadonlyMap<string, string>
  /** False where a path could not be looked at: a file that was not found may be there nevertheless. */
  readonly isComplete: boolean
  /** Undefined where changes of the files need not be reported: not all are on a local disk, each under one name and without a link. */
  readonly stamps: DirectoryStamps | undefined
}

interface CompiledGlob {
  readonly glob: Glob
  readonly listings: Listings
  /** Of a pattern without wildcards: itself. */
  readonly named: readonly string[]
}

interface CompiledGroup {
  readonly group: FileGroup
  readonly globs: readonly CompiledGlob[]
  readonly isExcluded: (path: string) => boolean
}

/** Finds the files of all groups. A path that cannot be followed or looked at is logged once. */
export class Discoverer {
  #groups: readonly CompiledGroup[]
  readonly #log: Log
  readonly #clock: () => number
  /** Without a limit: with one, more paths than that would be logged again at each scan. */
  readonly #once = new Once(Infinity)
  readonly #devices = new LocalDevices()
  readonly #looks = new FileLooks(this.#devices)
  /** By path: on which device each directory was at the last scan. */
  #places: ReadonlyMap<string, string> = new Map()
  #refused: ReadonlySet<string> = new Set()

  /** `clock` gives the milliseconds since 1970. */
  constructor(groups: readonly FileGroup[], log: Log, clock: () => number = Date.now) {
    this.#log = log
    this.#clock = clock
    this.#groups = this.#compile(groups)
  }

  get groups(): readonly FileGroup[] {
    return this.#groups.map(({ group }) => group)
  }

  /** From now on finds the files of these groups. Must not be called during a scan. */
  follow(groups: readonly FileGroup[]): void {
    this.#groups = this.#compile(groups)
  }

  async scan(): Promise<Findings> {
    const walk = new Walk()
    for (const compiled of this.#groups) {
      for (const glob of compiled.globs) await this.#walk(glob, compiled, walk)
    }
    const files = await this.#looks.lookAtAll(walk.wanted, {
      noteKind: (path, stats) => this.#noteKind(walk, path, stats),
      noteFailure: (path, error) => this.#noteFailure(walk, path, error),
    })
    for (const path of this.#refused) if (!walk.refused.has(path)) this.#once.forget(path)
    this.#refused = walk.refused
    this.#places = walk.directories
    const links = await findLinkTargets([...walk.links])
    const directories = new Map([...links.directories, ...walk.directories])
    const { areReported } = this.#looks
    const stamps = walk.isComplete && walk.isSteady && areReported && walk.links.size === 0 ? walk.stamps : undefined
    return { files, directories, targets: links.targets, isComplete: walk.isComplete, stamps }
  }

  /** Paths of files that the last scan found otherwise than the one before. */
  get changed(): readonly string[] {
    return this.#looks.changed
  }

  /** As the last scan found it. */
  find(path: string): FoundFile | undefined {
    return this.#looks.find(path)
  }

  /**
   * A look at a file that was truncated since it had the change `intactNs`. A file is shorter before its time of change is set,
   * since freeing the blocks of a long one takes a part of a second: while it has the time from before, or the blocks, it gets the
   * present time, if the clock of its file system is known. A file that is made from now on has a later time.
   */
  dateTruncation(look: FileLook, intactNs: bigint | undefined): FileLook {
    const mayHaveOldTime = look.isShrinking || look.changedNs === intactNs
    if (!mayHaveOldTime || !this.#devices.has(look.device)) return look
    const nowNs = BigInt(this.#clock() - FILE_CLOCK_STEP_MS) * NS_PER_MS
    return nowNs > look.changedNs ? { ...look, changedNs: nowNs } : look
  }

  groupOf(path: string): FileGroup | undefined {
    return findGroup(this.#groups, path)
  }

  /** True where a directory of this path could hold files of a group. */
  mayHold(directory: string): boolean {
    return this.#groups.some(({ globs }) => globs.some(({ glob }) => glob.mayHold(directory)))
  }

  /** Returns a `groupOf` that keeps to the present groups after a change. */
  rememberGroups(): (path: string) => FileGroup | undefined {
    const groups = this.#groups
    return path => findGroup(groups, path)
  }

  #compile(groups: readonly FileGroup[]): readonly CompiledGroup[] {
    return groups.map(group => {
      const isExcluded = compileExcludes(group.exclude)
      const globs = group.paths.flatMap(compileGlobs).map(glob => {
        const named = glob.isLiteral ? [glob.pattern] : []
        return { glob, named, listings: new Listings({ glob, isExcluded, clock: this.#clock }) }
      })
      return { group, globs, isExcluded }
    })
  }

  async #walk(
    { glob, named, listings }: CompiledGlob,
    { group, isExcluded }: CompiledGroup,
    walk: Walk,
  ): Promise<void> {
    const { pattern, base } = glob
    listings.begin()
    const stats = await this.#lookAtBase(glob.isLiteral ? dirname(pattern) : base, walk)
    if (!glob.isLiteral) {
      if (stats !== undefined) await this.#walkDirectory(base, stats, { group, listings, walk, above: [] })
    } else if (!isExcluded(pattern)) {
      walk.named.add(pattern)
      walk.wanted.push({ paths: named, group })
      if (await isLink(pattern)) walk.links.add(pattern)
    }
  }

  /** Where a walk begins; while it is missing, the nearest directory above it is where it will appear. */
  async #lookAtBase(base: string, walk: Walk): Promise<BigIntStats | undefined> {
    try {
      const stats = await this.#lookAtDirectory(base, walk)
      if (stats !== undefined) return stats
    } catch (error) {
      this.#noteUnlisted(walk, base, error as NodeJS.ErrnoException)
    }
    if (base !== dirname(base)) await this.#lookAtBase(dirname(base), walk)
    return undefined
  }

  async #walkDirectory(directory: string, stats: BigIntStats, task: Task): Promise<void> {
    const { listings, walk, group, above } = task
    const { matches, ways, links } = await this.#list(directory, stats, task)
    walk.wanted.push({ paths: matches, group })
    for (const path of links) walk.links.add(path)
    for (const path of ways) {
      const below = await this.#lookAtDirectory(path, walk).catch(() => undefined) // a dangling link, or gone since
      // A link may lead back to a directory that is being walked.
      const place = below && placeOf(below)
      if (below === undefined || above.includes(place!)) continue
      await this.#walkDirectory(path, below, { listings, walk, group, above: [...above, place!] })
    }
  }

  /** Undefined for a path that does not lead to a directory. */
  async #lookAtDirectory(path: string, walk: Walk): Promise<BigIntStats | undefined> {
    const device = this.#places.get(path)?.split(':', 1)[0] ?? ''
    const options = { bigint: true } as const
    const stats = this.#devices.has(device)
      ? statSync(toSystemPath(path), options)
      : await stat(toSystemPath(path), options)
    if (!stats.isDirectory()) return undefined
    await this.#devices.learn(String(stats.dev), path)
    walk.directories.set(path, placeOf(stats))
    walk.stamps.set(path, stampOf(stats))
    walk.isSteady &&= this.#devices.reportsChanges(String(stats.dev)) && isSettledAt(this.#clock(), stats)
    return stats
  }

  async #list(directory: string, stats: BigIntStats, { listings, walk }: Task): Promise<Listing> {
    try {
      return await listings.list(directory, stats, this.#devices.has(String(stats.dev)))
    } catch (error) {
      this.#noteUnlisted(walk, directory, error as NodeJS.ErrnoException)
      return { matches: [], ways: [], links: [] }
    }
  }

  #noteUnlisted(walk: Walk, directory: string, { code }: NodeJS.ErrnoException): void {
    if (code === 'ENOENT' || code === 'ENOTDIR') return
    walk.isComplete = false
    this.#logOnce(walk, directory, `the directory cannot be listed (${code}); it is tried again at each look`)
  }

  #noteKind(walk: Walk, path: string, stats: BigIntStats): void {
    // A wildcard matches directories, and links to them, by the way.
    if (stats.isDirectory() && !walk.named.has(path)) return
    this.#logOnce(walk, path, `it is ${describeKind(stats)}, and only regular files are followed`)
  }

  #noteFailure(walk: Walk, path: string, { code }: NodeJS.ErrnoException): void {
    if (code === 'ENOENT') return
    walk.isComplete = false
    this.#logOnce(walk, path, `it cannot be looked at (${code}); it is tried again at each look`)
  }

  #logOnce(walk: Walk, path: string, reason: string): void {
    walk.refused.add(path)
    if (this.#once.isNew(path, reason)) this.#log.warn({ path, reason }, 'a path is not followed')
  }
}

function findGroup(groups: readonly CompiledGroup[], path: string): FileGroup | undefined {
  return groups.find(({ globs, isExcluded }) => !isExcluded(path) && globs.some(({ glob }) => glob.matches(path)))
    ?.group
}

class Walk {
  readonly wanted: Wanted[] = []
  /** Those that a pattern names without a wildcard. */
  readonly named = new Set<string>()
  readonly directories = new Map<string, string>()
  readonly stamps = new Map<string, string>()
  /** All directories are local, and none can change without another stamp. */
  isSteady = true
  readonly links = new Set<string>()
  /** Paths that cannot be followed. */
  readonly refused = new Set<string>()
  isComplete = true
}

interface Task {
  readonly group: FileGroup
  readonly listings: Listings
  readonly walk: Walk
  /** The places of the directories that are being walked. */
  readonly above: readonly string[]
}

function describeKind(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a named pipe (let its writer feed standard input instead, with the path "-")'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
