import test, { type ExecutionContext } from 'ava'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { DEFAULT_RECEIVER_LIMITS } from '../../../src/lumberjack/receive/receiver-contract.ts'
import { encodeEvents } from '../../../src/lumberjack/wire/encoder.ts'
import { OWN_WIRE_FORM, encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { compressedFrame, jsonFrame } from '../../helpers/lumberjack/frames.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'
import { headerText, runOf, runsFrame } from '../../helpers/lumberjack/run-frames.ts'
import { RawClient, connectRaw } from '../../helpers/peers/raw-client.ts'
import { until } from '../../helpers/time/until.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'

type Settings = NonNullable<Parameters<typeof startTestReceiver>[1]>

async function setUp(t: ExecutionContext, settings: Settings = {}) {
  const { server } = await makeCertificates(await makeTempDir(t))
  const { certificate, key } = server
  const started = await startTestReceiver(t, { tls: { certificate, key }, ...settings })
  const dial = async (offers: string[] = [OWN_WIRE_FORM]) => {
    const options = { port: started.port, host: '127.0.0.1', rejectUnauthorized: false }
    const socket = connect({ ...options, ALPNProtocols: offers })
    t.teardown(() => socket.destroy())
    await once(socket, 'secureConnect')
    return { client: new RawClient(socket), selected: socket.alpnProtocol }
  }
  return { ...started, dial }
}

const header = headerText()
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `line ${from + i}\n`)
const windowOf = (count: number, ...frames: readonly Buffer[]) =>
  Buffer.concat([encodeWindowFrame(2, count), ...frames])

test('a window of runs is stored and acked with its count, and its frames and events are counted', async t => {
  const { dial, sink, receiver } = await setUp(t)
  const { client } = await dial()
  await until(() => receiver.status().ownFormConnections === 1, 'the connection is counted')
  client.send(windowOf(3, runsFrame(runOf({ header, records: lines(3), offset: 100 }))))
  t.is(await client.hear(6), '324100000003')
  t.deepEqual(sink.messages, ['line 0', 'line 1', 'line 2'])
  t.deepEqual(
    sink.batches.flatMap(({ events }) => events.map(({ id }) => id)),
    [100, 107, 114].map(offset => `AAAAAAAAAAAAAAAA-${offset}`),
  )
  client.socket.end()
  await client.over()
  await until(() => receiver.status().bytesInFlight === 0, 'all memory is given back')
  const { ownFormConnections, ownFormFrames, ownFormEvents, events } = receiver.status()
  t.deepEqual(
    { ownFormConnections, ownFormFrames, ownFormEvents, events },
    {
      ownFormConnections: 0,
      ownFormFrames: 1,
      ownFormEvents: 3,
      events: 3,
    },
  )
})

test('frames of runs, of JSON and compressed ones make a window together, and the numbers are those of places', async t => {
  const { dial, sink } = await setUp(t)
  const { client } = await dial()
  client.send(
    windowOf(
      7,
      runsFrame(runOf({ header, records: lines(2) })),
      jsonFrame(3, '{"message":"three"}'),
      runsFrame(runOf({ header, records: lines(1, 3) }), runOf({ records: lines(1, 4), offset: 50 })),
      compressedFrame(2, jsonFrame(6, '{"message":"six"}')),
      runsFrame(runOf({ header, records: lines(1, 6) })),
    ),
  )
  t.is(await client.hear(6), '324100000007')
  t.deepEqual(sink.messages, ['line 0', 'line 1', 'three', 'line 3', 'line 4', 'six', 'line 6'])
})

test('a large window of runs is acked in parts, as one of JSON is', async t => {
  const { dial, sink } = await setUp(t)
  const { client } = await dial()
  const hold = Promise.withResolvers<void>()
  sink.hold = hold.promise
  client.send(windowOf(5000, runsFrame(runOf({ header, records: lines(5000) }))))
  await until(() => sink.batches.length >= 2, 'a part of the window is stored while the rest is read')
  hold.resolve()
  await until(() => client.heard.subarray(-6).toString('hex') === '324100001388', 'the window is acked')
  t.true(client.heard.length > 6, 'there was an ack before')
  t.deepEqual(
    sink.messages,
    Array.from({ length: 5000 }, (_, i) => `line ${i}`),
  )
})

test('the documents are those of the same lines in protocol 2', async t => {
  const { dial, sink } = await setUp(t)
  const run = makeRun(['a "b"\n', 'é\r\n', Buffer.of(0xff, 10)])
  const { frames } = encodeEvents(makeBatch([run]), { protocol: 2, host: 'web1' })
  const { client } = await dial()
  client.send(windowOf(3, compressedFrame(2, frames)))
  await client.hear(6)
  const version = /"version":"([^"]*)"/.exec(sink.documents[0] ?? '')?.[1]
  const records = ['a "b"\n', 'é\r\n', Buffer.of(0xff, 10)]
  client.send(windowOf(3, runsFrame(runOf({ header: headerText({ version }), records }))))
  await client.hear(12)
  t.deepEqual(sink.documents.slice(3), sink.documents.slice(0, 3))
})

const ends = test.macro({
  title: (given = '') => `a connection is ended for ${given}, and what was complete before is stored`,
  async exec(t, bytes: Buffer, code: string, offers?: string[]) {
    const { dial, sink, log } = await setUp(t)
    const { client } = await dial(offers)
    client.send(windowOf(1, jsonFrame(1, '{"message":"before"}')), bytes)
    await client.over()
    t.deepEqual(sink.messages, ['before'])
    t.is(log.lines.find(({ message }) => message.startsWith('client broke the protocol'))?.fields['code'], code)
  },
})
const frame = runsFrame(runOf({ header, records: lines(2) }))
test('runs where nothing was offered', ends, windowOf(2, frame), 'bad_type', [])
test('runs where something else was offered', ends, windowOf(2, frame), 'bad_type', ['h2'])
test('runs before a window', ends, frame, 'surplus_events')
test('more records than the window has events', ends, windowOf(1, frame), 'surplus_events')
test('runs in a compressed frame', ends, windowOf(2, compressedFrame(2, frame)), 'bad_type')
test('runs that are not zstd', ends, windowOf(1, Buffer.from('2R\0\0\0\x05hello', 'latin1')), 'bad_compression')
test('runs that are not as they should be', ends, windowOf(1, runsFrame(Buffer.from('hello'))), 'bad_runs')

test('runs are refused without TLS', async t => {
  const { port, log } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  client.send(windowOf(2, frame))
  await client.over()
  t.is(log.lines.find(({ message }) => message.startsWith('client broke the protocol'))?.fields['code'], 'bad_type')
})

test('with `wireForm` `lumberjack` an agent that offers our own wire form connects, and it is not selected', async t => {
  const { dial, receiver, port } = await setUp(t, { wireForm: 'lumberjack' })
  const { client, selected } = await dial()
  t.is(selected, false)
  client.send(windowOf(1, jsonFrame(1, '{}')))
  t.is(await client.hear(6), '324100000001')
  const listen = [{ host: '127.0.0.1', port }]
  const { certificate, key } = (await makeCertificates(await makeTempDir(t))).server
  await receiver.reconfigure({ listen, tls: { certificate, key }, limits: DEFAULT_RECEIVER_LIMITS, keepaliveMs: 5000 })
  t.is((await dial()).selected, OWN_WIRE_FORM)
})
