import { startElasticsearch } from './elasticsearch.ts'
import type { RealServer } from './java-server.ts'
import { startOpenSearch } from './opensearch.ts'
import type { TeardownScope } from '../process/scope.ts'
import type { ServerVersion } from './server-versions.ts'

export interface SearchServer extends RealServer {
  readonly kind: ServerVersion['kind']
  readonly version: string
  /** True for Elasticsearch 8 and later, and OpenSearch. */
  readonly hasDataStreams: boolean
}

/** Starts a server of either kind; `settings` have the form `name: value`. */
export async function startSearchServer(
  scope: TeardownScope,
  { kind, version }: ServerVersion,
  settings: readonly string[] = [],
): Promise<SearchServer> {
  const server =
    kind === 'elasticsearch'
      ? await startElasticsearch(scope, { version, yml: settings })
      : await startOpenSearch(scope, { version, settings: settings.map(line => line.replace(/: */, '=')) })
  return { ...server, kind, version, hasDataStreams: kind === 'opensearch' || Number.parseInt(version, 10) >= 8 }
}

/** Sends a request such as `GET /index/_count` to the server's API; throws if it does not succeed. */
export async function call(
  { url }: { readonly url: string },
  request: string,
  body?: unknown,
): Promise<Record<string, never>> {
  const [method = '', path = ''] = request.split(' ', 2)
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${request}: ${answer.status} ${text.slice(0, 1000)}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, never>)
}

/** Counts the documents of an index, data stream or pattern. */
export async function countDocuments(server: { readonly url: string }, index: string): Promise<number> {
  await call(server, `POST /${index}/_refresh`)
  const { count } = await call(server, `GET /${index}/_count`)
  return Number(count)
}
