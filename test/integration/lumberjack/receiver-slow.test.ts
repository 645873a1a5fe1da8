import test from 'ava'
import { assert, asyncProperty, uint8Array } from 'fast-check'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { UNITS_PER_TURN } from '../../../src/lumberjack/receive/frame-turns.ts'
import { encodeWindowFrame } from '../../../src/lumberjack/wire/frames.ts'
import { compressedFrame, forwarderWindow, jsonFrame, windowOf } from '../../helpers/lumberjack/frames.ts'
import { connectRaw } from '../../helpers/peers/raw-client.ts'
import { startTestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { until } from '../../helpers/time/until.ts'

const events = (count: number, text = 'm') =>
  Array.from({ length: count }, (_, i) => jsonFrame(i + 1, `{"message":"${text}${i + 1}"}`))

/** By how much a count that rises to `end` rises in one turn of the event loop, at most. */
async function mostInOneTurn(read: () => number, end: number): Promise<number> {
  let most = 0
  for (let before = 0; before < end;) {
    await setImmediate()
    const now = read()
    most = Math.max(most, now - before)
    before = now
  }
  return most
}

test('while the sink is slow, a protocol 2 client gets acks of 0, and then the last one', async t => {
  const { port, sink } = await startTestReceiver(t, { keepaliveMs: 20 })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const client = await connectRaw(t, port)
  client.send(windowOf(2, ...events(2)))
  const heard = await client.hear(18)
  t.is(heard.slice(0, 36), '324100000000'.repeat(3))
  resolve()
  await until(() => client.heard.toString('hex').endsWith('324100000002'), 'the last ack comes')
})

test('thousands of tiny frames that come together are taken in several turns, between which others have theirs', async t => {
  const { port, sink } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  client.send(windowOf(2, ...Array.from({ length: 4000 }, (_, i) => jsonFrame(i + 1, '{'))))
  t.is(await mostInOneTurn(() => sink.batches.length, 4), 1) // each is of 1,000 events
  t.is(
    await client.hear(6 * 4),
    [1000, 2000, 3000, 4000].map(count => `3241${count.toString(16).padStart(8, '0')}`).join(''),
  )
})

test('tiny frames of many clients that come together are taken in several turns', async t => {
  const { port, receiver } = await startTestReceiver(t)
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectRaw(t, port)))
  const windows = Buffer.concat(Array.from({ length: 500 }, (_, i) => windowOf(2, jsonFrame(1, `{"n":${i}}`))))
  for (const client of clients) client.send(windows)
  const most = await mostInOneTurn(() => receiver.status().windows, 20 * 500)
  t.true(most > 0 && most <= UNITS_PER_TURN, `${most} windows, of two frames each, in one turn`)
})

test('compressed frames with many tiny events that come together are taken in several turns', async t => {
  const { port, receiver } = await startTestReceiver(t)
  const clients = await Promise.all(Array.from({ length: 10 }, () => connectRaw(t, port)))
  const tiny = Array.from({ length: 100 }, (_, i) => jsonFrame(i + 1, '{}'))
  const window = Buffer.concat([encodeWindowFrame(2, 100), compressedFrame(2, ...tiny)])
  const windows = Buffer.concat(Array.from({ length: 50 }, () => window))
  for (const client of clients) client.send(windows)
  const most = await mostInOneTurn(() => receiver.status().windows, 10 * 50)
  t.true(most > 0 && most <= 13, `${most} windows of 100 events in one turn`)
})

test('ten compressed frames without events in a window are taken, and one more ends the connection', async t => {
  const { port, receiver, sink } = await startTestReceiver(t)
  const empty = compressedFrame(2)
  const client = await connectRaw(t, port)
  const tens = Array.from({ length: 10 }, () => empty)
  const window = Buffer.concat([encodeWindowFrame(2, 1), ...tens, compressedFrame(2, jsonFrame(1, '{}'))])
  client.send(window, window)
  t.is(await client.hear(12), '324100000001'.repeat(2))
  client.send(encodeWindowFrame(2, 1), ...tens, empty)
  await client.over()
  t.is(receiver.status().protocolErrors, 1)
  t.is(sink.documents.length, 2)
})

test('a protocol 1 client gets nothing before its one ack, even from a slow sink', async t => {
  const { port, sink } = await startTestReceiver(t, { keepaliveMs: 5 })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const client = await connectRaw(t, port)
  client.send(
    forwarderWindow(
      1,
      Array.from({ length: 2500 }, (_, i) => `line ${i}`),
    ),
  )
  await until(() => sink.batches.length > 0, 'the sink has the window')
  await sleep(50)
  t.is(client.heard.length, 0)
  resolve()
  t.is(await client.hear(6), '3141000009c4')
  await sleep(20)
  t.is(client.heard.length, 6)
})

