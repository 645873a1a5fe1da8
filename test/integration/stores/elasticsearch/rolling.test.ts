// Data streams and rolling aliases, where the same id may be taken once in each generation.
import test, { type ExecutionContext } from 'ava'
import { createClient } from '../../../../src/stores/elasticsearch/http/client.ts'
import { findInGenerations } from '../../../../src/stores/elasticsearch/index/find-existing-ids.ts'
import type { Target } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeElasticsearchIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { call, countDocuments, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeBatch, makeEvents } from '../../../helpers/stores/store-events.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

const never = new AbortController().signal
const doubt = { lastTryMs: patience(5000), tryDeadMs: 300 }

async function findExisting(
  t: ExecutionContext,
  { url }: { readonly url: string },
  query: { readonly target: string; readonly ids: readonly string[]; readonly sinceMs: number },
): Promise<ReadonlySet<string>> {
  const client = await createClient({ hosts: [url], target: { kind: 'alias', name: query.target }, log: silentLog })
  t.teardown(() => client.close())
  return await findInGenerations(client, query, never)
}

for (const version of listServerVersions()) {
  const name = `${version.kind} ${version.version}`
  const hasDataStreams = version.kind === 'opensearch' || Number.parseInt(version.version, 10) >= 8
  const scope = makeScope()
  let server: SearchServer

  const makeAlias = async (alias: string): Promise<Target> => {
    await call(server, `PUT /${alias}-000001`, { aliases: { [alias]: { is_write_index: true } } })
    return { kind: 'alias', name: alias }
  }
  const makers: Record<string, (target: string) => Promise<Target>> = {
    ...(hasDataStreams && { 'data stream': target => Promise.resolve({ kind: 'dataStream', name: target }) }),
    'rolling alias': makeAlias,
  }

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  for (const [kind, makeTarget] of Object.entries(makers)) {
    const stem = kind.replace(' ', '-')

    test.serial(`${name}, ${kind}: events arrive with the mapping of the index template`, async t => {
      const target = await makeTarget(`${stem}-plain`)
      const indexer = await makeElasticsearchIndexer(t, { hosts: [server.url], target })
      await indexer.deliver(makeBatch(makeEvents('a', 20)), never)
      t.is(await countDocuments(server, `${stem}-plain`), 20)
      await call(server, `POST /${stem}-plain/_rollover`)
      await indexer.deliver(makeBatch(makeEvents('b', 20)), never)
      t.is(await countDocuments(server, `${stem}-plain`), 40)
      t.regex(JSON.stringify(await call(server, `GET /${stem}-plain/_mapping`)), /"message":\{"type":"text"\}/)
    })

    test.serial(
      `${name}, ${kind}: doubtful events are stored once although the target rolled over in between`,
      async t => {
        const target = await makeTarget(`${stem}-doubt`)
        const indexer = await makeElasticsearchIndexer(t, {
          hosts: [server.url],
          target,
          doubt: { lastTryMs: patience(5000), tryDeadMs: 100 },
        })
        const firstTryMs = Date.now()
        const events = makeEvents('d', 1500)
        await indexer.deliver(makeBatch(events.slice(0, 1000)), never)
        await call(server, `POST /${stem}-doubt/_rollover`)
        await call(server, `POST /${stem}-doubt/_rollover`)
        const again = events.map(event => ({ ...event, doubtfulSinceMs: firstTryMs }))
        await indexer.deliver(makeBatch(again), never)
        t.is(await countDocuments(server, `${stem}-doubt`), 1500)
        t.like(indexer.status(), { stored: 1500, existed: 1000 })
      },
    )

    test.serial(`${name}, ${kind}: an id is stored in each generation if the store is not asked before`, async t => {
      const target = await makeTarget(`${stem}-twice`)
      const indexer = await makeElasticsearchIndexer(t, { hosts: [server.url], target })
      await indexer.deliver(makeBatch(makeEvents('t', 5)), never)
      await call(server, `POST /${stem}-twice/_rollover`)
      await indexer.deliver(makeBatch(makeEvents('t', 5)), never)
      t.is(await countDocuments(server, `${stem}-twice`), 10) // what the test above is protected from
    })

    test.serial(`${name}, ${kind}: after a try without an answer the store is asked before the next try`, async t => {
      const target = await makeTarget(`${stem}-hung`)
      const options = { hosts: [server.url], target, requestTimeoutMs: 400, doubt }
      const indexer = await makeElasticsearchIndexer(t, options)
      await indexer.deliver(makeBatch(makeEvents('h', 1)), never)
      server.pause()
      const waiting = indexer.deliver(makeBatch(makeEvents('i', 50)), never)
      await until(() => indexer.status().retries > 0, 'a try has run out of time')
      server.resume()
      await call(server, `POST /${stem}-hung/_rollover`)
      await waiting
      t.is(await countDocuments(server, `${stem}-hung`), 51)
    })
  }

  test.serial(`${name}: existing ids are found before any refresh, in the generations since a time`, async t => {
    const target = await makeAlias('asked')
    const store = await createElasticsearchStore({ hosts: [server.url], target, log: silentLog })
    t.teardown(() => store.close())
    await store.write(makeEvents('e', 3), never)
    const ids = ['e-0', 'e-2', 'missing']
    const find = (sinceMs: number) => findExisting(t, server, { target: 'asked', ids, sinceMs })
    t.deepEqual([...(await find(Date.now()))].toSorted(), ['e-0', 'e-2'])
    await call(server, 'POST /asked/_rollover')
    t.is((await find(Date.now() - 1000)).size, 2)
    // A generation that ended long before the first try cannot have it, and is not queried.
    t.is((await find(Date.now() + 3_600_000)).size, 0)
  })

  test.serial(`${name}: a generation that was shrunk or cloned does not hide the one that was written`, async t => {
    const settings = { number_of_shards: 2, number_of_replicas: 0 }
    await call(server, 'PUT /made-000001', { settings, aliases: { made: { is_write_index: true } } })
    const store = await createElasticsearchStore({
      hosts: [server.url],
      target: { kind: 'alias', name: 'made' },
      log: silentLog,
    })
    t.teardown(() => store.close())
    await call(server, 'POST /made/_rollover')
    await call(server, 'PUT /made-000001/_settings', { 'index.blocks.write': true })
    const aliases = { made: {} }
    await call(server, 'POST /made-000001/_shrink/shrink-made-000001', {
      settings: { 'index.number_of_shards': 1 },
      aliases,
    })
    await call(server, 'POST /made-000001/_clone/copy-of-made', { aliases })
    const firstTryMs = Date.now()
    await store.write(makeEvents('m', 1), never)
    await call(server, 'POST /made/_rollover')
    const clockSkewMs = 600_000 // allowed for, and taken back here
    const query = { target: 'made', ids: ['m-0'], sinceMs: firstTryMs + clockSkewMs }
    t.deepEqual([...(await findExisting(t, server, query))], ['m-0'])
  })

  if (hasDataStreams) continue
  test.serial(`${name}: events for a data stream are held if the server does not support them`, async t => {
    const store = await createElasticsearchStore({
      hosts: [server.url],
      target: { kind: 'dataStream', name: 'unknown' },
      log: silentLog,
    })
    t.teardown(() => store.close())
    const [verdict] = await store.write(makeEvents('n', 1), never)
    t.like(verdict, { kind: 'held', target: 'unknown', reason: 'this server does not support data streams' })
  })
}
