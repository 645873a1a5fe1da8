import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import {
  compressedFrame,
  forwarderWindow,
  jsonFrame,
  pairsFrame,
  u32,
  windowOf,
} from '../../helpers/lumberjack/frames.ts'
import { connectRaw, hex } from '../../helpers/peers/raw-client.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { until } from '../../helpers/time/until.ts'

const events = (count: number, first = 1) =>
  Array.from({ length: count }, (_, i) => jsonFrame(first + i, `{"message":"m${first + i}"}`))

const pairExample = hex(
  '31 57 00 00 00 01 31 44 00 00 00 01 00 00 00 02 00 00 00 04 6c 69 6e 65 00 00 00 02 68 69 00 00 00 04 68 6f 73 74 00 00 00 02 68 31',
)

const answered = test.macro({
  title: (providedTitle = '') => providedTitle,
  exec: async (
    t,
    bytes: Buffer,
    { ack, messages }: { readonly ack: string; readonly messages: readonly unknown[] },
  ) => {
    const { port, sink, receiver } = await startTestReceiver(t)
    const client = await connectRaw(t, port)
    client.send(bytes)
    t.is(await client.hear(ack.replaceAll(' ', '').length / 2), ack.replaceAll(' ', ''))
    t.deepEqual(sink.messages, messages)
    client.socket.end()
    await client.over()
    await until(() => receiver.status().bytesInFlight === 0, 'all memory is given back')
    t.is(client.heard.toString('hex'), ack.replaceAll(' ', ''))
  },
})

test('a bare protocol 1 event is acked with its number', answered, pairExample, {
  ack: '31 41 00000001',
  messages: ['hi'],
})
test(
  'a compressed protocol 1 window gets one ack',
  answered,
  hex(
    '31 57 00000002 31 43 00000039 7801012e00d1ff 31440000000100000001000000046c696e6500000001 61 31440000000200000001000000046c696e6500000001 62 68f0050d',
  ),
  { ack: '31 41 00000002', messages: ['a', 'b'] },
)
test(
  'a bare protocol 2 event is acked',
  answered,
  hex('3257 00000001 324a 00000001 00000010 7b226d657373616765223a226869227d'),
  { ack: '32 41 00000001', messages: ['hi'] },
)
test(
  'a compressed protocol 2 window is acked with its count',
  answered,
  hex('3257 00000002 3243 0000001f 785e33f262606060046 2f66aa53c252bc35a2390 00135cc0a816004d8d0535'),
  { ack: '32 41 00000002', messages: [undefined, undefined] },
)
test(
  'event numbers that continue those of earlier windows are acked with the last',
  answered,
  windowOf(1, pairsFrame(7, [['line', 'x']]), pairsFrame(8, [['line', 'y']])),
  { ack: '31 41 00000008', messages: ['x', 'y'] },
)
test('an empty window is answered with 0', answered, encodeWindowFrame(2, 0), { ack: '32 41 00000000', messages: [] })
test('event numbers from 2^31 upwards are acked', answered, windowOf(2, jsonFrame(2 ** 31 + 5, '{"message":1}')), {
  ack: '32 41 80000005',
  messages: [1],
})
test(
  'equal event numbers are acked once',
  answered,
  windowOf(2, jsonFrame(9, '{"message":1}'), jsonFrame(9, '{"message":2}')),
  { ack: '32 41 00000009', messages: [1, 2] },
)
test(
  'event numbers that wrap around are acked with the last',
  answered,
  windowOf(1, pairsFrame(2 ** 32 - 1, [['line', 'x']]), pairsFrame(0, [['line', 'y']])),
  { ack: '31 41 00000000', messages: ['x', 'y'] },
)
test(
  'several compressed frames fill one window',
  answered,
  Buffer.concat([encodeWindowFrame(2, 3), compressedFrame(2, ...events(2)), compressedFrame(2, ...events(1, 3))]),
  { ack: '32 41 00000003', messages: ['m1', 'm2', 'm3'] },
)
test(
  'bare and compressed frames fill one window',
  answered,
  Buffer.concat([encodeWindowFrame(2, 3), ...events(1), compressedFrame(2, ...events(2, 2))]),
  { ack: '32 41 00000003', messages: ['m1', 'm2', 'm3'] },
)
test(
  'windows of both protocols on one connection are each acked in their own protocol',
  answered,
  Buffer.concat([windowOf(2, ...events(1)), windowOf(1, pairsFrame(1, [['line', 'x']]))]),
  { ack: '32 41 00000001 31 41 00000001', messages: ['m1', 'x'] },
)
test('JSON in a protocol 1 window is accepted', answered, windowOf(1, jsonFrame(1, '{"message":"j"}', '1')), {
  ack: '31 41 00000001',
  messages: ['j'],
})
test(
  'three windows in one write are acked in order',
  answered,
  Buffer.concat([windowOf(2, ...events(1)), windowOf(2, ...events(2)), windowOf(2, ...events(3))]),
  { ack: '32 41 00000001 32 41 00000002 32 41 00000003', messages: ['m1', 'm1', 'm2', 'm1', 'm2', 'm3'] },
)
test('a window as logstash-forwarder writes it is acked', answered, forwarderWindow(1025, ['one', 'two']), {
  ack: '31 41 00000402',
  messages: ['one', 'two'],
})
test(
  'a payload that is not JSON is acked, since sending it again would not help',
  answered,
  windowOf(2, jsonFrame(1, '{oops'), jsonFrame(2, '[1]')),
  { ack: '32 41 00000002', messages: [] },
)
test(
  'a payload with a second @timestamp is acked, and its neighbours are handed on',
  answered,
  windowOf(2, ...events(1), jsonFrame(2, '{"@timestamp":1,"@timestamp":2}'), jsonFrame(3, '{"message":"m3"}')),
  { ack: '32 41 00000003', messages: ['m1', 'm3'] },
)

