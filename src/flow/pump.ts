import type { Signals, Sink, Source } from './contract.ts'

/**
 * Moves batches from `source` to `sink` until the source ends or `stop` fires, with at most `inFlightLimit` batches
 * on the way, and commits them in the order in which they came. This is the only place where the flow waits.
 *
 * Resolves when everything that was taken is committed. Rejects with the first failure of the source, the sink or a
 * commit; from then on nothing is committed: what was not committed comes again from the source's own memory.
 */
export async function pump<Batch>(
  source: Source<Batch>,
  sink: Sink<Batch>,
  inFlightLimit: number,
  { stop, giveUp }: Signals,
): Promise<void> {
  const failed = new AbortController()
  const stopOrFailed = AbortSignal.any([stop, failed.signal])
  const inFlight: Promise<void>[] = []

  const commitAfter = async (earlier: Promise<void> | undefined, delivered: Promise<void>, batch: Batch) => {
    try {
      await Promise.all([delivered, earlier])
      if (!failed.signal.aborted) await source.commit(batch)
    } catch (error) {
      failed.abort(error)
    }
  }

  while (!stopOrFailed.aborted) {
    const batch = await source.next(stopOrFailed).catch((error: unknown) => failed.abort(error))
    if (batch === undefined) break
    inFlight.push(commitAfter(inFlight.at(-1), sink.deliver(batch, giveUp), batch))
    if (inFlight.length >= inFlightLimit) await inFlight.shift()
  }
  await inFlight.at(-1)
  if (failed.signal.aborted) throw failed.signal.reason
}
