import test from 'ava'
import { EventReader, isPoison } from '../../../src/events/event-reader.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { EVENT_HEADER_BYTES } from '../../../src/lumberjack/wire/frames.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'

const NOW_MS = Date.UTC(2026, 0, 2)

function read(payload: string | Buffer) {
  return new EventReader({ makeId: () => 'made-here', limits: { eventBytes: 2_000_000, eventMembers: 1000 } }).readJson(
    Buffer.from(payload),
    NOW_MS,
  )
}

function readStored(payload: string | Buffer) {
  const event = read(payload)
  if (isPoison(event)) throw new Error(`poison: ${event.reason}`)
  const { bytes, start, end, receivedAtMs: _, ...rest } = event
  return { ...rest, document: bytes.toString('utf8', start, end) }
}

test('an event of our agent is split by position into id, time, doubt, and the document without @metadata', t => {
  const batch = makeBatch([makeRun(['hello\n'])], { timeMs: 1000, doubtfulSinceMs: 77 })
  const { frames } = encodeEvents(batch, { protocol: 2, host: 'web1' })
  const event = readStored(frames.subarray(EVENT_HEADER_BYTES))
  t.like(event, { id: 'AAAAAAAAAAAAAAAA-0', timeMs: 1000, doubtfulSinceMs: 77 })
  const document = JSON.parse(event.document) as Record<string, unknown>
  t.deepEqual(Object.keys(document), ['@timestamp', 'message', 'host', 'log', 'agent'])
  t.is(document['message'], 'hello')
})

const foreign = test.macro({
  title: (given = '') => given,
  exec(t, payload: string, expected: { id?: string; timeMs?: number; document: string }) {
    t.deepEqual(readStored(payload), { id: 'made-here', timeMs: NOW_MS, ...expected })
  },
})
const received = '"@timestamp":"2026-01-02T00:00:00.000Z"'

test('an event without an id gets one, and an event without a time gets that of its receipt', foreign, '{"a":1}', {
  document: `{${received},"a":1}`,
})
test('an empty object gets a time', foreign, '{}', { document: `{${received}}` })
test(
  'a foreign @metadata is cut out, and its _id is the id of the event',
  foreign,
  '{"a":{"@metadata":1},"@timestamp":"2020-01-01T00:00:00Z","@metadata":{"beat":"filebeat","_id":"x7"}}',
  {
    id: 'x7',
    timeMs: Date.UTC(2020, 0, 1),
    document: '{"a":{"@metadata":1},"@timestamp":"2020-01-01T00:00:00Z"}',
  },
)
test(
  'a text that is not a time is replaced by the time of receipt, and kept',
  foreign,
  '{"@timestamp":"yesterday","a":1}',
  { document: `{${received},"unreadable_timestamp":"yesterday","a":1}` },
)

test('a raw newline in a payload never reaches the document', t => {
  const { document } = readStored('{\n"a":\r\n1,\n"@timestamp":"2020-01-01T00:00:00Z"}\n')
  t.notRegex(document, /[\r\n]/u)
  t.deepEqual(JSON.parse(document), { a: 1, '@timestamp': '2020-01-01T00:00:00Z' })
})

test('an event that forges the start of an agent’s event but is not JSON is poison', t => {
  const event = read('{"@metadata":{"_id":"AAAA-0"},"@timestamp":"2020-01-01T00:00:00.000Z","message":oops}')
  t.true(isPoison(event))
})

test('an event that forges the start of an agent’s event and contains a newline becomes one line', t => {
  const { id, document } = readStored('{"@metadata":{"_id":"AAAA-0"},"@timestamp":"2020-01-01T00:00:00.000Z",\n"m":1}')
  t.is(id, 'AAAA-0')
  t.notRegex(document, /[\r\n]/u)
})

const poison = test.macro({
  title: (given = '') => `a payload that is ${given} is poison, with a reason`,
  exec(t, payload: string | Buffer) {
    const event = read(payload)
    if (!isPoison(event)) return t.fail('it was taken')
    t.regex(event.type, /^[a-z_]+$/u)
    t.true(event.reason.length > 10)
    t.is(event.id, 'made-here')
    t.deepEqual(event.payload, Buffer.from(payload))
  },
})

test('empty', poison, '')
test('text', poison, 'hello')
test('half an object', poison, '{"a":')
test('an array', poison, '[{"a":1}]')
test('a number', poison, '7')
test('two objects', poison, '{"a":1}{"b":2}')
test('nested 10,000 deep', poison, `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)

test('invalid UTF-8 inside JSON becomes U+FFFD', t => {
  const payload = Buffer.from('{"a":"x\u00ff"}', 'latin1')
  t.deepEqual((JSON.parse(readStored(payload).document) as { a: string }).a, 'x\ufffd')
})
