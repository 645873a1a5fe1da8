import type { Hit, SearchQuery } from '../contract.ts'
import { type Client, createClient } from './http/client.ts'
import { StoreError } from './http/store-error.ts'
import type { HttpRequest } from './http/send-one-request.ts'
import { isRecord } from '../../flow/is-record.ts'
import { encodeJson, type JsonObject, readString } from './http/json.ts'
import type { ElasticsearchOptions } from './options.ts'
import { readObject } from './http/read-answer-object.ts'
import { buildSearch, hasFields } from './search-query.ts'
import { nameTarget } from './index/event-destination.ts'

const PAGE_HITS = 1000
const KEEP_ALIVE = '1m'
const HEADERS = { 'content-type': 'application/json' }

export type SearchOptions = Omit<ElasticsearchOptions, 'installsTemplate' | 'pipeline'>

interface Page {
  readonly scrollId: string
  readonly hits: readonly unknown[]
}

/**
 * Finds the events that match, newest first. Reads pages of one scroll: the only way of paging that Elasticsearch 7 to 9 and
 * OpenSearch 2 all have and that skips no event if thousands have the same time.
 * Throws a StoreError: `options`, `forbidden`, or `unavailable`.
 */
export async function* searchElasticsearch(options: SearchOptions, query: SearchQuery): AsyncGenerator<Hit, void> {
  const { wildcard } = nameTarget(options.target)
  const index = options.target.kind === 'alias' ? options.target.name : wildcard
  const client = await createClient(options)
  try {
    yield* readHits(client, index, query)
  } finally {
    await client.close()
  }
}

async function* readHits(client: Client, index: string, query: SearchQuery): AsyncGenerator<Hit, void> {
  let left = query.limit === 0 ? Number.POSITIVE_INFINITY : query.limit
  for await (const found of readPages(client, index, query)) {
    const hits = found.flatMap(readHit).filter(hit => hasFields(hit.document, query.fields))
    yield* hits.slice(0, left)
    left -= hits.length
    if (left <= 0) return
  }
}

/** The hits of each page of one scroll, which is closed when the reading ends. */
async function* readPages(client: Client, index: string, query: SearchQuery): AsyncGenerator<readonly unknown[], void> {
  let page = await openScroll(client, index, query)
  try {
    while (page.hits.length > 0) {
      yield page.hits
      page = await readNextPage(client, page.scrollId)
    }
  } finally {
    await closeScroll(client, page.scrollId)
  }
}

async function openScroll(client: Client, index: string, query: SearchQuery): Promise<Page> {
  const options = new URLSearchParams({ scroll: KEEP_ALIVE, ignore_unavailable: 'true', allow_no_indices: 'true' })
  const path = `/${encodeURIComponent(index)}/_search?${options.toString()}`
  // With fields, some hits are filtered out here, so a page may need more hits than the limit.
  const size = query.limit === 0 || query.fields.length > 0 ? PAGE_HITS : Math.min(query.limit, PAGE_HITS)
  return readPage(
    await ask(client, { method: 'POST', path, headers: HEADERS, body: encodeJson(buildSearch(query, size)) }),
  )
}

async function readNextPage(client: Client, scrollId: string): Promise<Page> {
  const body = encodeJson({ scroll: KEEP_ALIVE, scroll_id: scrollId })
  return readPage(await ask(client, { method: 'POST', path: '/_search/scroll', headers: HEADERS, body }))
}

async function closeScroll(client: Client, scrollId: string): Promise<void> {
  const body = encodeJson({ scroll_id: scrollId })
  // Best effort: the server forgets the scroll a minute later.
  await client.send({ method: 'DELETE', path: '/_search/scroll', headers: HEADERS, body }, new AbortController().signal)
}

async function ask(client: Client, request: HttpRequest): Promise<JsonObject> {
  return readObject(await client.send(request, new AbortController().signal), 'the search')
}

function readPage(answer: JsonObject): Page {
  const hits = isRecord(answer['hits']) ? answer['hits']['hits'] : undefined
  const { failed } = isRecord(answer['_shards']) ? answer['_shards'] : {}
  if (!Array.isArray(hits)) throw new StoreError('unavailable', 'the store answered a search without a list of hits')
  if (typeof failed === 'number' && failed > 0) {
    throw new StoreError(
      'unavailable',
      `${failed} shards of the store did not answer, so the result would be incomplete`,
    )
  }
  return { scrollId: readString(answer, '_scroll_id'), hits }
}

function readHit(found: unknown): Hit[] {
  if (!isRecord(found) || !isRecord(found['_source'])) return []
  const sort: readonly unknown[] = Array.isArray(found['sort']) ? found['sort'] : []
  return [{ id: readString(found, '_id'), timeMs: Number(sort[0] ?? 0), document: found['_source'] }]
}
