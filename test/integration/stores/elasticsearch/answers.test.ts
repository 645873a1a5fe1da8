// Every answer that docs/elasticsearch.md explains, provoked on real servers, and the verdict it gets.
import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { Verdict } from '../../../../src/stores/contract.ts'
import type { ElasticsearchOptions } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { call, countDocuments, type SearchServer, startSearchServer } from '../../../helpers/servers/search-server.ts'
import { listServerVersions, type ServerVersion } from '../../../helpers/servers/server-versions.ts'
import { eventOf, makeEvent } from '../../../helpers/stores/store-events.ts'

type Api = (request: string, body?: unknown) => Promise<unknown>

interface Row {
  readonly title: string
  /** Index that the events go to; also the name of the row. */
  readonly index: string
  readonly arrange?: (api: Api) => Promise<unknown>
  readonly undo?: (api: Api) => Promise<unknown>
  readonly events?: readonly StoreEvent[]
  readonly options?: Partial<ElasticsearchOptions>
  /** From this major version of Elasticsearch on there is no such answer. */
  readonly goneSince?: number
  /** The Elasticsearch of these tests has no ingest processors. */
  readonly isOpenSearchOnly?: true
  /** Kind of each verdict, in order. */
  readonly kinds: readonly Verdict['kind'][]
  /** Matches the type, reason and remedy of the last verdict. */
  readonly message?: RegExp
}

const cluster = (settings: Readonly<Record<string, unknown>>) => (api: Api) =>
  api('PUT /_cluster/settings', { persistent: settings })
const one = [makeEvent('a', { n: 1 })]
const large = Array.from({ length: 40 }, (_, i) => makeEvent(`l-${i}`, { text: 'x'.repeat(1000) }))

const makeGrok = (api: Api) =>
  api('PUT /_ingest/pipeline/grok', {
    processors: [{ grok: { field: 'message', patterns: ['%{NUMBER:n} done'] } }],
  })

const mapped = (index: string, properties: Readonly<Record<string, unknown>>) => (api: Api) =>
  api(`PUT /${index}`, { mappings: { properties } })

