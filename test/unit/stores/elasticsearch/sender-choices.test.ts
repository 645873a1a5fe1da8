import test, { type ExecutionContext } from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import type { SenderChoices } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { startSmallElasticsearch } from '../../../helpers/servers/small-elasticsearch.ts'
import { eventOf } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal

async function setUp(t: ExecutionContext, senderChoices?: SenderChoices) {
  const server = await startSmallElasticsearch(t)
  const log = makeRecordingLog()
  const store = await createElasticsearchStore({
    hosts: [server.url],
    target: { kind: 'index', pattern: 'logs' },
    installsTemplate: false,
    log,
    ...(senderChoices && { senderChoices }),
  })
  t.teardown(() => store.close())
  const send = async (choice: Pick<StoreEvent, 'rawIndex' | 'pipeline'>, id = 'a') => {
    await store.write([{ ...eventOf(id, '{}'), ...choice }], never)
    const { create } = JSON.parse(server.requests.at(-1)?.body.split('\n')[0] ?? '{}') as { create: object }
    return create
  }
  return { send, warnings: () => log.lines.filter(({ level }) => level === 'warn') }
}

test('an event of Filebeat arrives in the index and the pipeline that the configuration allows', async t => {
  const { send, warnings } = await setUp(t, { indices: ['filebeat-*'], pipelines: ['nginx', 'filebeat-*'] })
  t.deepEqual(await send({ rawIndex: 'filebeat-8.19.0', pipeline: 'filebeat-8.19.0-nginx' }), {
    _index: 'filebeat-8.19.0',
    _id: 'a',
    pipeline: 'filebeat-8.19.0-nginx',
  })
  t.deepEqual(await send({ pipeline: 'nginx' }), { _index: 'logs', _id: 'a', pipeline: 'nginx' })
  t.deepEqual(warnings(), [])
})

test('the first index and the first pipeline that are not allowed are logged, with the setting, and ignored', async t => {
  const { send, warnings } = await setUp(t)
  for (const id of ['a', 'b', 'c']) {
    t.deepEqual(await send({ rawIndex: `filebeat-${id}`, pipeline: `nginx-${id}` }, id), { _index: 'logs', _id: id })
  }
  t.deepEqual(
    warnings().map(({ fields }) => fields),
    [
      { raw_index: 'filebeat-a', setting: 'store.senderChoices.indices' },
      { pipeline: 'nginx-a', setting: 'store.senderChoices.pipelines' },
    ],
  )
})

test('each event is judged by its own choice, whatever the one before it chose', async t => {
  const { send } = await setUp(t, { indices: ['filebeat-*'], pipelines: ['nginx'] })
  const names = ['filebeat-1', 'other', 'filebeat-1', 'filebeat-2', 'other', 'other']
  for (const [i, rawIndex] of names.entries()) {
    const pipeline = i % 2 === 0 ? 'nginx' : 'apache'
    t.like(await send({ rawIndex, pipeline }, `id-${i}`), {
      _index: rawIndex === 'other' ? 'logs' : rawIndex,
      pipeline: i % 2 === 0 ? 'nginx' : undefined,
    })
  }
})

for (const rawIndex of ['.security', 'a"b', 'a*', 'A', '-a', 'a/b', 'a\nb', '', 'x'.repeat(256), 'a-%{+yyyy}', '..']) {
  test(`an event for ${JSON.stringify(rawIndex.slice(0, 20))}, which no index may be named, goes to the index of the store`, async t => {
    const { send } = await setUp(t, { indices: ['*'] })
    t.deepEqual(await send({ rawIndex }), { _index: 'logs', _id: 'a' })
  })
}

test('the name of a pipeline cannot break out of its line', async t => {
  const { send } = await setUp(t, { pipelines: ['*'] })
  const pipeline = '"}}\n{"delete":{"_index":"logs"}}\n'
  t.deepEqual(await send({ pipeline }), { _index: 'logs', _id: 'a', pipeline })
})

function chosen(id: string, pipeline?: string): StoreEvent {
  return { ...eventOf(id, '{}'), ...(pipeline !== undefined && { pipeline }) }
}

test('a document that the pipeline chosen by its sender refuses is at fault, alone and beside others, and only that one', async t => {
  const refused = { status: 400, error: { type: 'illegal_argument_exception', reason: 'unable to parse date [x]' } }
  const server = await startSmallElasticsearch(t, ({ line, body }, response) => {
    if (line !== 'POST /_bulk') return false
    const count = body.trimEnd().split('\n').length / 2
    const items = Array.from({ length: count }, () => ({ create: refused }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }))
    return true
  })
  const store = await createElasticsearchStore({
    hosts: [server.url],
    target: { kind: 'index', pattern: 'logs' },
    installsTemplate: false,
    log: makeRecordingLog(),
    senderChoices: { pipelines: ['nginx', '_none'] },
  })
  t.teardown(() => store.close())
  const kindsOf = async (...events: readonly StoreEvent[]) => (await store.write(events, never)).map(({ kind }) => kind)
  t.deepEqual(await kindsOf(chosen('a', 'nginx')), ['refused'])
  t.deepEqual(await kindsOf(chosen('b', 'nginx'), chosen('c'), chosen('d', 'mine'), chosen('e', '_none')), [
    'refused',
    'held',
    'held',
    'held',
  ])
})
