// For test/prepare: fetches everything that the real servers need, before a test waits for it.
import { fetchElasticsearch, findJava } from './elasticsearch.ts'
import { fetchOpenSearch } from './opensearch.ts'
import { listServerVersions } from './server-versions.ts'

for (const { kind, version } of listServerVersions()) {
  if (kind === 'opensearch') await fetchOpenSearch(version)
  else await Promise.all([fetchElasticsearch(version), findJava(version)])
}
