import { statSync, type BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FileGroup } from '../contract.ts'
import { toSystemPath } from './file-name.ts'
import { lookAt, type FileLook } from './identity.ts'
import type { LocalDevices } from './local-devices.ts'

/** The thread pool can do as many without starving reads. */
const MAX_PARALLEL_LOOKS = 16
/** After this time, looks without a thread let others have the turn. */
const MAX_TURN_MS = 5
const LOOKS_BETWEEN_CLOCKS = 16

export interface FoundFile {
  readonly path: string
  readonly group: FileGroup
  readonly look: FileLook
}

/** Paths of files that belong to one group. A list that did not change since the last look is the same object again. */
export interface Wanted {
  readonly paths: readonly string[]
  readonly group: FileGroup
}

/** A path, and its file as the last look found it. */
type Entry = Omit<FoundFile, 'look'> & Partial<Pick<FoundFile, 'look'>>

/** The answers for a path that is not followed. */
export interface Refusals {
  noteKind(path: string, stats: BigIntStats): void
  noteFailure(path: string, error: NodeJS.ErrnoException): void
}

/** Looks at files. One that did not change since the last time is the same object again, so that it costs next to nothing. */
export class FileLooks {
  readonly #devices: LocalDevices
  #wanted: readonly Wanted[] = []
  /** By path. */
  #entries: Map<string, Entry> = new Map()
  #found: readonly FoundFile[] = []
  #hasNews = false
  #changed: string[] = []
  #areReported = false

  constructor(devices: LocalDevices) {
    this.#devices = devices
  }

  /** In the order of the paths; each belongs to the first group that wants it. Without news it is the same list again. */
  async lookAtAll(wanted: readonly Wanted[], refusals: Refusals): Promise<readonly FoundFile[]> {
    if (!isSameList(wanted, this.#wanted)) this.#collect(wanted)
    this.#wanted = wanted
    this.#changed = []
    const rest = await this.#lookAtLocal(refusals)
    for (let start = 0; start < rest.length; start += MAX_PARALLEL_LOOKS) {
      const some = rest.slice(start, start + MAX_PARALLEL_LOOKS)
      const looks = await Promise.all(some.map(({ path }) => this.#lookAtRemote(path, refusals)))
      some.forEach((entry, index) => this.#note(entry, looks[index]))
    }
    if (this.#hasNews) this.#found = [...this.#entries.values()].filter(isFound)
    if (this.#hasNews) this.#areReported = this.#found.every(({ look }) => this.#isReported(look))
    this.#hasNews = false
    return this.#found
  }

  /** Paths whose file is another one, or has changed, since the time before. */
  get changed(): readonly string[] {
    return this.#changed
  }

  /** A watch on its directory reports each change of each file. */
  get areReported(): boolean {
    return this.#areReported
  }

  /** What is written by another name of a file is reported where that one is. */
  #isReported({ device, linkCount }: FileLook): boolean {
    return this.#devices.reportsChanges(device) && linkCount === 1
  }

  /** As the last look has it. */
  find(path: string): FoundFile | undefined {
    const entry = this.#entries.get(path)
    return entry && isFound(entry) ? entry : undefined
  }

  #collect(wanted: readonly Wanted[]): void {
    const before = this.#entries
    this.#entries = new Map()
    for (const { paths, group } of wanted) for (const path of paths) this.#want({ path, group }, before)
    this.#hasNews = true
  }

  #want({ path, group }: Entry, before: ReadonlyMap<string, Entry>): void {
    if (this.#entries.has(path)) return
    const known = before.get(path)
    const entry = known?.group === group ? known : { ...known, path, group }
    this.#entries.set(entry.path, entry)
  }

  /** Returns those that need a thread. */
  async #lookAtLocal(refusals: Refusals): Promise<readonly Entry[]> {
    const rest: Entry[] = []
    let count = 0
    let turnEndsAtMs = performance.now() + MAX_TURN_MS
    for (const entry of this.#entries.values()) {
      if (isFound(entry) && this.#devices.has(entry.look.device)) this.#lookAgain(entry, refusals)
      else rest.push(entry)
      if (++count % LOOKS_BETWEEN_CLOCKS !== 0 || performance.now() < turnEndsAtMs) continue
      await nextTurn()
      turnEndsAtMs = performance.now() + MAX_TURN_MS
    }
    return rest
  }

  #lookAgain(known: FoundFile, refusals: Refusals): void {
    const { path, look } = known
    try {
      const stats = statSync(toSystemPath(path), { bigint: true, throwIfNoEntry: false })
      if (stats !== undefined && isUnchanged(look, stats)) return
      if (stats?.isFile() === false) refusals.noteKind(path, stats)
      this.#note(known, stats?.isFile() === true ? lookAt(stats) : undefined)
    } catch (error) {
      refusals.noteFailure(path, error as NodeJS.ErrnoException)
      this.#note(known, undefined)
    }
  }

  #note({ path, group, look: before }: Entry, look: FileLook | undefined): void {
    if (look === undefined && before === undefined) return
    this.#entries.set(path, { path, group, ...(look && { look }) })
    this.#hasNews = true
    if (before !== undefined) this.#changed.push(path)
  }

  async #lookAtRemote(path: string, refusals: Refusals): Promise<FileLook | undefined> {
    try {
      const stats = await stat(toSystemPath(path), { bigint: true })
      if (stats.isFile()) return await this.#learn(path, lookAt(stats))
      refusals.noteKind(path, stats)
    } catch (error) {
      refusals.noteFailure(path, error as NodeJS.ErrnoException)
    }
    return undefined
  }

  async #learn(path: string, look: FileLook): Promise<FileLook> {
    await this.#devices.learn(look.device, path)
    return look
  }
}

function isFound(entry: Entry): entry is FoundFile {
  return entry.look !== undefined
}

function isSameList(some: readonly Wanted[], others: readonly Wanted[]): boolean {
  const isSame = ({ paths, group }: Wanted, index: number) =>
    paths === others[index]?.paths && group === others[index].group
  return some.length === others.length && some.every(isSame)
}

/** Of one file, the time of its last change says all; another file may have changed at the same time. */
function isUnchanged(look: FileLook, stats: BigIntStats): boolean {
  return (
    stats.ctimeNs === look.changedNs &&
    String(stats.ino) === look.inode &&
    Number(stats.size) === look.size &&
    String(stats.dev) === look.device &&
    stats.isFile()
  )
}
