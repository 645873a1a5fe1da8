// Lines that an ingest pipeline refuses, on a real server. The Elasticsearch of the tests has no processors.
import test from 'ava'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { makeElasticsearchIndexer as makeIndexer } from '../../../helpers/servers/elasticsearch-indexer.ts'
import { call, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeBatch, makeEvent, makeEvents } from '../../../helpers/stores/store-events.ts'
import { until } from '../../../helpers/time/until.ts'

const never = new AbortController().signal

/** Processors of a pipeline that cannot take the line `SECRET line`. */
const PROCESSORS: readonly (readonly [string, object])[] = [
  ['grok', { field: 'message', patterns: ['%{NUMBER:n} done'] }],
  ['date', { field: 'message', formats: ['ISO8601'] }],
  ['json', { field: 'message' }],
  ['kv', { field: 'message', field_split: ' ', value_split: '=' }],
  ['convert', { field: 'message', type: 'integer' }],
  ['fail', { message: 'no {{{message}}}' }],
]

for (const version of listServerVersions().filter(({ kind }) => kind === 'opensearch')) {
  const name = `${version.kind} ${version.version}`
  const scope = makeScope()
  let server: SearchServer

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  for (const [processor, settings] of PROCESSORS) {
    test.serial(
      `${name}: a line that the pipeline of the store refuses (${processor}) is a dead letter, alone too`,
      async t => {
        await call(server, 'PUT /_ingest/pipeline/picky', { processors: [{ [processor]: settings }] })
        const log = makeRecordingLog()
        const target = { kind: 'index', pattern: `piped-${processor}` } as const
        const options = { hosts: [server.url], target, pipeline: 'picky' }
        const indexer = await makeIndexer(t, options, { log, limits: { heldFirstMs: 60_000, heldMaxMs: 60_000 } })
        await indexer.deliver(makeBatch([makeEvent('odd', { message: 'SECRET line' })]), never)
        t.like(indexer.status(), { stored: 0, deadLettered: 1, held: [], retries: 0 })
        t.notRegex(JSON.stringify([indexer.status(), log.lines]), /SECRET/)
      },
    )
  }

  test.serial(`${name}: of 96 lines the pipeline of an index refuses one, and the others are stored`, async t => {
    const grok = { field: 'message', patterns: ['^%{NUMBER:n} done'] }
    await call(server, 'PUT /_ingest/pipeline/own', { processors: [{ grok }] })
    await call(server, 'PUT /owned', { settings: { 'index.default_pipeline': 'own' } })
    const target = { kind: 'index', pattern: 'owned' } as const
    const indexer = await makeIndexer(t, { hosts: [server.url], target })
    const events = Array.from({ length: 96 }, (_, i) =>
      makeEvent(`o-${i}`, { message: i === 3 ? 'SECRET' : `${i} done` }),
    )
    await Promise.all(events.map((event, i) => indexer.deliver(makeBatch([event], { peer: `10.0.0.${i}:1` }), never)))
    t.like(indexer.status(), { stored: 95, deadLettered: 1, held: [] })
  })

  test.serial(`${name}: a pipeline of the store that is missing holds its lines`, async t => {
    const target = { kind: 'index', pattern: 'unpiped' } as const
    const indexer = await makeIndexer(t, { hosts: [server.url], target, pipeline: 'later' })
    const waiting = indexer.deliver(makeBatch(makeEvents('w', 3)), never)
    await until(() => indexer.status().held.length === 1, 'the lines are held')
    t.regex(indexer.status().health.reasons[0] ?? '', /pipeline with id \[later\] does not exist; create that ingest/)
    await call(server, 'PUT /_ingest/pipeline/later', { processors: [] })
    await waiting
    t.like(indexer.status(), { stored: 3, deadLettered: 0 })
  })
}
