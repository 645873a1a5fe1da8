import { statSync } from 'node:fs'
import { join } from 'node:path'
import { loadStoreSettings } from '../../config/load.ts'
import type { ElasticsearchStoreSettings } from '../../config/settings.ts'
import { StateError } from '../../sqlite/error.ts'
import type { Hit, SearchQuery } from '../../stores/contract.ts'
import { createLogger } from '../../telemetry/logger.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { UsageError, textOption } from '../program/option-values.ts'
import { followByPolling } from './follow-by-polling.ts'

export interface SearchTarget {
  search(query: SearchQuery): AsyncIterable<Hit>
  /** Events stored from now on, until the signal fires. */
  follow(query: SearchQuery, signal: AbortSignal): AsyncIterable<Hit>
  /** The file that a collector has still to create, if a search failed for that. */
  findAwaited?(error: unknown): string | undefined
}

/** Opens the store that the command line names. Throws a UsageError where it names none or two. */
export async function openSearch(input: CommandInput): Promise<SearchTarget> {
  const [path, config] = [textOption(input, 'store'), textOption(input, 'config')]
  if ((path === undefined) === (config === undefined)) {
    throw new UsageError(
      'name a store: either --config with the configuration of the collector, or --store with a file',
    )
  }
  if (path !== undefined) return await openEmbedded(path)
  const store = loadStoreSettings(config ?? '')
  if (store.type === 'elasticsearch') return await openElasticsearch(store)
  return { ...(await openEmbedded(store.path)), findAwaited }
}

function findAwaited(error: unknown): string | undefined {
  return error instanceof StateError && error.code === 'state_missing' ? error.path : undefined
}

async function openEmbedded(path: string): Promise<SearchTarget> {
  const [{ searchEmbedded }, { followEmbedded }] = await Promise.all([
    import('../../stores/embedded/search.ts'),
    import('../../stores/embedded/follow.ts'),
  ])
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, 'events.db') : path
  return {
    search: query => searchEmbedded(file, query),
    follow: (query, signal) => followEmbedded(file, query, signal),
  }
}

async function openElasticsearch(settings: ElasticsearchStoreSettings): Promise<SearchTarget> {
  const [{ searchElasticsearch }, { toElasticsearchOptions }] = await Promise.all([
    import('../../stores/elasticsearch/search.ts'),
    import('../../collector/open-store.ts'),
  ])
  const log = createLogger({ level: 'warn', format: 'auto', syslog: false })
  const search = (query: SearchQuery) => searchElasticsearch(toElasticsearchOptions(settings, log), query)
  return { search, follow: (query, signal) => followByPolling(search, query, { signal }) }
}