test('a large window of protocol 2 is acked part by part', async t => {
  const { port, sink } = await startTestReceiver(t)
  const client = await connectRaw(t, port)
  client.send(Buffer.from('3257000009c4', 'hex'), compressedFrame(2, ...events(2500)))
  await until(() => client.heard.toString('hex').endsWith('3241000009c4'), 'the last ack comes')
  const acks = client.heard.toString('hex').match(/.{12}/gu) ?? []
  t.true(acks.length > 1)
  t.deepEqual(acks, acks.toSorted())
  t.is(sink.messages.length, 2500)
})

test('a protocol 1 window that is sent again while the sink stores it is stored once', async t => {
  const { port, sink, receiver } = await startTestReceiver(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const window = forwarderWindow(1, ['once', 'twice'])
  const first = await connectRaw(t, port)
  first.send(window)
  await until(() => sink.batches.length === 1, 'the window is in hand')
  first.socket.destroy()
  const second = await connectRaw(t, port)
  second.send(window)
  await until(() => receiver.status().windowsJoined === 1, 'the resend has joined')
  resolve()
  t.is(await second.hear(6), '314100000002')
  t.deepEqual(sink.messages, ['once', 'twice'])
})

test('a connection that ends inside a frame or a window delivers nothing of a protocol 1 window', async t => {
  const { port, sink, receiver } = await startTestReceiver(t)
  const window = forwarderWindow(1, ['a', 'b'])
  for (const length of [3, 8, 20, window.length - 1]) {
    const client = await connectRaw(t, port)
    client.send(window.subarray(0, length))
    client.socket.end()
    await client.over()
  }
  const reset = await connectRaw(t, port)
  reset.send(window.subarray(0, 20))
  reset.socket.resetAndDestroy()
  await until(() => receiver.status().connections === 0, 'all connections are gone')
  t.deepEqual(sink.messages, [])
  t.is(receiver.status().bytesInFlight, 0)
})

test('connections over the limit are refused, and the others continue', async t => {
  const { port, receiver } = await startTestReceiver(t, { limits: { connections: 2 } })
  const kept = [await connectRaw(t, port), await connectRaw(t, port)]
  await until(() => receiver.status().connections === 2, 'two are connected')
  const refused = await connectRaw(t, port)
  await refused.over()
  t.is(receiver.status().connectionsRefused, 1)
  kept[0]?.send(windowOf(2, ...events(1)))
  t.is(await kept[0]?.hear(6), '324100000001')
})

test('one connection whose events are stuck does not keep another from being served', async t => {
  const { port, sink } = await startTestReceiver(t, { limits: { bytesInFlight: 1024 * 1024 } })
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const stuck = await connectRaw(t, port)
  for (let i = 0; i < 50; i++) stuck.send(windowOf(2, ...events(50, 'x'.repeat(2000))))
  await until(() => sink.batches.length > 0, 'the first batches are stuck')
  await sleep(50)
  const before = sink.batches.length
  t.true(before < 50)
  sink.hold = Promise.resolve()
  const other = await connectRaw(t, port)
  other.send(windowOf(2, ...events(1)))
  t.is(await other.hear(6), '324100000001')
  resolve()
  await until(() => stuck.heard.length >= 50 * 6, 'the stuck one is served in the end', 8000)
})

test('closing a receiver waits for the batches in flight and acks them', async t => {
  const { port, sink, receiver } = await startTestReceiver(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  sink.hold = promise
  const client = await connectRaw(t, port)
  client.send(windowOf(2, ...events(3)))
  await until(() => sink.batches.length === 1, 'the window is in hand')
  const closed = receiver.close()
  resolve()
  await closed
  t.is(await client.hear(6), '324100000003')
  await client.over()
})

test('no sequence of bytes crashes the receiver or keeps its memory occupied', async t => {
  const { port, receiver } = await startTestReceiver(t, { limits: { silenceMs: 50, rejectDelayMs: 1 } })
  const check = asyncProperty(uint8Array({ minLength: 1, maxLength: 300 }), async bytes => {
    const client = await connectRaw(t, port)
    client.send(Buffer.from([bytes.length % 2 === 0 ? 0x32 : 0x31, 0x57, 0, 0, 0, 1]), bytes)
    client.socket.end()
    await client.over()
  })
  await t.notThrowsAsync(() => assert(check, { numRuns: 60 }))
  await until(() => receiver.status().connections === 0, 'all connections are gone')
  t.is(receiver.status().bytesInFlight, 0)
  const client = await connectRaw(t, port)
  client.send(windowOf(2, ...events(1)))
  t.is(await client.hear(6), '324100000001')
})
