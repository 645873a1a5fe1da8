// Servers that take little: short bodies, short queues, little memory, no master.
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { Store, Verdict } from '../../../../src/stores/contract.ts'
import type { ElasticsearchOptions } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeElasticsearchIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { call, countDocuments, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeBatch, makeEvent, makeEvents } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const small = [
  'http.max_content_length: 100kb',
  'indexing_pressure.memory.limit: 80kb',
  'thread_pool.write.size: 1',
  'thread_pool.write.queue_size: 1',
]

/** Writes again what a full queue sent back; the last verdict of each event. */
async function writeAll(store: Store, events: readonly StoreEvent[]): Promise<readonly Verdict[]> {
  const verdicts = new Map<StoreEvent, Verdict>()
  for (let left = events; left.length > 0; await sleep(20)) {
    for (const [i, verdict] of (await store.write(left, never)).entries()) verdicts.set(left[i] as StoreEvent, verdict)
    left = left.filter(event => verdicts.get(event)?.kind === 'retry')
  }
  return events.map(event => verdicts.get(event) as Verdict)
}

for (const version of listServerVersions()) {
  const name = `${version.kind} ${version.version}`
  const scope = makeScope()
  let server: SearchServer

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version, small)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  test.serial(`${name}: events with times in microseconds share one index, and keep their time`, async t => {
    const indexer = await makeElasticsearchIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'micro-%{+yyyy.MM.dd}' },
    })
    const times = Array.from({ length: 27 }, (_, i) => Date.now() * 1000 + i * 90_000_000)
    const events = times.map((timeMs, i) => makeEvent(`micro-${i}`, { '@timestamp': timeMs }, timeMs))
    await indexer.deliver(makeBatch(events), never)
    t.like(indexer.status(), { stored: 27, deadLettered: 0 })
    t.deepEqual(Object.keys(await call(server, 'GET /micro-*/_settings')), ['micro-outside'])
    await call(server, 'POST /micro-outside/_refresh')
    t.regex(
      JSON.stringify(await call(server, 'GET /micro-outside/_search?size=100')),
      new RegExp(`"@timestamp":${times[0]}`),
    )
  })

  for (const compression of ['none', 'gzip'] as const) {
    test.serial(
      `${name}: a request that is too long (compression ${compression}) is halved, and the size is remembered`,
      async t => {
        const index = `halved-${compression}`
        const options = { hosts: [server.url], target: { kind: 'index', pattern: index }, log: silentLog } as const
        const store = await createElasticsearchStore({ ...options, compression })
        t.teardown(() => store.close())
        t.true(store.batchLimits.bytes > 1_000_000)
        const events = Array.from({ length: 2000 }, (_, i) => makeEvent(`h-${i}`, { text: 'x'.repeat(1000) }))
        const verdicts = await writeAll(store, events)
        t.true(
          verdicts.every(verdict => verdict.kind === 'stored'),
          JSON.stringify(verdicts.find(v => v.kind !== 'stored')),
        )
        t.is(await countDocuments(server, index), 2000)
        t.true(store.batchLimits.bytes < 102_400)
      },
    )
  }

  test.serial(`${name}: a document that is too long is refused, and the other events are stored`, async t => {
    const target = { kind: 'index', pattern: 'huge' } as const
    const store = await createElasticsearchStore({ hosts: [server.url], target, log: silentLog })
    t.teardown(() => store.close())
    const events = [...makeEvents('n', 3), makeEvent('huge', { text: 'x'.repeat(150_000) }), ...makeEvents('m', 3)]
    const verdicts = await writeAll(store, events)
    t.like(verdicts[3], { kind: 'refused', type: 'document_too_large' })
    t.is(verdicts.filter(verdict => verdict.kind === 'stored').length, 6)
    t.is(await countDocuments(server, 'huge'), 6)
  })

  test.serial(`${name}: events wait for a server that is short of memory for writing`, async t => {
    const target = { kind: 'index', pattern: 'pressed' } as const
    const store = await createElasticsearchStore({ hosts: [server.url], target, log: silentLog })
    t.teardown(() => store.close())
    const [verdict] = await store.write([makeEvent('p', { text: 'x'.repeat(90_000) })], never)
    t.like(verdict, { kind: 'retry', isDoubtful: false })
    t.regex(JSON.stringify(verdict), /429 (es_)?rejected_execution_exception/)
  })

  test.serial(`${name}: with full queues every event arrives once, and fewer requests are sent`, async t => {
    const target: ElasticsearchOptions['target'] = { kind: 'index', pattern: 'queued' }
    await call(server, 'PUT /queued', { settings: { number_of_shards: 3, number_of_replicas: 0 } })
    const indexer = await makeElasticsearchIndexer(
      t,
      { hosts: [server.url], target, maxRequestEvents: 50 },
      { limits: { requestsInFlight: 24 } },
    )
    let lowest = 24
    const senders = Array.from({ length: 24 }, async (_, i) => {
      await indexer.deliver(makeBatch(makeEvents(`q${i}`, 400), { peer: `10.0.0.${i}:1` }), never)
      lowest = Math.min(lowest, indexer.status().requestLimit)
    })
    await Promise.all(senders)
    t.is(await countDocuments(server, 'queued'), 9600)
    t.true(indexer.status().retries > 0)
    t.true(lowest < 24)
    t.is(indexer.status().deadLettered, 0)
  })

  test.serial(`${name}: events wait for a node without a master`, async t => {
    const alone = await startSearchServer(t, version, [
      'discovery.seed_hosts: []',
      'discovery.initial_state_timeout: 0s',
      ...(version.kind === 'opensearch' ? ['discovery.type: zen'] : []),
      version.kind === 'opensearch'
        ? 'cluster.initial_cluster_manager_nodes: other'
        : 'cluster.initial_master_nodes: [other]',
    ])
    const target = { kind: 'index', pattern: 'alone' } as const
    const options = { hosts: [alone.url], target, installsTemplate: false, requestTimeoutMs: 10_000, log: silentLog }
    const store = await createElasticsearchStore(options)
    t.teardown(() => store.close())
    const [verdict] = await store.write([makeEvent('a', {})], never)
    t.like(verdict, { kind: 'retry', isDoubtful: false }, JSON.stringify(verdict))
    t.regex(JSON.stringify(verdict), /503 cluster_block_exception/)
  })
}
