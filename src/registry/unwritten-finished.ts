import type { FinishedGeneration } from './contract.ts'

/** Finished generations that are not on disk yet, by the hash of their head: a search has to find them too. */
export class UnwrittenFinished {
  readonly #byHead = new Map<string, Map<number, FinishedGeneration>>()

  add(key: number, finished: FinishedGeneration): void {
    const { hash } = finished.identity.head
    const same = this.#byHead.get(hash)
    if (same === undefined) this.#byHead.set(hash, new Map([[key, finished]]))
    else same.set(key, finished)
  }

  remove(key: number, { identity }: FinishedGeneration): void {
    const { hash } = identity.head
    const same = this.#byHead.get(hash)
    same?.delete(key)
    if (same?.size === 0) this.#byHead.delete(hash)
  }

  find(headHash: string): ReadonlyMap<number, FinishedGeneration> {
    return new Map(this.#byHead.get(headHash))
  }
}
