import test from 'ava'
import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import { EventReader, isPoison } from '../../../src/events/event-reader.ts'
import { type Frame, FrameDecoder } from '../../../src/lumberjack/wire/decoder.ts'
import { readPairs } from '../../../src/lumberjack/wire/key-value-pairs.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import { pairsFrame } from '../../helpers/lumberjack/frames.ts'

const NOW_MS = Date.UTC(2026, 0, 2)

function readAny(bytes: Buffer) {
  const decoder = new FrameDecoder(defaultFrameLimits)
  decoder.push(Buffer.from(bytes))
  const { payload, pairCount } = decoder.next() as Extract<Frame, { readonly type: 'pairs' }>
  const reader = new EventReader({
    makeId: () => 'made-here',
    limits: { eventBytes: 8_000_000, eventMembers: 200_000 },
  })
  return reader.readPairs({ payload, pairCount, read: () => readPairs(payload, pairCount) }, NOW_MS)
}

function read(bytes: Buffer): StoreEvent {
  const event = readAny(bytes)
  if (isPoison(event)) throw new Error(`poison: ${event.reason}`)
  return event
}

function pairsFrameOf(count: number): Buffer {
  return pairsFrame(
    1,
    Array.from({ length: count }, (_, i) => [`k${i}`, 'v'] as [string, string]),
  )
}

function readDocument(frame: Buffer): unknown {
  const { bytes, start, end } = read(frame)
  return JSON.parse(bytes.toString('utf8', start, end))
}

test('the pairs of an event of protocol 1 become members as in protocol 2', t => {
  const frame = pairsFrame(1, [['file', '/var/log/a'], ['host', 'web1'], ['offset', '42'], ['line', 'hi'], ['type', 'nginx']]) // prettier-ignore
  t.deepEqual(readDocument(frame), {
    '@timestamp': '2026-01-02T00:00:00.000Z',
    message: 'hi',
    host: { name: 'web1' },
    log: { file: { path: '/var/log/a' }, offset: 42 },
    type: 'nginx',
  })
})

test('an event of protocol 1 gets a generated id and the time of its receipt', t => {
  t.like(read(pairsFrame(1, [['line', 'hi']])), { id: 'made-here', timeMs: NOW_MS })
})

test('a field of protocol 1 that is named like a member of an event becomes a member of "fields"', t => {
  const document = readDocument(pairsFrame(1, [['line', 'hi'], ['message', 'm'], ['log', 'l']])) // prettier-ignore
  t.like(document, { message: 'hi', fields: { message: 'm', log: 'l' } })
})

test('bytes of protocol 1 that are not UTF-8 become U+FFFD, and log.flags reports that', t => {
  const document = readDocument(pairsFrame(1, [['line', Buffer.of(0x61, 0xff)]]))
  t.like(document, { message: 'a\ufffd', log: { flags: ['invalid_utf8'] } })
})

test('an event of protocol 1 may have as many pairs as the limit allows, and one with more is poison that was not read', t => {
  t.is(Object.keys(readDocument(pairsFrameOf(200_000)) as object).length, 200_001)
  const event = readAny(pairsFrameOf(200_001))
  if (!isPoison(event)) return t.fail('it was taken')
  t.is(event.type, 'too_many_members')
  t.is(event.reason, 'the event has 200001 pairs, the limit is 200000: raise `eventMembers` in `limits`')
})

test('an agent that is a text in an event of protocol 1 becomes agent.name', t => {
  t.like(readDocument(pairsFrame(1, [['line', 'hi'], ['agent', 'rsyslog']])), { agent: { name: 'rsyslog' } }) // prettier-ignore
})

test('a long value of protocol 1 is the same text as a short one', t => {
  const value = 'é"\\\n\u0000😀'.repeat(20_000)
  t.like(readDocument(pairsFrame(1, [['line', value]])), { message: value })
  t.like(readDocument(pairsFrame(1, [['line', Buffer.alloc(200_000, 0xff)]])), { message: '\ufffd'.repeat(200_000) })
})

const refused = test.macro({
  title: (providedTitle = '') => `an event of protocol 1 ${providedTitle} is poison`,
  exec: (t, [key, value]: readonly [string, Buffer], type: string) => {
    const event = readAny(pairsFrame(1, [[key, value]]))
    if (!isPoison(event)) return t.fail('it was taken')
    t.is(event.type, type)
  },
})
test('that is larger as JSON than an event may be', refused, ['line', Buffer.alloc(3_000_000)], 'document_too_large')
test('with a key of 70,000 characters', refused, ['k'.repeat(70_000), Buffer.from('v')], 'key_too_long')
