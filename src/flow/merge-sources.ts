import type { Source } from './contract.ts'

/** Several sources as one: the first that has a batch gives it. Ends when all of them have ended. */
export function mergeSources<Batch extends object>(sources: readonly Source<Batch>[]): Source<Batch> {
  const pending = new Map<Source<Batch>, Promise<{ source: Source<Batch>; batch: Batch | undefined }>>()
  const givenBy = new WeakMap<Batch, Source<Batch>>()
  const open = new Set(sources)

  const ask = async (source: Source<Batch>, stop: AbortSignal) => ({ source, batch: await source.next(stop) })

  return {
    async next(stop) {
      while (open.size > 0) {
        for (const source of open) if (!pending.has(source)) pending.set(source, ask(source, stop))
        const { source, batch } = await Promise.race(pending.values())
        pending.delete(source)
        if (batch === undefined) {
          open.delete(source)
          continue
        }
        givenBy.set(batch, source)
        return batch
      }
      return undefined
    },
    commit: batch => givenBy.get(batch)?.commit(batch),
    toReceipt(batch) {
      const source = givenBy.get(batch)
      const receipt = source?.toReceipt?.(batch) ?? batch
      if (source !== undefined) givenBy.set(receipt, source)
      return receipt
    },
  }
}
