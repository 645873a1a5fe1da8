import { Bell } from './wake-up-bell.ts'
import type { Source } from './contract.ts'

interface Answer<Batch> {
  readonly source: Source<Batch>
  readonly batch?: Batch | undefined
  readonly error?: unknown
}

/** Merges sources into one: the first that has a batch gives it. Ends when all of them have ended. */
export function mergeSources<Batch extends object>(sources: readonly Source<Batch>[]): Source<Batch> {
  const open = new Set(sources)
  const asked = new Set<Source<Batch>>()
  const answers: Answer<Batch>[] = []
  // One wait that every answer ends: a race would add a reaction to each pending promise for every batch.
  const answered = new Bell()
  const givenBy = new WeakMap<Batch, Source<Batch>>()

  const ask = (source: Source<Batch>, stop: AbortSignal) => {
    asked.add(source)
    const enter = (answer: Answer<Batch>) => {
      answers.push(answer)
      answered.ring()
    }
    void source.next(stop).then(
      batch => enter({ source, batch }),
      (error: unknown) => enter({ source, error }),
    )
  }

  return {
    async next(stop) {
      while (open.size > 0) {
        for (const source of open.difference(asked)) ask(source, stop)
        if (answers.length === 0) await answered.wait()
        const answer = answers.shift()!
        asked.delete(answer.source)
        if ('error' in answer) throw answer.error
        const { source, batch } = answer
        if (batch !== undefined) {
          givenBy.set(batch, source)
          return batch
        }
        open.delete(source)
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
