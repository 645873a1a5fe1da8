import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { messagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { until } from '../../../helpers/time/until.ts'

test('a batch is delivered when its whole window is acked', async t => {
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server])
  await publisher.send(makeNumberedBatches(1, 5)[0]!)
  t.deepEqual(messagesOf(server.windows[0]), numberedLines(5))
  t.deepEqual(
    server.windows[0]?.events.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  )
  const { eventsAcked, windowsAcked, batchesOpen } = publisher.status()
  t.like({ eventsAcked, windowsAcked, batchesOpen }, { eventsAcked: 5, windowsAcked: 1, batchesOpen: 0 })
})

test('a batch without lines is delivered without a window', async t => {
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server])
  await publisher.send({ ...makeNumberedBatches(1, 1)[0]!, runs: [], lineCount: 0 })
  t.is(publisher.status().windowsSent, 0)
})

for (const [protocol, compressionLevel, isCompressed] of [
  [2, 1, true],
  [2, 0, false],
  [1, 1, true],
  [1, 0, true],
] as const)
  test(`a window of protocol ${protocol} at compression level ${compressionLevel} travels ${isCompressed ? 'in one compressed frame' : 'bare'}`, async t => {
    const server = await startScriptedServer(t, ackAll)
    const publisher = startPublisher(t, [server], { protocol, compressionLevel })
    await publisher.send(makeNumberedBatches(1, 3)[0]!)
    const [window] = server.windows
    t.is(window?.version, protocol)
    t.is(window?.isCompressed, isCompressed)
    t.deepEqual(messagesOf(window), numberedLines(3))
  })

test('windows are pipelined up to the limit, and acked in order', async t => {
  const seen: number[] = []
  const server = await startScriptedServer(t, async connection => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 3; i++) seen.push((await connection.window())!.count)
      const early = await Promise.race([connection.window().then(() => 'early'), sleep(40, 'none')])
      if (round === 0) t.is(early, 'none', 'no fourth window before an ack')
      if (round === 0) [2, 2, 2].forEach(n => connection.ack(n))
    }
  })
  const publisher = startPublisher(t, [server], { windowsInFlight: 3 })
  const order: number[] = []
  const batches = makeNumberedBatches(3, 2)
  await Promise.all(batches.map(async batch => (await publisher.send(batch), order.push(batch.sequence))))
  t.deepEqual(order, [1, 2, 3])
})

test('at most the allowed number of windows is on the wire', async t => {
  let unacked = 0
  let most = 0
  const server = await startScriptedServer(t, async connection => {
    for (let window = await connection.window(); window !== undefined; window = await connection.window()) {
      most = Math.max(most, ++unacked)
      const { count } = window
      setTimeout(() => (unacked--, connection.ack(count)), 5)
    }
  })
  const publisher = startPublisher(t, [server], { windowsInFlight: 2 })
  await Promise.all(makeNumberedBatches(20, 3).map(batch => publisher.send(batch)))
  t.is(most, 2)
  t.deepEqual(server.windows.flatMap(messagesOf), numberedLines(60))
})

test('giving up a batch rejects at once, and it is not sent later', async t => {
  const server = await startScriptedServer(t, async connection => {
    const window = await connection.window()
    await until(() => publisher.status().batchesOpen === 2, 'one of three is given up')
    connection.ack(window!.count)
    await ackAll(connection)
  })
  const publisher = startPublisher(t, [server], { windowsInFlight: 1 })
  const [first, second, third] = makeNumberedBatches(3, 1)
  const giveUp = new AbortController()
  const sent = publisher.send(first!)
  const abandoned = publisher.deliver(second!, giveUp.signal)
  const later = publisher.send(third!)
  giveUp.abort()
  await t.throwsAsync(abandoned, { name: 'AbortError', code: 'given_up', message: /batch 2 \(1 lines\) was given up/ })
  await Promise.all([sent, later])
  t.deepEqual(server.windows.flatMap(messagesOf), ['line 1', 'line 3'])
})

test('a batch whose signal has already fired is given up before anything is sent', async t => {
  const publisher = startPublisher(t, [await startScriptedServer(t, ackAll)])
  await t.throwsAsync(publisher.deliver(makeNumberedBatches(1, 1)[0]!, AbortSignal.abort()), { code: 'given_up' })
  t.is(publisher.status().windowsSent, 0)
})

test('closing ends an idle connection in order, and later batches are rejected', async t => {
  let ending: Promise<string> | undefined
  const server = await startScriptedServer(t, connection => {
    ending = new Promise(resolve => {
      connection.socket.on('end', () => resolve('end'))
      connection.socket.on('error', ({ message }) => resolve(message))
      connection.socket.resume()
    })
  })
  const publisher = startPublisher(t, [server])
  await until(() => publisher.status().linksConnected === 1 && ending !== undefined, 'it is connected')
  await publisher.close()
  t.is(await ending, 'end')
  t.is(publisher.status().links[0]?.state.kind, 'closed')
  await t.throwsAsync(publisher.send(makeNumberedBatches(1, 1)[0]!), { name: 'AbortError', code: 'closed' })
})

test('closing rejects the batches of windows on the wire', async t => {
  const server = await startScriptedServer(t, async connection => void (await connection.window()))
  const publisher = startPublisher(t, [server])
  const delivery = publisher.send(makeNumberedBatches(1, 1)[0]!)
  await until(() => server.windows.length === 1, 'the window has arrived')
  const rejected = t.throwsAsync(delivery, { code: 'closed' })
  await publisher.close()
  await rejected
})

test('a publisher that cannot connect is closed at once', async t => {
  const gone = await startScriptedServer(t, ackAll)
  await gone.close()
  const publisher = startPublisher(t, [gone], { backoff: { firstMs: 60_000, maxMs: 60_000 } })
  await until(() => publisher.status().links[0]?.state.kind === 'backing_off', 'it waits')
  await publisher.close()
  t.is(publisher.status().links[0]?.state.kind, 'closed')
})
