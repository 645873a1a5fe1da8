// The indexer and the Elasticsearch store together, on real servers that are killed, stopped and missing.
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { DAY_MS } from '../../../../src/flow/time-units.ts'
import { Variable } from '../../../../src/flow/watched-value.ts'
import { searchElasticsearch } from '../../../../src/stores/elasticsearch/search.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeElasticsearchIndexer as makeIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { findFreePort } from '../../../helpers/servers/java-server.ts'
import { startRelay } from '../../../helpers/peers/relay.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { call, countDocuments, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeBatch, makeEvent, makeEvents } from '../../../helpers/stores/store-events.ts'
import { until } from '../../../helpers/time/until.ts'

const never = new AbortController().signal
const anyTime = { backMs: 3650 * DAY_MS, aheadMs: 3650 * DAY_MS }

for (const version of listServerVersions()) {
  const name = `${version.kind} ${version.version}`
  const scope = makeScope()
  let server: SearchServer

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  test.serial(`${name}: events arrive in the index of their day with id, mapping and time`, async t => {
    const indexer = await makeIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'forwarder-%{+yyyy.MM.dd}' },
      indexWindow: anyTime,
    })
    const first = Date.UTC(2026, 1, 3, 23, 59, 59, 999)
    const events = [
      makeEvent('a-0', { message: 'late', extra: 'text' }, first),
      makeEvent('a-1', { message: 'early' }, first + 1),
    ]
    await indexer.deliver(makeBatch(events), never)
    t.is(await countDocuments(server, 'forwarder-2026.02.03'), 1)
    t.is(await countDocuments(server, 'forwarder-2026.02.04'), 1)
    const found = await call(server, 'GET /forwarder-2026.02.03/_doc/a-0')
    t.deepEqual(found['_source'], { '@timestamp': '2026-02-03T23:59:59.999Z', message: 'late', extra: 'text' })
    const mapping = JSON.stringify(await call(server, 'GET /forwarder-2026.02.03/_mapping'))
    t.regex(mapping, /"@timestamp":\{"type":"date"\}/)
    t.regex(mapping, /"message":\{"type":"text"\}/)
    t.regex(mapping, /"extra":\{"type":"keyword","ignore_above":1024\}/)
    t.like(indexer.status(), { stored: 2, existed: 0, deadLettered: 0, eventsInFlight: 0 })
  })

  test.serial(`${name}: an event that is sent again is not stored again`, async t => {
    const indexer = await makeIndexer(t, { hosts: [server.url], target: { kind: 'index', pattern: 'again' } })
    const events = makeEvents('again', 500)
    await indexer.deliver(makeBatch(events), never)
    await indexer.deliver(makeBatch(events), never)
    t.is(await countDocuments(server, 'again'), 500)
    t.like(indexer.status(), { stored: 500, existed: 500 })
  })

  test.serial(`${name}: compressed requests in several pieces arrive whole`, async t => {
    const indexer = await makeIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'pieces' },
      compression: 'gzip',
      maxRequestBytes: 100_000,
      maxRequestEvents: 700,
    })
    await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        indexer.deliver(makeBatch(makeEvents(`p${i}`, 1000), { peer: `10.0.0.${i}:1` }), never),
      ),
    )
    t.is(await countDocuments(server, 'pieces'), 6000)
  })

  test.serial(`${name}: the index template is installed once, and an operator's change to it stays`, async t => {
    const target = { kind: 'index', pattern: 'kept-%{+yyyy}' } as const
    await (await makeIndexer(t, { hosts: [server.url], target })).deliver(makeBatch(makeEvents('kept', 1)), never)
    const path = '/_index_template/forwarder-kept'
    const found = (await call(server, `GET ${path}`)) as unknown as {
      index_templates: { index_template: Record<string, unknown> }[]
    }
    const installed = found.index_templates[0]?.index_template ?? {}
    await call(server, `PUT ${path}`, { ...installed, priority: 333 })
    await (await makeIndexer(t, { hosts: [server.url], target })).deliver(makeBatch(makeEvents('kept2', 1)), never)
    t.regex(JSON.stringify(await call(server, `GET ${path}`)), /"priority":333/)
  })

  test.serial(`${name}: a built-in template for logs-*-* does not conflict with the index template`, async t => {
    const dataStream = server.hasDataStreams ? { data_stream: {} } : {}
    const body = {
      index_patterns: ['logs-*-*'],
      priority: 100,
      ...dataStream,
      template: { settings: { number_of_replicas: 0 } },
    }
    await call(server, 'PUT /_index_template/logs', body)
    const events = makeEvents('stock', 3)
    const usual = await makeIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'forwarder-%{+yyyy.MM}' },
    })
    await usual.deliver(makeBatch(events), never)
    t.is(await countDocuments(server, 'forwarder-*'), 5)
    const inside = await makeIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'logs-app-%{+yyyy}' },
    })
    await inside.deliver(makeBatch(events), never)
    t.is(await countDocuments(server, 'logs-app-*'), 3)
  })

  test.serial(`${name}: a refused document is a dead letter, and the other events are stored`, async t => {
    const indexer = await makeIndexer(t, { hosts: [server.url], target: { kind: 'index', pattern: 'mixed' } })
    await indexer.deliver(makeBatch([...makeEvents('m', 10), makeEvent('bad', { host: 'a string' })]), never)
    t.like(indexer.status(), { stored: 10, deadLettered: 1 })
    t.is(await countDocuments(server, 'mixed'), 10)
  })

  test.serial(
    `${name}: events of a closed index wait until it is open, and those of other indices are stored`,
    async t => {
      await call(server, 'PUT /shut-2026')
      await call(server, 'POST /shut-2026/_close')
      const target = { kind: 'index', pattern: 'shut-%{+yyyy}' } as const
      const indexer = await makeIndexer(t, { hosts: [server.url], target, indexWindow: anyTime })
      const held = indexer.deliver(makeBatch(makeEvents('old', 5, Date.UTC(2026, 5, 1))), never)
      const others = indexer.deliver(makeBatch(makeEvents('new', 5, Date.UTC(2025, 5, 1))), never)
      await others
      await until(() => indexer.status().held.length > 0, 'the closed index is held')
      const { health, held: targets } = indexer.status()
      t.false(health.isHealthy)
      t.like(targets[0], { target: 'shut-2026', events: 5 })
      await call(server, 'POST /shut-2026/_open?wait_for_active_shards=1')
      await held
      t.true(indexer.status().health.isHealthy)
      t.is(await countDocuments(server, 'shut-*'), 10)
    },
  )

  test.serial(`${name}: a host that does not answer is skipped`, async t => {
    const dead = `http://127.0.0.1:${await findFreePort()}`
    const indexer = await makeIndexer(t, {
      hosts: [dead, server.url],
      target: { kind: 'index', pattern: 'failover' },
    })
    for (let i = 0; i < 4; i++) await indexer.deliver(makeBatch(makeEvents(`f${i}`, 5)), never)
    t.like(indexer.status(), { stored: 20, retries: 0 })
  })

  test.serial(
    `${name}: each event is stored once while hosts change, stop and are disconnected under load`,
    async t => {
      const relay = await startRelay(t, Number(new URL(server.url).port))
      const through = `http://127.0.0.1:${relay.port}`
      const hosts = new Variable<readonly string[]>([server.url])
      const indexer = await makeIndexer(t, { hosts, target: { kind: 'index', pattern: 'moving' } })
      const stages: (() => void)[] = [
        () => hosts.set([server.url, through]),
        () => hosts.set([through]),
        () => hosts.set([]),
        () => hosts.set([through, `http://localhost:${new URL(server.url).port}`]),
        () => relay.cut(),
        () => hosts.set([server.url]),
      ]
      const deliveries: Promise<void>[] = []
      for (let i = 0; i < 120; i++) {
        if (i % 20 === 10) stages.shift()?.()
        deliveries.push(indexer.deliver(makeBatch(makeEvents(`m${i}`, 100)), never))
        // Without hosts no delivery ends: the batches take a moment to be tried.
        await (hosts.current.length > 0 ? Promise.race(deliveries.slice(-8)) : sleep(10))
      }
      await Promise.all(deliveries)
      t.is(await countDocuments(server, 'moving'), 12_000)
      const { stored, existed, retries, deadLettered } = indexer.status()
      t.is(stored + existed, 12_000)
      t.is(deadLettered, 0)
      t.true(retries > 0, 'no event met the time without hosts')
      t.true(relay.connections() > 0, 'nothing went through the relay')
    },
  )

  test.serial(`${name}: a search finds the newest events first, by words and by fields, over pages`, async t => {
    const target = { kind: 'index', pattern: 'found-%{+yyyy.MM.dd}' } as const
    const indexer = await makeIndexer(t, { hosts: [server.url], target })
    const nowMs = Date.now()
    await indexer.deliver(makeBatch(makeEvents('same', 2500, nowMs)), never) // many events of one moment
    await indexer.deliver(
      makeBatch([
        makeEvent('x', { message: 'GET /checkout failed', host: { name: 'web-2' }, status: 500 }, nowMs - 5000),
        makeEvent('y', { message: 'GET /checkout done', host: { name: 'web-2' }, status: 200 }, nowMs - 9000),
      ]),
      never,
    )
    await call(server, 'POST /found-*/_refresh')
    const search = async (text: string, more: object = {}) => {
      const query = { text, fields: [], limit: 0, ...more }
      const hits = await Array.fromAsync(searchElasticsearch({ hosts: [server.url], target, log: silentLog }, query))
      return hits.map(hit => hit.id)
    }
    t.deepEqual(await search('checkout'), ['x', 'y'])
    t.deepEqual(await search('checkout get failed'), ['x'])
    t.deepEqual(
      await search('', {
        fields: [
          ['host.name', 'web-2'],
          ['status', '200'],
        ],
      }),
      ['y'],
    )
    t.deepEqual(await search('', { fields: [['host.name', 'web']] }), [])
    t.deepEqual(await search('checkout', { sinceMs: nowMs - 6000 }), ['x'])
    t.deepEqual(await search('', { limit: 2 }), ['same-2499', 'same-2498'])
    const all = await search('')
    t.is(all.length, 2502)
    t.is(new Set(all).size, 2502)
  })

  test.serial(`${name}: a server that is killed under load and started again has each event once`, async t => {
    const indexer = await makeIndexer(
      t,
      {
        hosts: [server.url],
        target: { kind: 'index', pattern: 'killed' },
        maxRequestEvents: 500,
        requestTimeoutMs: 5000,
      },
      { limits: { requestsInFlight: 4 } },
    )
    let delivered = 0
    const senders = Array.from({ length: 4 }, async (_, sender) => {
      for (let i = 0; i < 15; i++) {
        const batch = makeBatch(makeEvents(`k${sender}-${i}`, 400), { peer: `10.0.0.${sender}:1` })
        await indexer.deliver(batch, never)
        delivered += 400
      }
    })
    await until(() => delivered >= 4000, 'the load is on')
    await server.kill9()
    await until(() => indexer.status().retries > 0, 'the kill was noticed')
    t.true(delivered < 24_000)
    await server.restart()
    await Promise.all(senders)
    t.is(delivered, 24_000)
    t.is(await countDocuments(server, 'killed'), 24_000)
    const { stored, existed } = indexer.status()
    t.is(stored + existed, 24_000)
  })

  test.serial(`${name}: events wait for a server that hangs`, async t => {
    const indexer = await makeIndexer(t, {
      hosts: [server.url],
      target: { kind: 'index', pattern: 'hung' },
      requestTimeoutMs: 500,
    })
    await indexer.deliver(makeBatch(makeEvents('before', 10)), never)
    server.pause()
    const waiting = indexer.deliver(makeBatch(makeEvents('during', 100)), never)
    await until(() => indexer.status().retries > 0, 'a request has run out of time')
    server.resume()
    await waiting
    t.is(await countDocuments(server, 'hung'), 110)
  })

  test.serial(`${name}: events wait for a server that is not started yet`, async t => {
    await server.stop()
    const indexer = await makeIndexer(t, { hosts: [server.url], target: { kind: 'index', pattern: 'later-%{+yyyy}' } })
    const waiting = indexer.deliver(makeBatch(makeEvents('later', 50)), never)
    await until(() => indexer.status().retries >= 100, 'it was tried more than once')
    t.is(indexer.status().stored, 0)
    await server.restart()
    await waiting
    t.is(await countDocuments(server, 'later-*'), 50)
    t.regex(JSON.stringify(await call(server, 'GET /_index_template/forwarder-later')), /"managed_by":"forwarder"/)
  })
}
