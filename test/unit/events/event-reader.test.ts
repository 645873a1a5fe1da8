import test from 'ava'
import { FrameDecoder } from '../../../src/lumberjack/wire/decoder.ts'
import { type EventFrame, EventReader, isPoison } from '../../../src/events/event-reader.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { jsonFrame, pairsFrame } from '../../helpers/lumberjack/frames.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'

const nowMs = Date.UTC(2026, 0, 2)

function read(frame: Buffer) {
  const decoder = new FrameDecoder(defaultFrameLimits)
  decoder.push(Buffer.from(frame))
  return new EventReader(() => 'made-here').read(decoder.next() as EventFrame, nowMs)
}

function readStored(payload: string | Buffer) {
  const event = read(typeof payload === 'string' ? jsonFrame(1, payload) : payload)
  if (isPoison(event)) throw new Error(`poison: ${event.reason}`)
  const { bytes, start, end, ...rest } = event
  return { ...rest, document: bytes.toString('utf8', start, end) }
}

test('an event of our agent is cut apart by position: id, time, doubt, and the document without @metadata', t => {
  const batch = makeBatch([makeRun(['hello\n'])], { timeMs: 1000, doubtfulSinceMs: 77 })
  const { frames } = encodeEvents(batch, { protocol: 2, host: 'web1' })
  const event = readStored(frames)
  t.like(event, { id: 'AAAAAAAAAAAAAAAA-0', timeMs: 1000, doubtfulSinceMs: 77 })
  const document = JSON.parse(event.document) as Record<string, unknown>
  t.deepEqual(Object.keys(document), ['@timestamp', 'message', 'host', 'log', 'agent'])
  t.is(document['message'], 'hello')
})

const foreign = test.macro({
  title: (given = '') => given,
  exec(t, payload: string, expected: { id?: string; timeMs?: number; document: string }) {
    t.deepEqual(readStored(payload), { id: 'made-here', timeMs: nowMs, ...expected })
  },
})
const received = '"@timestamp":"2026-01-02T00:00:00.000Z"'

test('without an id one is made, and the time of receipt is put in where there is none', foreign, '{"a":1}', {
  document: `{${received},"a":1}`,
})
test('an empty object becomes one with a time', foreign, '{}', { document: `{${received}}` })
test(
  'a foreign @metadata is taken out, wherever it stands, and its _id is the id',
  foreign,
  '{"a":{"@metadata":1},"@timestamp":"2020-01-01T00:00:00Z","@metadata":{"beat":"filebeat","_id":"x7"}}',
  {
    id: 'x7',
    timeMs: Date.UTC(2020, 0, 1),
    document: '{"a":{"@metadata":1},"@timestamp":"2020-01-01T00:00:00Z"}',
  },
)
test('a time that is none is replaced by that of receipt', foreign, '{"@timestamp":"yesterday","a":1}', {
  document: `{${received},"a":1}`,
})

test('a raw newline in a payload never reaches the document', t => {
  const { document } = readStored('{\n"a":\r\n1,\n"@timestamp":"2020-01-01T00:00:00Z"}\n')
  t.notRegex(document, /[\r\n]/u)
  t.deepEqual(JSON.parse(document), { a: 1, '@timestamp': '2020-01-01T00:00:00Z' })
})

test('an event that forges the start of ours but is no JSON is poison', t => {
  const event = read(
    jsonFrame(1, '{"@metadata":{"_id":"AAAA-0"},"@timestamp":"2020-01-01T00:00:00.000Z","message":oops}'),
  )
  t.true(isPoison(event))
})

test('an event that forges the start of ours and smuggles a newline gives one line all the same', t => {
  const { id, document } = readStored('{"@metadata":{"_id":"AAAA-0"},"@timestamp":"2020-01-01T00:00:00.000Z",\n"m":1}')
  t.is(id, 'AAAA-0')
  t.notRegex(document, /[\r\n]/u)
})

const poison = test.macro({
  title: (given = '') => `${given} is poison, with a reason`,
  exec(t, payload: string | Buffer) {
    const event = read(jsonFrame(1, payload))
    if (!isPoison(event)) return t.fail('it was taken')
    t.regex(event.type, /^[a-z_]+$/u)
    t.true(event.reason.length > 10)
    t.is(event.id, 'made-here')
    t.deepEqual(event.payload, Buffer.from(payload))
  },
})

test('an empty payload', poison, '')
test('text', poison, 'hello')
test('half an object', poison, '{"a":')
test('an array', poison, '[{"a":1}]')
test('a number', poison, '7')
test('two objects', poison, '{"a":1}{"b":2}')
test('nesting 10,000 deep', poison, `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
test('an id of 513 bytes', poison, JSON.stringify({ '@metadata': { _id: 'x'.repeat(513) } }))

test('invalid UTF-8 inside JSON becomes U+FFFD', t => {
  const payload = Buffer.from('{"a":"x\u00ff"}', 'latin1')
  t.deepEqual((JSON.parse(readStored(jsonFrame(1, payload)).document) as { a: string }).a, 'x\ufffd')
})

test('the pairs of protocol 1 come into the shape of protocol 2', t => {
  const frame = pairsFrame(1, [['file', '/var/log/a'], ['host', 'web1'], ['offset', '42'], ['line', 'hi'], ['type', 'nginx']]) // prettier-ignore
  t.deepEqual(JSON.parse(readStored(frame).document), {
    '@timestamp': '2026-01-02T00:00:00.000Z',
    message: 'hi',
    host: { name: 'web1' },
    log: { file: { path: '/var/log/a' }, offset: 42 },
    type: 'nginx',
  })
})

test('a field of protocol 1 that is named like a member of ours keeps out of its way', t => {
  const document: unknown = JSON.parse(readStored(pairsFrame(1, [['line', 'hi'], ['message', 'm'], ['log', 'l']])).document) // prettier-ignore
  t.like(document, { message: 'hi', fields: { message: 'm', log: 'l' } })
})

test('bytes of protocol 1 that are no UTF-8 become U+FFFD, and log.flags says so', t => {
  const document: unknown = JSON.parse(readStored(pairsFrame(1, [['line', Buffer.of(0x61, 0xff)]])).document)
  t.like(document, { message: 'a\ufffd', log: { flags: ['invalid_utf8'] } })
})
