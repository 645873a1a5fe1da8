import test, { type ExecutionContext } from 'ava'
import type { ServerResponse } from 'node:http'
import type { Target } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { type Interference, startSmallElasticsearch } from '../../../helpers/servers/small-elasticsearch.ts'
import { makeEvents } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const TEMPLATE = '/_index_template/forwarder-logs'

async function setUp(t: ExecutionContext, interfere: Interference, target?: Target) {
  const server = await startSmallElasticsearch(t, interfere)
  const log = makeRecordingLog()
  const byDay = { kind: 'index', pattern: 'logs-%{+yyyy.MM.dd}' } as const
  const store = await createElasticsearchStore({ hosts: [server.url], target: target ?? byDay, log })
  t.teardown(() => store.close())
  let count = 0
  const write = async () => (await store.write(makeEvents(`e${count++}`, 1), never))[0]
  return { server, log, write }
}

function say(response: ServerResponse, status: number, [type, body]: readonly [string, string]): true {
  response.writeHead(status, { 'content-type': type }).end(body)
  return true
}

const HTML = ['text/html', '<html>starting</html>'] as const

for (const [what, method, status] of [
  ['the question for the template', 'GET', 200],
  ['the question for the template', 'GET', 404],
  ['the question for the template', 'GET', 403],
  ['the template', 'PUT', 200],
  ['the template', 'PUT', 404],
  ['the template', 'PUT', 405],
] as const) {
  test(`a page of HTML with ${status} in answer to ${what} does not count as an installed template`, async t => {
    const { server, write } = await setUp(t, ({ line }, response, count) => {
      return line === `${method} ${TEMPLATE}` && count === 1 && say(response, status, HTML)
    })
    const held = await write()
    t.regex(held?.kind === 'held' ? held.remedy : '', /check "hosts"/)
    t.false(server.lines().includes('POST /_bulk'), 'nothing is written without it')
    t.like(await write(), { kind: 'stored' })
    t.true(server.templates.has('forwarder-logs'))
    t.like(await write(), { kind: 'stored' })
    t.is(server.lines().filter(line => line === `PUT ${TEMPLATE}`).length, method === 'PUT' ? 2 : 1)
  })
}

test('a template counts as installed only when it was read back', async t => {
  const { server, log, write } = await setUp(t, ({ line }, response, count) => {
    const isForgotten = line === `PUT ${TEMPLATE}` && count <= 2
    return isForgotten && say(response, 200, ['application/json', '{"acknowledged":true}'])
  })
  for (let i = 0; i < 4; i++) t.like(await write(), { kind: 'stored' })
  t.is(server.lines().filter(line => line === `PUT ${TEMPLATE}`).length, 3)
  t.true(server.templates.has('forwarder-logs'))
  t.is(log.lines.filter(({ level }) => level === 'warn').length, 1)
})

test('nothing is written to a data stream before its template was read back', async t => {
  const { server, write } = await setUp(
    t,
    ({ line }, response, count) =>
      line.startsWith('PUT /_index_template') && count === 1 && say(response, 200, ['application/json', '{}']),
    { kind: 'dataStream', name: 'logs' },
  )
  t.like(await write(), { kind: 'retry', isDoubtful: false })
  t.false(server.lines().includes('POST /_bulk'))
  t.like(await write(), { kind: 'stored' })
})

test('a template that is there already is read, and not written', async t => {
  const { server, write } = await setUp(t, () => false)
  server.templates.set('forwarder-logs', { index_patterns: ['logs-*'], priority: 333 })
  await write()
  await write()
  t.deepEqual(server.lines(), [`GET ${TEMPLATE}`, 'POST /_bulk', 'POST /_bulk'])
})

test('our own template of an earlier version is replaced', async t => {
  const { server, write } = await setUp(t, () => false)
  server.templates.set('forwarder-logs', {
    index_patterns: ['logs-*'],
    priority: 170,
    _meta: { managed_by: 'forwarder', version: 1 },
  })
  server.templates.set('logs', { index_patterns: ['logs-*-*'], priority: 100 })
  await write()
  t.like(server.templates.get('forwarder-logs'), { priority: 90 })
})
