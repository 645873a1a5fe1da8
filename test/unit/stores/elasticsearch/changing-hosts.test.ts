import test, { type ExecutionContext } from 'ava'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Variable } from '../../../../src/flow/watched-value.ts'
import { createClient } from '../../../../src/stores/elasticsearch/http/client.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeEvents } from '../../../helpers/stores/store-events.ts'
import { until } from '../../../helpers/time/until.ts'

interface Tiny {
  readonly url: string
  readonly requests: string[]
  /** Connections that are open. */
  readonly connections: Set<object>
  /** What a request waits for before it is answered. */
  hold: Promise<void>
}

async function startTiny(t: ExecutionContext, answer?: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer((request, response) => {
    tiny.requests.push(`${request.method} ${request.url}`)
    const reply = answer ?? (() => response.setHeader('content-type', 'application/json').end('{}'))
    void tiny.hold.then(() => reply(request, response))
    request.resume()
  })
  server.on('connection', socket => {
    tiny.connections.add(socket)
    socket.on('close', () => tiny.connections.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const requests: string[] = []
  const tiny: Tiny = { url: `http://127.0.0.1:${port}`, requests, connections: new Set(), hold: Promise.resolve() }
  return tiny
}

const target = { kind: 'index', pattern: 'a' } as const
const never = new AbortController().signal
const get = { method: 'GET', path: '/' } as const

function countTemplates({ requests }: Tiny): number {
  return requests.filter(line => line.includes('_template')).length
}

async function setUp(t: ExecutionContext, first: readonly string[]) {
  const hosts = new Variable<readonly string[]>(first)
  const log = makeRecordingLog()
  const client = await createClient({ hosts, target, log })
  t.teardown(() => client.close())
  return { hosts, log, client, ask: () => client.send(get, never) }
}

test('added hosts of a store get requests, removed ones get none, and their connections are closed', async t => {
  const [a, b] = [await startTiny(t), await startTiny(t)]
  const { hosts, log, ask } = await setUp(t, [a.url])
  await ask()
  hosts.set([a.url, b.url])
  for (let i = 0; i < 4; i++) await ask()
  t.deepEqual([a.requests.length, b.requests.length], [3, 2])
  const [kept] = b.connections
  hosts.set([b.url])
  await until(() => a.connections.size === 0, 'the connections to the old host are closed')
  for (let i = 0; i < 4; i++) await ask()
  t.deepEqual([a.requests.length, b.requests.length], [3, 6])
  t.true(b.connections.has(kept!), 'the one that stays keeps its connection')
  t.deepEqual(
    log.lines.map(({ fields }) => fields),
    [
      { added: [`${b.url}/`], removed: [] },
      { added: [], removed: [`${a.url}/`] },
    ],
  )
})

test('a request that is under way when its host is removed gets its answer', async t => {
  const [a, b] = [await startTiny(t), await startTiny(t)]
  const { hosts, ask } = await setUp(t, [a.url])
  const { promise, resolve } = Promise.withResolvers<void>()
  a.hold = promise
  const asked = ask()
  await until(() => a.requests.length === 1, 'the request has arrived')
  hosts.set([b.url])
  await ask()
  hosts.set([a.url])
  const again = ask()
  await until(() => a.requests.length === 2, 'the host is back before its last answer')
  resolve()
  t.like(await asked, { kind: 'answer', status: 200 })
  t.like(await again, { kind: 'answer', status: 200 })
  await until(() => a.connections.size === 1, 'the old connection is closed')
})

test('a request that could not be sent to a removed host goes to an added one', async t => {
  const b = await startTiny(t)
  const gone = await startTiny(t, (request, response) => response.destroy() && request.destroy())
  const { hosts, client, ask } = await setUp(t, ['http://127.0.0.1:1'])
  const asked = ask()
  hosts.set([b.url])
  t.like(await asked, { kind: 'answer', status: 200 })
  hosts.set([gone.url])
  const lost = client.send({ ...get, method: 'POST' }, never)
  const question = ask()
  hosts.set([b.url])
  t.like(await lost, { kind: 'unanswered' }, 'it may have arrived, and is not for the client to send again')
  t.like(await question, { kind: 'answer', status: 200 })
})

test('a request without a host fails with that reason, and an added host gets the next one', async t => {
  const a = await startTiny(t)
  const { hosts, ask } = await setUp(t, [])
  t.deepEqual(await ask(), { kind: 'unsent', reason: 'the list of hosts of the store is empty' })
  hosts.set([a.url])
  t.like(await ask(), { kind: 'answer' })
})

test('an invalid address in a watched list is ignored, and logged without its password', async t => {
  const a = await startTiny(t)
  const { hosts, log, ask } = await setUp(t, ['es:9200'])
  hosts.set(['http://user:hush@es', a.url, a.url])
  t.like(await ask(), { kind: 'answer' })
  const errors = log.lines.filter(({ level }) => level === 'error')
  t.is(errors.length, 2)
  t.notRegex(JSON.stringify(log.lines), /hush/)
})

test('a closed client ignores changes of its hosts', async t => {
  const a = await startTiny(t)
  const { hosts, log, client } = await setUp(t, [a.url])
  await client.close()
  hosts.set([])
  t.deepEqual(log.lines, [])
})

test('a store without hosts accepts nothing and reports the reason; it checks its template on added hosts', async t => {
  const created = { errors: false, items: [{ create: { status: 201 } }] }
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    response
      .setHeader('content-type', 'application/json')
      .end(request.url?.includes('_bulk') ? JSON.stringify(created) : '{}')
  const [a, b] = [await startTiny(t, answer), await startTiny(t, answer)]
  const hosts = new Variable<readonly string[]>([])
  const store = await createElasticsearchStore({ hosts, target, log: silentLog })
  t.teardown(() => store.close())
  const write = async () => (await store.write(makeEvents('a', 1), never))[0]
  const verdict = await write()
  t.like(verdict, { kind: 'retry', isDoubtful: false })
  t.regex(JSON.stringify(verdict), /the list of hosts of the store is empty/)
  hosts.set([a.url])
  for (let i = 0; i < 2; i++) t.is((await write())?.kind, 'stored')
  const asked = countTemplates(a)
  t.true(asked > 0)
  hosts.set([b.url])
  for (let i = 0; i < 2; i++) t.is((await write())?.kind, 'stored')
  t.is(countTemplates(b), asked)
  t.is(countTemplates(a), asked)
})
