import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Discoverer, type FoundFile } from '../../files/discoverer.ts'
import type { FileGroup } from '../../files/contract.ts'
import { openForReading } from '../../files/harvester.ts'
import { lookAt, readFully, type FileLook } from '../../files/identity.ts'
import { SiblingIndex } from '../../files/siblings.ts'
import type { Log } from '../../telemetry/log.ts'
import { left, type Note, type OldPosition } from './contract.ts'

export interface Candidate {
  readonly path: string
  readonly look: FileLook
  /** Whose pattern matches its name; absent for one that was renamed out of all of them. */
  readonly group?: FileGroup
}

/** The files that are there now, as the agent will find them, and those beside the ones that the registry names. */
export class Candidates {
  readonly notes: Note[] = []
  readonly #discoverer: Discoverer
  readonly #siblings = new SiblingIndex()
  #listed: readonly FoundFile[] = []

  constructor(groups: readonly FileGroup[]) {
    const tell: Log['warn'] = (fields, message) => {
      const { path, reason } = fields as { path?: string; reason?: string }
      this.notes.push(left(path ?? message, reason ?? message))
    }
    this.#discoverer = new Discoverer(groups, { debug() {}, info() {}, warn: tell, error: tell })
  }

  async look(): Promise<void> {
    const { files } = await this.#discoverer.scan()
    const places = new Map(files.toReversed().map(file => [file.look.place, file])) // the first name of each
    this.#listed = [...places.values()].toReversed()
  }

  get listed(): readonly FoundFile[] {
    return this.#listed
  }

  groupOf(path: string): FileGroup | undefined {
    return this.#discoverer.groupOf(path)
  }

  /** The file that a registry meant, whatever its name is now. */
  async find({ source, identity }: OldPosition): Promise<Candidate | undefined> {
    if (identity.kind === 'path') return await this.#at(source)
    if (identity.kind === 'place') {
      const place = `${identity.device}:${identity.inode}`
      const listed = this.#listed.find(file => file.look.place === place)
      return listed ?? (await this.#siblings.find(dirname(source), place))
    }
    const { hash, start, length } = identity
    const beside = (await this.#siblings.list(dirname(source))).values()
    for (const candidate of [...this.#listed, ...beside]) {
      if (candidate.look.size >= start + length && (await hashOf(candidate.path, start, length)) === hash)
        return candidate
    }
    return undefined
  }

  async #at(path: string): Promise<Candidate | undefined> {
    const listed = this.#listed.find(file => file.path === path)
    if (listed !== undefined) return listed
    const stats = await stat(path, { bigint: true }).catch(() => undefined) // gone: nothing to go on with
    return stats?.isFile() === true ? { path, look: lookAt(stats) } : undefined
  }
}

async function hashOf(path: string, start: number, length: number): Promise<string | undefined> {
  try {
    await using handle = await openForReading(path)
    return createHash('sha256')
      .update(await readFully(handle, start, length))
      .digest('hex')
  } catch {
    return undefined // a file that can't be read is not the one; taking it over would fail anyway
  }
}
