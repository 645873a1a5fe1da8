import type { LifeSign } from '../flow/life-sign.ts'
import type { Durability } from '../sqlite/database.ts'
import { DatabaseThread } from '../sqlite/thread.ts'
import type { FoundRows } from './finished-generations.ts'
import type { RegistryWrite } from './pending-changes.ts'

export interface RegistryWorkerData {
  readonly path: string
  readonly durability: Durability
}

/** What the thread is asked (`worker.ts`). */
export type RegistryRequest =
  | { readonly kind: 'write'; readonly write: RegistryWrite }
  | { readonly kind: 'find'; readonly headHash: string }

const HEAP_MB = { young: 2, old: 64 }

/** The thread that owns the registry's database. Its calls reject with a CallError. */
export class RegistryThread {
  readonly #thread: DatabaseThread<RegistryRequest, number | FoundRows>

  constructor(path: string, durability: Durability) {
    const workerData: RegistryWorkerData = { path, durability }
    this.#thread = new DatabaseThread({ entry: new URL('worker.ts', import.meta.url), workerData, heapMb: HEAP_MB })
  }

  /** Returns the number of rows. */
  async write(write: RegistryWrite): Promise<number> {
    return (await this.#thread.call({ kind: 'write', write })) as number // as `worker.ts` answers
  }

  async find(headHash: string): Promise<FoundRows> {
    return (await this.#thread.call({ kind: 'find', headHash })) as FoundRows
  }

  lifeSign(part: string): LifeSign {
    return this.#thread.lifeSign(part)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
