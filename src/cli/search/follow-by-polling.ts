import { wait } from '../../flow/backoff.ts'
import type { Hit, SearchQuery } from '../../stores/contract.ts'

const PAUSE_MS = 1000
/** An event becomes visible some time after its timestamp: it has to travel, and the index has to refresh. */
const OVERLAP_MS = 15_000

/**
 * Follows a store by searching the last seconds again and again; ids identify the new events. An event that takes longer
 * than the overlap to become visible is missed.
 */
export async function* followByPolling(
  search: (query: SearchQuery) => AsyncIterable<Hit>,
  query: SearchQuery,
  { signal, pauseMs = PAUSE_MS }: { readonly signal: AbortSignal; readonly pauseMs?: number },
): AsyncGenerator<Hit, void> {
  const startMs = Date.now()
  let seen = new Map<string, number>()
  while (!signal.aborted) {
    const sinceMs = Math.max(startMs, Date.now() - OVERLAP_MS)
    const hits = await Array.fromAsync(search({ ...query, sinceMs, limit: 0 }))
    yield* takeUnseen(hits.toReversed(), seen)
    seen = new Map([...seen].filter(([, timeMs]) => timeMs >= sinceMs))
    await wait(pauseMs, signal)
  }
}

/** The hits that are not in `seen`; adds each that it passes. */
function* takeUnseen(hits: readonly Hit[], seen: Map<string, number>): Generator<Hit> {
  for (const hit of hits) {
    if (!seen.has(hit.id)) yield hit
    seen.set(hit.id, hit.timeMs)
  }
}
