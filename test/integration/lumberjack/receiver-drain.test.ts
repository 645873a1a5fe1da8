import test from 'ava'
import { encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { jsonFrame, pairsFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { connectSecure } from '../../helpers/peers/tls-clients.ts'
import { until } from '../../helpers/time/until.ts'

const event = (sequence: number) => jsonFrame(sequence, `{"message":${sequence}}`)

test('a drain accepts no new connections and closes those outside a window', async t => {
  const { receiver, port } = await startTestReceiver(t)
  const idle = await connectRaw(t, port)
  const spoken = await connectRaw(t, port)
  spoken.send(windowOf(2, event(1)))
  await spoken.hear(6)
  await receiver.drain()
  await Promise.all([idle.over(), spoken.over()])
  t.is(receiver.status().connections, 0)
  await t.throwsAsync(connectRaw(t, port), { code: 'ECONNREFUSED' })
  await receiver.close()
})

test('a drain lets a client finish its window, acks it, and closes then', async t => {
  const { receiver, port, sink } = await startTestReceiver(t, { limits: { drainMs: 60_000 } })
  const client = await connectRaw(t, port)
  client.send(encodeWindowFrame(2, 3), event(1))
  await until(() => receiver.status().windows === 1, 'the window has begun')
  const drained = receiver.drain()
  client.send(event(2))
  client.send(event(3), windowOf(2, event(4)))
  t.is(await client.hear(6), '324100000003')
  await drained
  await client.over()
  t.deepEqual(sink.messages, [1, 2, 3], 'a window that is begun later is not taken')
  t.is(client.heard.length, 6)
})

test('a drain waits for the sink and acks the batches in flight', async t => {
  const { receiver, port, sink } = await startTestReceiver(t, { limits: { drainMs: 1 } })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const client = await connectRaw(t, port)
  client.send(windowOf(2, event(1)))
  await until(() => sink.batches.length === 1, 'the event is with the sink')
  let isDrained = false
  const drained = receiver.drain().then(() => (isDrained = true))
  // A connection between windows would have been closed long ago.
  await until(() => receiver.status().connections === 1, 'the client is still there')
  t.false(isDrained)
  resolve()
  t.is(await client.hear(6), '324100000001')
  await drained
})

for (const [protocol, frame, ack] of [
  [1, pairsFrame(1, [['line', 'x']]), ''],
  [2, event(1), ''],
] as const)
  test(`a drain does not wait indefinitely for a protocol ${protocol} client inside a window`, async t => {
    const { receiver, port, sink } = await startTestReceiver(t, { limits: { drainMs: 30 } })
    const client = await connectRaw(t, port)
    client.send(encodeWindowFrame(protocol, 2), frame)
    await until(() => receiver.status().windows === 1, 'the window has begun')
    await receiver.drain()
    await client.over()
    t.is(client.heard.toString('hex'), ack)
    t.true(sink.batches.length <= (protocol === 1 ? 0 : 1), 'a part of a protocol 1 window is never delivered')
    t.is(receiver.status().protocolErrors, 0)
  })

test('a drain closes TLS connections cleanly, and also one that is still in its handshake', async t => {
  const { ca, server, client: files } = await makeCertificates(await makeTempDir(t))
  const { receiver, port, log } = await startTestReceiver(t, { tls: { ...server, ca }, limits: { handshakeMs: 200 } })
  const client = await connectSecure(t, port, { ...files, ca })
  client.send(windowOf(2, event(1)))
  t.is(await client.hear(6), '324100000001')
  const mute = await connectRaw(t, port)
  await until(() => receiver.status().connections === 2, 'both are there')
  let end = ''
  client.socket.on('end', () => (end = 'in order'))
  await receiver.drain()
  await Promise.all([client.over(), mute.over()])
  t.is(end, 'in order')
  t.is(receiver.status().connections, 0)
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  )
})

test('closing ends a drain that waits', async t => {
  const { receiver, port } = await startTestReceiver(t, { limits: { drainMs: 60_000 } })
  const client = await connectRaw(t, port)
  client.send(encodeWindowFrame(2, 2), event(1))
  await until(() => receiver.status().windows === 1, 'the window has begun')
  const drained = receiver.drain()
  await receiver.close()
  await drained
  await client.over()
  t.is(receiver.status().connections, 0)
})
