import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { IndexerOptions } from '../../../src/delivery/contract.ts'
import { openDeadLetters } from '../../../src/delivery/letters/dead-letters.ts'
import { Indexer } from '../../../src/delivery/indexer.ts'
import type { ElasticsearchOptions } from '../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeTempDir } from '../files/temp-dir.ts'

const impatient = { retryFirstMs: 20, retryMaxMs: 500, heldFirstMs: 20, heldMaxMs: 200 }

/** Creates an indexer over an Elasticsearch store, with short waits; the test closes both. */
export async function makeElasticsearchIndexer(
  t: ExecutionContext,
  options: Pick<ElasticsearchOptions, 'hosts' | 'target'> & Partial<ElasticsearchOptions>,
  more: Partial<IndexerOptions> = {},
): Promise<Indexer> {
  const store = await createElasticsearchStore({ log: silentLog, ...options })
  const deadLetters = openDeadLetters({ path: join(await makeTempDir(t), 'dead-letters.db'), log: silentLog })
  t.teardown(async () => {
    await deadLetters.close()
    await store.close()
  })
  return new Indexer({ store, deadLetters, log: silentLog, ...more, limits: { ...impatient, ...more.limits } })
}
