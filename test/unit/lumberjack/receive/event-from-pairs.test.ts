import test from 'ava'
import type { StoreEvent } from '../../../../src/flow/event-batch.ts'
import { readPairEvent } from '../../../../src/lumberjack/receive/event-from-pairs.ts'
import { type Frame, FrameDecoder } from '../../../../src/lumberjack/wire/decoder.ts'
import { defaultFrameLimits } from '../../../../src/lumberjack/wire/frames.ts'
import { pairsFrame } from '../../../helpers/lumberjack/frames.ts'

const NOW_MS = Date.UTC(2026, 0, 2)

function read(bytes: Buffer): StoreEvent {
  const decoder = new FrameDecoder(defaultFrameLimits)
  decoder.push(Buffer.from(bytes))
  const frame = decoder.next() as Extract<Frame, { readonly type: 'pairs' }>
  return readPairEvent(frame, { nowMs: NOW_MS, makeId: () => 'made-here' })
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