test('a window whose bytes come one by one is acked', async t => {
  const { port, sink } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  for (const byte of forwarderWindow(1, ['slow'])) {
    client.send(Buffer.of(byte))
    await sleep(0)
  }
  t.is(await client.hear(6), '314100000001')
  t.deepEqual(sink.messages, ['slow'])
})

const refused = test.macro({
  title: (providedTitle = '') => `${providedTitle} ends the connection, and other connections continue`,
  exec: async (t, bytes: Buffer, code: string) => {
    const { port, log, receiver } = await startTestReceiver(t, {
      limits: { windowEvents: 10, eventBytes: 5000, frameBytes: 6000, inflatedBytes: 20_000, silenceMs: 100 },
    })
    const neighbour = await connectRaw(t, port)
    const client = await connectRaw(t, port)
    client.send(bytes)
    await client.over()
    t.is(client.heard.length, 0)
    const line = log.lines.find(({ level }) => level === 'warn')
    t.is(line?.fields['code'], code)
    t.is(receiver.status().protocolErrors, 1)
    neighbour.send(windowOf(2, ...events(1)))
    t.is(await neighbour.hear(6), '324100000001')
    await until(() => receiver.status().bytesInFlight === 0, 'all memory is given back')
  },
})

const begin = (count: number) => encodeWindowFrame(2, count)
const compressed = (length: number, bytes: Buffer) => Buffer.concat([Buffer.from('2C'), u32(length), bytes])

test('an HTTP request', refused, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'http_request')
test('a TLS hello', refused, hex('16 03 01 02 00 01 00 01 fc 03 03'), 'tls_hello')
test('a frame of another version', refused, Buffer.from('3W\0\0\0\x01'), 'bad_version')
test('a frame of an unknown type', refused, Buffer.from('2X\0\0\0\x01'), 'bad_type')
test('an ack from a client', refused, Buffer.from('2A\0\0\0\x01'), 'bad_type')
test('an event before any window', refused, jsonFrame(1, '{}'), 'event_without_window')
test('a compressed event before any window', refused, compressedFrame(2, jsonFrame(1, '{}')), 'event_without_window')
test('a window over the limit', refused, begin(11), 'window_too_large')
test('a window of four billion', refused, begin(2 ** 32 - 1), 'window_too_large')
test(
  'an event of 4 GiB',
  refused,
  Buffer.concat([begin(1), Buffer.from('2J'), u32(1), u32(2 ** 32 - 1)]),
  'event_too_large',
)
test(
  'an event of four billion pairs',
  refused,
  Buffer.concat([begin(1), Buffer.from('1D'), u32(1), u32(2 ** 32 - 1)]),
  'event_too_large',
)
test(
  'an event with a key of 4 GiB',
  refused,
  Buffer.concat([begin(1), Buffer.from('1D'), u32(1), u32(1), u32(2 ** 32 - 1)]),
  'event_too_large',
)
test(
  'a compressed frame over the limit',
  refused,
  Buffer.concat([begin(1), compressed(6001, Buffer.alloc(10))]),
  'frame_too_large',
)
test(
  'an event over the limit inside a compressed frame',
  refused,
  Buffer.concat([begin(1), compressedFrame(2, jsonFrame(1, Buffer.alloc(5001, 0x20)))]),
  'event_too_large',
)
test(
  'a compressed frame that inflates beyond the limit',
  refused,
  Buffer.concat([
    begin(10),
    compressedFrame(2, ...Array.from({ length: 10 }, () => jsonFrame(1, Buffer.alloc(4000, 0x20)))),
  ]),
  'inflated_too_large',
)
test(
  'a compressed frame that is not a zlib stream',
  refused,
  Buffer.concat([begin(1), compressed(8, Buffer.from('notzlib!'))]),
  'bad_compression',
)
test('an empty compressed frame', refused, Buffer.concat([begin(1), compressed(0, Buffer.alloc(0))]), 'bad_compression')
test(
  'a compressed frame in a compressed frame',
  refused,
  Buffer.concat([begin(1), compressedFrame(2, compressedFrame(2, ...events(1)))]),
  'nested_frame',
)
test(
  'a window in a compressed frame',
  refused,
  Buffer.concat([begin(1), compressedFrame(2, windowOf(2, ...events(1)))]),
  'nested_frame',
)
test(
  'an event cut short inside a compressed frame',
  refused,
  Buffer.concat([begin(1), compressedFrame(2, jsonFrame(1, '{"a":1}').subarray(0, 12))]),
  'cut_short',
)
test(
  'more events in a compressed frame than announced',
  refused,
  Buffer.concat([begin(1), compressedFrame(2, ...events(2))]),
  'surplus_events',
)
test(
  'a window inside an unfinished one',
  refused,
  Buffer.concat([begin(2), ...events(1), begin(1)]),
  'window_unfinished',
)
test('silence after half a frame', refused, Buffer.concat([begin(1), Buffer.from('2J\0\0')]), 'silent')
test('silence after half a window', refused, Buffer.concat([begin(2), ...events(1)]), 'silent')

test('a surplus bare event ends the connection after the complete window was acked', async t => {
  const { port } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  client.send(windowOf(2, ...events(1)), ...events(1, 2))
  await client.over()
  t.is(client.heard.toString('hex'), '324100000001')
})
