// For test/prepare: fetches everything that the real servers need, before a test waits for it.
import { fetchElasticsearch, findJava } from './elasticsearch.ts'
import { fetchIngestElasticsearch } from './ingest-elasticsearch.ts'
import { fetchOpenSearch, INGEST_OPENSEARCH } from './opensearch.ts'
import { listServerVersions } from './server-versions.ts'

for (const { kind, version } of listServerVersions()) {
  if (kind === 'opensearch') await fetchOpenSearch(version)
  else await Promise.all([fetchElasticsearch(version), findJava(version)])
}

// Those of the pipeline's tests, whatever other versions are chosen.
await Promise.all([fetchIngestElasticsearch(), fetchOpenSearch(INGEST_OPENSEARCH)])
