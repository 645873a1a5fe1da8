import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateDirectory } from '../disk/private-directory.ts'
import { writeWholeFile } from '../disk/whole-file.ts'
import type { Source } from '../flow/contract.ts'
import type { LineBatch } from '../flow/line-batch.ts'
import { Turns } from '../flow/task-turns.ts'
import type { RefusedEvent } from '../lumberjack/send/publisher-contract.ts'
import type { TrackedBatch } from '../registry/contract.ts'

export interface RefusedEventsLimits {
  readonly bytes: number
  readonly files: number
}

const DEFAULT_LIMITS: RefusedEventsLimits = { bytes: 100 * 1024 * 1024, files: 1000 }

/** Events that no collector takes: a file each, of which the oldest go when the room is used up, and the bytes of their lines. */
export class RefusedEvents {
  readonly directory: string
  readonly #limits: RefusedEventsLimits
  readonly #turns = new Turns()
  readonly #lineBytes = new WeakMap<LineBatch, number>()

  constructor(directory: string, limits = DEFAULT_LIMITS) {
    this.directory = directory
    this.#limits = limits
  }

  /** Resolves with the path of the file that has the event; rejects with a DiskError when it cannot be written. */
  async keep({ batch, fileId, offset, byteCount, payload }: RefusedEvent): Promise<string> {
    this.#lineBytes.set(batch, this.#bytesOf(batch) + byteCount)
    return await this.#turns.run(async () => {
      makePrivateDirectory(this.directory)
      await this.#makeRoom(payload.length)
      const path = join(this.directory, `${fileId}-${offset}.json`)
      await writeWholeFile(path, `${payload.toString()}\n`)
      return path
    })
  }

  /** The same source, which commits batches with the number of bytes of their lines that were refused. */
  account(source: Source<TrackedBatch>): Source<TrackedBatch> {
    return {
      next: stop => source.next(stop),
      commit: batch => source.commit(batch),
      toReceipt: batch => {
        const receipt = source.toReceipt?.(batch) ?? batch
        const refusedBytes = this.#bytesOf(batch)
        return refusedBytes === 0 ? receipt : { ...receipt, refusedBytes }
      },
    }
  }

  #bytesOf(batch: LineBatch): number {
    return this.#lineBytes.get(batch) ?? 0
  }

  async #makeRoom(moreBytes: number): Promise<void> {
    const names = await readdir(this.directory)
    const found = await Promise.all(names.map(name => lookAt(join(this.directory, name))))
    const files = found.filter(file => file !== undefined).toSorted((a, b) => a.changedAtMs - b.changedAtMs)
    let left = files.length
    let bytes = moreBytes + files.reduce((sum, file) => sum + file.size, 0)
    for (const file of files) {
      if (left < this.#limits.files && bytes <= this.#limits.bytes) return
      await rm(file.path, { force: true })
      left--
      bytes -= file.size
    }
  }
}

interface KeptFile {
  readonly path: string
  readonly size: number
  readonly changedAtMs: number
}

/** Undefined when it has gone meanwhile, or is not a file. */
async function lookAt(path: string): Promise<KeptFile | undefined> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() === true ? { path, size: stats.size, changedAtMs: stats.mtimeMs } : undefined
}
