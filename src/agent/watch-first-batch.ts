import type { Source } from '../flow/contract.ts'

/** The same source, which calls `onFirst` once, before it gives its first batch. */
export function watchFirstBatch<Batch>(source: Source<Batch>, onFirst: () => void): Source<Batch> {
  let hasGiven = false
  return {
    async next(stop) {
      const batch = await source.next(stop)
      if (batch !== undefined && !hasGiven) {
        hasGiven = true
        onFirst()
      }
      return batch
    },
    commit: batch => source.commit(batch),
    toReceipt: batch => source.toReceipt?.(batch) ?? batch,
  }
}
