import test, { type ExecutionContext } from 'ava'
import { array, assert, asyncProperty, constantFrom, integer, property, record } from 'fast-check'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/flow/time-units.ts'
import type { ElasticsearchOptions } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { nameTarget } from '../../../../src/stores/elasticsearch/index/event-destination.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { type Interference, startSmallElasticsearch } from '../../../helpers/servers/small-elasticsearch.ts'
import { eventOf, makeEvent } from '../../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const RECEIVED_MS = Date.UTC(2026, 10, 29, 12)
const byDay = { kind: 'index', pattern: 'logs-%{+yyyy.MM.dd}' } as const

function at(timeMs: number, receivedAtMs = RECEIVED_MS): StoreEvent {
  return { ...eventOf('a', '{}', timeMs), receivedAtMs }
}

async function setUp(t: ExecutionContext, options: Partial<ElasticsearchOptions> = {}, interfere?: Interference) {
  const server = await startSmallElasticsearch(t, interfere)
  const log = makeRecordingLog()
  const store = await createElasticsearchStore({
    hosts: [server.url],
    target: byDay,
    installsTemplate: false,
    log,
    ...options,
  })
  t.teardown(() => store.close())
  return { server, store, log, write: (event: StoreEvent) => store.write([event], never) }
}

for (const [what, timeMs, name] of [
  ['now', RECEIVED_MS, 'logs-2026.11.29'],
  ['30 days earlier', RECEIVED_MS - 30 * DAY_MS, 'logs-2026.10.30'],
  ['a millisecond more than 30 days earlier', RECEIVED_MS - 30 * DAY_MS - 1, 'logs-outside'],
  ['a day later', RECEIVED_MS + DAY_MS, 'logs-2026.11.30'],
  ['a millisecond more than a day later', RECEIVED_MS + DAY_MS + 1, 'logs-outside'],
  ['in microseconds', RECEIVED_MS * 1000, 'logs-outside'],
  ['in seconds', RECEIVED_MS / 1000, 'logs-outside'],
  ['before 1970', -1, 'logs-outside'],
  ['the last instant', 8.64e15, 'logs-outside'],
] as const) {
  test(`an event whose time is ${what} goes to ${name}`, t => {
    t.is(nameTarget(byDay).nameFor(at(timeMs)), name)
  })
}

for (const [pattern, outside] of [
  ['logs-%{+yyyy.MM.dd}', 'logs-outside'],
  ['%{+yyyy.MM.dd}-logs', 'outside-logs'],
  ['logs', 'logs'],
] as const) {
  test(`with the index ${pattern}, events outside the window go to ${outside}`, t => {
    t.is(nameTarget({ kind: 'index', pattern }).nameFor(at(0)), outside)
  })
}

test('any times make at most 33 indices a day', t => {
  const { nameFor } = nameTarget(byDay)
  const time = integer({ min: -8.64e15, max: 8.64e15 })
  const near = integer({ min: -40 * DAY_MS, max: 40 * DAY_MS }).map(ms => RECEIVED_MS + ms)
  assert(
    property(array(time, { maxLength: 50 }), array(near, { minLength: 100, maxLength: 500 }), (far, close) => {
      return new Set([...far, ...close].map(timeMs => nameFor(at(timeMs)))).size <= 33
    }),
  )
  t.pass()
})

test('a wide window names the index of an old event by its day', t => {
  const { nameFor } = nameTarget(byDay, { backMs: 3650 * DAY_MS, aheadMs: DAY_MS })
  t.is(nameFor(at(Date.UTC(2019, 0, 2))), 'logs-2019.01.02')
})

test('a document outside the window keeps its own time', async t => {
  const { server, store } = await setUp(t)
  const event = makeEvent('a', { n: 1 }, Date.UTC(1999, 0, 1))
  t.deepEqual(await store.write([event], never), [{ kind: 'stored', target: 'logs-outside' }])
  t.regex(server.requests.at(-1)?.body ?? '', /"_index":"logs-outside".*\n\{"@timestamp":"1999-01-01T00:00:00.000Z"/)
})

test('an event is stored once, wherever its time lies and whenever it is received again', async t => {
  const { server, write } = await setUp(t)
  let count = 0
  const cases = record({
    edge: constantFrom(-30 * DAY_MS, DAY_MS, 0),
    offset: integer({ min: -5 * DAY_MS, max: 5 * DAY_MS }),
    waits: array(integer({ min: 0, max: 4 * DAY_MS }), { minLength: 1, maxLength: 3 }),
    isMarked: constantFrom(true, false),
  })
  await assert(
    asyncProperty(cases, async ({ edge, offset, waits, isMarked }) => {
      const id = `e-${count++}`
      const event = { ...eventOf(id, '{}', RECEIVED_MS + edge + offset), receivedAtMs: RECEIVED_MS }
      const kinds = [(await write(event))[0]?.kind]
      let receivedAtMs = RECEIVED_MS
      for (const wait of waits) {
        // A sender that does not say so sends again within the hour.
        receivedAtMs += isMarked ? wait : Math.floor(wait / ((4 * DAY_MS) / HOUR_MS) / waits.length)
        const again = { ...event, receivedAtMs, ...(isMarked && { doubtfulSinceMs: RECEIVED_MS }) }
        kinds.push((await write(again))[0]?.kind)
      }
      t.deepEqual(kinds, ['stored', ...waits.map(() => 'existed')])
      return [...server.documents.values()].filter(ids => ids.has(id)).length === 1
    }),
    { numRuns: 300 },
  )
})

test('no index is asked for events that are not near an edge of the window', async t => {
  const { server, write } = await setUp(t)
  await write(at(RECEIVED_MS + MINUTE_MS))
  await write(at(RECEIVED_MS - 29 * DAY_MS))
  await write(at(RECEIVED_MS - 400 * DAY_MS))
  t.deepEqual(new Set(server.lines()), new Set(['POST /_bulk']))
})

const edge = at(RECEIVED_MS - 30 * DAY_MS - MINUTE_MS)

test('events near an edge wait while the store does not answer whether they exist, and the others are written', async t => {
  const { store } = await setUp(t, {}, ({ line }, response, count) => {
    if (line !== 'POST /_mget' || count > 1) return false
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"type":"x"}}')
    return true
  })
  const middle = { ...eventOf('b', '{}', RECEIVED_MS), receivedAtMs: RECEIVED_MS }
  t.like(await store.write([edge, middle], never), [{ kind: 'retry', isDoubtful: false }, { kind: 'stored' }])
  t.like(await store.write([edge, middle], never), [{ kind: 'stored' }, { kind: 'existed' }])
})

test('without the right to read, events near an edge are written, and the log has one warning', async t => {
  const { write, log } = await setUp(t, {}, ({ line }, response) => {
    if (line !== 'POST /_mget') return false
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"error":{"type":"security_exception"}}')
    return true
  })
  t.like(await write(edge), [{ kind: 'stored' }])
  t.like(await write(edge), [{ kind: 'existed' }])
  t.is(log.lines.filter(({ level }) => level === 'warn').length, 1)
})
