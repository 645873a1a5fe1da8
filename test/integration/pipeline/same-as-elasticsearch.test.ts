// Our processors and those of a real Elasticsearch, or of OpenSearch where it has no such processor, do the same.
import test from 'ava'
import { allComparisons } from '../../helpers/pipeline/differential/all-comparisons.ts'
import { compareWithServers } from '../../helpers/pipeline/differential/compare.ts'
import { type IngestServer, startIngestServers } from '../../helpers/pipeline/differential/ingest-servers.ts'
import { makeScope } from '../../helpers/process/scope.ts'

const scope = makeScope()
let servers: readonly IngestServer[] = []

test.before('the servers start', async () => {
  servers = await startIngestServers(scope)
})
test.after.always('the servers are gone', () => scope.end())

for (const comparison of allComparisons) {
  test.serial(`${comparison.name}: documents and failures are those of Elasticsearch`, async t => {
    await compareWithServers(servers, comparison)
    t.pass()
  })
}
