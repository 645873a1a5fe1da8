import type { TeardownScope } from '../../process/scope.ts'
import { startIngestElasticsearch } from '../../servers/ingest-elasticsearch.ts'
import { INGEST_OPENSEARCH, startOpenSearch } from '../../servers/opensearch.ts'

/** A real server with ingest processors. */
export interface IngestServer {
  readonly name: 'Elasticsearch' | 'OpenSearch'
  readonly url: string
}

/**
 * Starts both, the authority first. FORWARDER_TEST_INGEST=http://…,http://… uses those that run already: Elasticsearch,
 * then OpenSearch.
 */
export async function startIngestServers(scope: TeardownScope): Promise<readonly IngestServer[]> {
  const [first = '', second = ''] = (process.env['FORWARDER_TEST_INGEST'] ?? '').split(',')
  if (first !== '') return makeServers(first, second)
  const settings = ['script.disable_max_compilations_rate=true']
  const [elasticsearch, openSearch] = await Promise.all([
    startIngestElasticsearch(scope),
    startOpenSearch(scope, { version: INGEST_OPENSEARCH, settings }),
  ])
  return makeServers(elasticsearch.url, openSearch.url)
}

function makeServers(elasticsearch: string, openSearch: string): readonly IngestServer[] {
  return [
    { name: 'Elasticsearch', url: elasticsearch },
    { name: 'OpenSearch', url: openSearch },
  ]
}