const rows: readonly Row[] = [
  { title: 'a new document is stored', index: 'fresh', kinds: ['stored'] },
  {
    title: 'an existing id is a success',
    index: 'twice',
    events: [makeEvent('a', { n: 1 }), makeEvent('a', { n: 1 }), makeEvent('b', { n: 2 })],
    kinds: ['stored', 'existed', 'stored'],
  },
  {
    title: 'an invalid date is the document’s fault, and the other events are stored',
    index: 'bad-date',
    arrange: mapped('bad-date', { '@timestamp': { type: 'date' } }),
    events: [makeEvent('a', {}), makeEvent('b', { '@timestamp': 'not a date' })],
    kinds: ['stored', 'refused'],
    message: /parsing_exception.*not a date/s,
  },
  {
    title: 'an object for a keyword field is the document’s fault',
    index: 'bad-host',
    arrange: mapped('bad-host', { host: { type: 'keyword' } }),
    events: [makeEvent('a', { host: { name: 'x' } })],
    kinds: ['refused'],
  },
  {
    title: 'a text for a number field is the document’s fault',
    index: 'bad-number',
    arrange: mapped('bad-number', { n: { type: 'long' } }),
    events: [makeEvent('a', { n: 'many' })],
    kinds: ['refused'],
  },
  {
    title: 'invalid JSON in one document does not affect the others',
    index: 'bad-json',
    events: [eventOf('a', '{"n":'), makeEvent('b', { n: 1 })],
    kinds: ['refused', 'stored'],
  },
  {
    title: 'a repeated field in a document is the document’s fault',
    index: 'field-twice',
    events: [eventOf('a', '{"n":1,"n":2}')],
    kinds: ['refused'],
  },
  {
    title: 'a strict mapping refuses a document with a new field',
    index: 'strict',
    arrange: api =>
      api('PUT /strict', { mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' } } } }),
    events: [makeEvent('a', { surprise: 1 })],
    kinds: ['refused'],
    message: /strict_dynamic_mapping_exception/,
  },
  {
    title: 'a document beyond the field limit of its index is refused',
    index: 'fields',
    arrange: api => api('PUT /fields', { settings: { 'index.mapping.total_fields.limit': 2 } }),
    events: [makeEvent('a', { one: 1, two: 2, three: 3 })],
    kinds: ['refused'],
    message: /Limit of total fields/,
  },
  {
    title: 'an immense term is the document’s fault',
    index: 'immense',
    arrange: mapped('immense', { k: { type: 'keyword' } }),
    events: [makeEvent('a', { k: 'x'.repeat(40_000) }), makeEvent('b', { k: 'y' })],
    kinds: ['refused', 'stored'],
  },
  {
    title: 'an event with an id over 512 bytes is never sent, and the other events are stored',
    index: 'long-id',
    events: [makeEvent('x'.repeat(513), {}), makeEvent('é'.repeat(256), {}), makeEvent('', {})],
    kinds: ['refused', 'stored', 'refused'],
    message: /unusable_id/,
  },
  {
    title: 'a raw newline between tokens does not end the line of a document',
    index: 'newline',
    events: [eventOf('a', '{"n":\n1}'), makeEvent('b', {})],
    kinds: ['stored', 'stored'],
  },
  {
    title: 'the flood-stage block of a full disk counts as load',
    index: 'flood',
    arrange: async api => {
      await api('PUT /flood')
      await api('PUT /flood/_settings', { 'index.blocks.read_only_allow_delete': true })
    },
    undo: api => api('PUT /flood/_settings', { 'index.blocks.read_only_allow_delete': null }),
    kinds: ['retry'],
    message: /429/,
  },
  {
    title: 'events for an index with a write block are held, and the remedy names the setting',
    index: 'blocked',
    arrange: api => api('PUT /blocked', { settings: { 'index.blocks.write': true } }),
    kinds: ['held'],
    message: /FORBIDDEN.*block from the index/s,
  },
  {
    title: 'events for a read-only index are held',
    index: 'read-only',
    arrange: api => api('PUT /read-only', { settings: { 'index.blocks.read_only': true } }),
    undo: api => api('PUT /read-only/_settings', { 'index.blocks.read_only': null }),
    kinds: ['held'],
    message: /read_?-?only/i,
  },
  {
    title: 'events for a read-only cluster are held',
    index: 'cluster-block',
    arrange: cluster({ 'cluster.blocks.read_only': true }),
    undo: cluster({ 'cluster.blocks.read_only': null }),
    kinds: ['held'],
    message: /_cluster\/settings/,
  },
  {
    title: 'events for a closed index are held',
    index: 'closed',
    arrange: async api => {
      await api('PUT /closed')
      await api('POST /closed/_close')
    },
    kinds: ['held'],
    message: /index_closed_exception.*_open/s,
  },
  {
    title: 'events for a missing index that may not be created are held',
    index: 'not-made',
    arrange: cluster({ 'action.auto_create_index': 'false' }),
    undo: cluster({ 'action.auto_create_index': null }),
    kinds: ['held'],
    message: /index_not_found_exception.*auto_create_index/s,
  },
  {
    title: 'events beyond the limit of shards are held',
    index: 'shards',
    arrange: cluster({ 'cluster.max_shards_per_node': 1 }),
    undo: cluster({ 'cluster.max_shards_per_node': null }),
    kinds: ['held'],
    message: /validation_exception.*max_shards_per_node/s,
  },
  {
    title: 'events for a missing pipeline are held',
    index: 'piped',
    options: { pipeline: 'nope' },
    kinds: ['held'],
    message: /pipeline with id \[nope\].*create that ingest pipeline/s,
  },
  {
    title: 'a line that a pipeline refuses is the document’s fault if another one passes',
    index: 'grok',
    isOpenSearchOnly: true,
    arrange: makeGrok,
    events: [makeEvent('a', { message: '7 done' }), makeEvent('b', { message: 'SECRET' }), makeEvent('c', {})],
    options: { pipeline: 'grok' },
    kinds: ['stored', 'refused', 'refused'],
    message: /illegal_argument_exception.*not present as part of path \[message\]/s,
  },
  {
    title: 'a line that the pipeline of an index refuses is held if it is alone, and its text is not in the reason',
    index: 'grok-alone',
    isOpenSearchOnly: true,
    arrange: async api => {
      await makeGrok(api)
      await api('PUT /grok-alone', { settings: { 'index.default_pipeline': 'grok' } })
    },
    events: [makeEvent('a', { message: 'SECRET' })],
    kinds: ['held'],
    message: /^(?!.*SECRET).*"400 illegal_argument_exception"/s,
  },
  {
    title: 'events for an alias without a write index are held',
    index: 'many',
    arrange: async api => {
      await api('PUT /many-1')
      await api('PUT /many-2')
      await api('POST /_aliases', {
        actions: ['many-1', 'many-2'].map(index => ({ add: { index, alias: 'many' } })),
      })
    },
    kinds: ['held'],
    message: /is_write_index/,
  },
  {
    title: 'events wait for a shard that is not active',
    index: 'inactive',
    arrange: api =>
      api('PUT /inactive?wait_for_active_shards=0', {
        settings: { 'index.routing.allocation.require._name': 'nonode' },
      }),
    options: { requestTimeoutMs: 2000 },
    kinds: ['retry'],
    message: /503 unavailable_shards_exception/,
  },
  {
    title: 'a tripped circuit breaker counts as load',
    index: 'breaker',
    arrange: cluster({ 'network.breaker.inflight_requests.limit': '10kb' }),
    undo: cluster({ 'network.breaker.inflight_requests.limit': null }),
    events: large,
    goneSince: 9, // it reads bulk bodies piece by piece and counts no whole ones
    kinds: large.map(() => 'retry' as const),
    message: /429 circuit_breaking_exception/,
  },
  {
    title: 'a server without memory counts as load',
    index: 'memory',
    arrange: cluster({ 'indices.breaker.total.limit': '1%' }),
    undo: cluster({ 'indices.breaker.total.limit': null }),
    kinds: ['retry'],
    message: /429/,
  },
]

function isGivenBy({ kind, version }: ServerVersion, { isOpenSearchOnly, goneSince = 99 }: Row): boolean {
  return kind === 'opensearch' || (isOpenSearchOnly !== true && Number.parseInt(version, 10) < goneSince)
}

for (const version of listServerVersions()) {
  const name = `${version.kind} ${version.version}`
  const scope = makeScope()
  let server: SearchServer

  test.before(`${name} starts`, async () => {
    server = await startSearchServer(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  for (const row of rows.filter(each => isGivenBy(version, each))) {
    test.serial(`${name}: ${row.title}`, async t => {
      const api: Api = (request, body) => call(server, request, body)
      await row.arrange?.(api)
      const store = await createElasticsearchStore({
        hosts: [server.url],
        target: { kind: 'index', pattern: row.index },
        installsTemplate: false,
        log: silentLog,
        ...row.options,
      })
      t.teardown(() => store.close())
      const verdicts = await store.write(row.events ?? one, new AbortController().signal)
      await row.undo?.(api)
      t.deepEqual(
        verdicts.map(verdict => verdict.kind),
        row.kinds,
        JSON.stringify(verdicts.slice(0, 3)),
      )
      // The complaint goes into a dead letter alone, and may quote the document.
      t.regex(JSON.stringify({ ...verdicts.at(-1), complaint: undefined }), row.message ?? /./)
      const there = row.kinds.filter(kind => kind === 'stored').length
      if (there > 0) t.is(await countDocuments(server, row.index), there)
    })
  }
}
