import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import type { Hit, SearchQuery } from '../../../src/stores/contract.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { openEmbeddedStore, type EmbeddedStoreOptions } from '../../../src/stores/embedded/store.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeTempDir } from '../files/temp-dir.ts'

export const never = new AbortController().signal
export const everything: SearchQuery = { text: '', fields: [], limit: 0 }

/** Opens a store in a fresh directory; the test closes it. */
export async function openFreshStore(t: ExecutionContext, options: Partial<EmbeddedStoreOptions> = {}) {
  const path = options.path ?? join(await makeTempDir(t), 'store', 'events.db')
  const store = await openEmbeddedStore({ log: silentLog, ...options, path })
  t.teardown(() => store.close())
  return { store, path }
}

/** Makes an event whose document is exactly this text, inside a larger buffer. */
export function rawEvent(id: string, text: string, timeMs = 1_700_000_000_000): StoreEvent {
  const bytes = Buffer.from(`before ${text} after`)
  return { id, timeMs, bytes, start: 7, end: bytes.length - 6 }
}

/** Makes an event with a message and more members. */
export function event(id: string, message: string, more: { timeMs?: number; fields?: object } = {}): StoreEvent {
  return rawEvent(id, JSON.stringify({ message, ...more.fields }), more.timeMs)
}

export async function findIds(path: string, query: Partial<SearchQuery>): Promise<string[]> {
  return (await findAll(path, query)).map(hit => hit.id)
}

export async function findAll(path: string, query: Partial<SearchQuery>): Promise<Hit[]> {
  const hits: Hit[] = []
  for await (const hit of searchEmbedded(path, { ...everything, ...query })) hits.push(hit)
  return hits
}
