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

/** The answers for a path that is not followed. */
export interface Refusals {
  noteKind(path: string, stats: BigIntStats): void
  noteFailure(path: string, error: NodeJS.ErrnoException): void
}

/** Looks at files. One that did not change since the last time is the same object again, so that it costs next to nothing. */
export class FileLooks {
  readonly #devices: LocalDevices
  #known: ReadonlyMap<string, FoundFile> = new Map()

  constructor(devices: LocalDevices) {
    this.#devices = devices
  }

  /** In the order of the paths. */
  async lookAtAll(paths: ReadonlyMap<string, FileGroup>, refusals: Refusals): Promise<FoundFile[]> {
    const found = new Map<string, FoundFile | undefined>()
    const rest = await this.#lookAtLocal(paths, found, refusals)
    for (let start = 0; start < rest.length; start += MAX_PARALLEL_LOOKS) {
      const some = rest.slice(start, start + MAX_PARALLEL_LOOKS)
      const files = await Promise.all(some.map(path => this.#lookAtRemote(path, paths.get(path)!, refusals)))
      some.forEach((path, index) => found.set(path, files[index]))
    }
    for (const [path, file] of found) if (file === undefined) found.delete(path)
    this.#known = found as ReadonlyMap<string, FoundFile>
    return [...this.#known.values()]
  }

  /** Enters all paths into `found`, in their order. Returns those that need a thread. */
  async #lookAtLocal(
    paths: ReadonlyMap<string, FileGroup>,
    found: Map<string, FoundFile | undefined>,
    refusals: Refusals,
  ): Promise<string[]> {
    const rest: string[] = []
    let count = 0
    let turnEndsAtMs = performance.now() + MAX_TURN_MS
    for (const [path, group] of paths) {
      const known = this.#known.get(path)
      const isLocal = known !== undefined && this.#devices.has(known.look.device)
      if (!isLocal) rest.push(path)
      found.set(path, isLocal ? this.#lookAgain(known, group, refusals) : undefined)
      if (++count % LOOKS_BETWEEN_CLOCKS !== 0 || performance.now() < turnEndsAtMs) continue
      await nextTurn()
      turnEndsAtMs = performance.now() + MAX_TURN_MS
    }
    return rest
  }

  #lookAgain(known: FoundFile, group: FileGroup, refusals: Refusals): FoundFile | undefined {
    const { path, look } = known
    try {
      const stats = statSync(toSystemPath(path), { bigint: true, throwIfNoEntry: false })
      if (stats === undefined) return undefined
      if (group === known.group && isUnchanged(look, stats)) return known
      if (stats.isFile()) return { path, group, look: lookAt(stats) }
      refusals.noteKind(path, stats)
    } catch (error) {
      refusals.noteFailure(path, error as NodeJS.ErrnoException)
    }
    return undefined
  }

  async #lookAtRemote(path: string, group: FileGroup, refusals: Refusals): Promise<FoundFile | undefined> {
    try {
      const stats = await stat(toSystemPath(path), { bigint: true })
      if (stats.isFile()) return await this.#learn({ path, group, look: lookAt(stats) })
      refusals.noteKind(path, stats)
    } catch (error) {
      refusals.noteFailure(path, error as NodeJS.ErrnoException)
    }
    return undefined
  }

  async #learn(file: FoundFile): Promise<FoundFile> {
    await this.#devices.learn(file.look.device, file.path)
    return file
  }
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
