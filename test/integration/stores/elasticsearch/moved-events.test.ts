// Indices that a pipeline chooses for an event, which may choose another one when the event comes again.
import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import { makeElasticsearchIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { call, countDocuments, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeBatch, makeEvents } from '../../../helpers/stores/store-events.ts'
import { patience } from '../../../helpers/time/patience.ts'

const never = new AbortController().signal
const doubt = { lastTryMs: patience(5000), tryDeadMs: 100 }

type Choice = Pick<StoreEvent, 'filledIndex' | 'reroutedTo'>

function choose(events: readonly StoreEvent[], choice: Choice, more: Partial<StoreEvent> = {}): StoreEvent[] {
  return events.map(event => ({ ...event, ...choice, ...more }))
}

for (const version of listServerVersions()) {
  const name = `${version.kind} ${version.version}`
  const scope = makeScope()
  let server: SearchServer

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  test.serial(`${name}: events with fields in their index arrive, with the mapping of one template`, async t => {
    const target = { kind: 'index', pattern: 'plain-%{kind}-%{+yyyy}' } as const
    const indexer = await makeElasticsearchIndexer(t, { hosts: [server.url], target, allowedIndices: ['plain-*'] })
    const events = [
      ...choose(makeEvents('a', 20), { filledIndex: 'plain-web-%{+yyyy}' }),
      ...choose(makeEvents('b', 20), { filledIndex: 'plain-db-%{+yyyy}' }),
      ...makeEvents('c', 20),
    ]
    await indexer.deliver(makeBatch(events), never)
    for (const kind of ['web', 'db', 'other']) t.is(await countDocuments(server, `plain-${kind}-*`), 20)
    const mappings = Object.values(await call(server, 'GET /plain-*/_mapping'))
    t.is(mappings.length, 3)
    for (const mapping of mappings) t.regex(JSON.stringify(mapping), /"message":\{"type":"text"\}/)
  })

  test.serial(`${name}: an event that comes again is stored once, whichever index it has then`, async t => {
    const target = { kind: 'index', pattern: 'moved-%{kind}-%{+yyyy.MM.dd}' } as const
    const allowedIndices = ['moved-*', 'elsewhere-*']
    const options = { hosts: [server.url], target, allowedIndices, mayMove: () => true, doubt }
    const indexer = await makeElasticsearchIndexer(t, options)
    const firstTryMs = Date.now()
    const events = makeEvents('m', 1200)
    const day = 86_400_000
    await indexer.deliver(makeBatch(choose(events.slice(0, 400), { filledIndex: 'moved-web-%{+yyyy.MM.dd}' })), never)
    await indexer.deliver(makeBatch(choose(events.slice(400, 800), { reroutedTo: 'elsewhere-default' })), never)
    const again = choose(
      events,
      { filledIndex: 'moved-db-%{+yyyy.MM.dd}' },
      { timeMs: firstTryMs - day, doubtfulSinceMs: firstTryMs },
    )
    await indexer.deliver(makeBatch(again), never)
    t.is(await countDocuments(server, 'moved-*,elsewhere-*'), 1200)
    t.like(indexer.status(), { stored: 1200, existed: 800 })
  })

  test.serial(`${name}: an event is stored once in each index if the store is not asked before`, async t => {
    const target = { kind: 'index', pattern: 'twice-%{kind}' } as const
    const indexer = await makeElasticsearchIndexer(t, { hosts: [server.url], target, allowedIndices: ['twice-*'] })
    const events = makeEvents('t', 5)
    await indexer.deliver(makeBatch(choose(events, { filledIndex: 'twice-a' })), never)
    await indexer.deliver(makeBatch(choose(events, { filledIndex: 'twice-b' }, { doubtfulSinceMs: 1 })), never)
    t.is(await countDocuments(server, 'twice-*'), 10) // what the test above is protected from
  })

  const hasDataStreams = version.kind === 'opensearch' || Number.parseInt(version.version, 10) >= 8
  if (!hasDataStreams) continue
  test.serial(`${name}: data streams whose names have fields are asked in all of their generations`, async t => {
    const target = { kind: 'dataStream', name: 'stream-%{kind}-default' } as const
    const options = { hosts: [server.url], target, allowedIndices: ['stream-*-*'], mayMove: () => true, doubt }
    const indexer = await makeElasticsearchIndexer(t, options)
    const firstTryMs = Date.now()
    const events = makeEvents('d', 300)
    await indexer.deliver(makeBatch(choose(events.slice(0, 200), { filledIndex: 'stream-web-default' })), never)
    t.regex(Object.keys(await call(server, 'GET /stream-web-default/_settings')).join(), /^\.ds-stream-web-default-/)
    await call(server, 'POST /stream-web-default/_rollover')
    const again = choose(events, { filledIndex: 'stream-db-default' }, { doubtfulSinceMs: firstTryMs })
    await indexer.deliver(makeBatch(again), never)
    t.is(await countDocuments(server, 'stream-*'), 300)
    t.like(indexer.status(), { stored: 300, existed: 200 })
  })
}
