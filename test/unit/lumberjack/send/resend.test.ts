import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { type SeenWindow, messagesOf, metadataOf } from '../../../helpers/lumberjack/seen-windows.ts'

const withoutMetadata = (window: SeenWindow | undefined) =>
  window?.events.map(({ fields }) => ({ ...fields, '@metadata': 0 }))

test('a resend has the same events with the same ids, and the time since which they are doubtful', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 1) return ackAll(connection)
    await connection.window()
    connection.socket.destroy()
  })
  const before = Date.now()
  await startPublisher(t, [server]).send(makeNumberedBatches(1, 3)[0]!)
  const [first, second] = server.windows
  t.deepEqual(
    metadataOf(second).map(({ _id }) => _id),
    metadataOf(first).map(({ _id }) => _id),
  )
  t.deepEqual(withoutMetadata(second), withoutMetadata(first))
  t.is(metadataOf(first)[0]?.doubtful, undefined)
  const doubtful = metadataOf(second)[0]?.doubtful ?? 0
  t.true(doubtful >= before && doubtful <= Date.now())
})

test('a batch that never went out is not doubtful on a second connection', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 1) return ackAll(connection)
    await connection.window()
    connection.socket.destroy()
  })
  const publisher = startPublisher(t, [server], { windowsInFlight: 1 })
  await Promise.all(makeNumberedBatches(2, 1).map(batch => publisher.send(batch)))
  const metadata = server.windows.map(window => metadataOf(window)[0])
  t.deepEqual(
    metadata.map(entry => entry?.doubtful !== undefined),
    [false, true, false],
  )
})

test('a batch that an earlier run may have sent keeps the time of its first try', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 1) return ackAll(connection)
    await connection.window()
    connection.socket.destroy()
  })
  await startPublisher(t, [server]).send({ ...makeNumberedBatches(1, 1)[0]!, doubtfulSinceMs: 1234 })
  const metadata = server.windows.map(window => metadataOf(window)[0])
  t.like(metadata[0], { doubtful: 1234 })
  t.like(metadata[1], { doubtful: 1234 })
})

test('a partial ack shortens the resend to the events after it', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 2) return ackAll(connection)
    await connection.window()
    connection.ack(index === 0 ? 3 : 2)
    await sleep(20)
    connection.socket.destroy()
  })
  const publisher = startPublisher(t, [server])
  await publisher.send(makeNumberedBatches(1, 10)[0]!)
  t.deepEqual(
    server.windows.map(({ count }) => count),
    [10, 7, 5],
  )
  t.deepEqual(messagesOf(server.windows[2]), numberedLines(10).slice(5))
  t.deepEqual(
    server.windows[2]?.events.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  )
  t.like(publisher.status(), { eventsAcked: 5, partialAcks: 2, eventsResent: 12 })
})

test('everything unacked goes out again in order after a connection is lost', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 1) return ackAll(connection)
    for (let i = 0; i < 3; i++) await connection.window()
    connection.ack(2)
    await sleep(20)
    connection.socket.resetAndDestroy()
  })
  const publisher = startPublisher(t, [server])
  await Promise.all(makeNumberedBatches(8, 2).map(batch => publisher.send(batch)))
  t.deepEqual(server.windows.slice(3).flatMap(messagesOf), numberedLines(16).slice(2))
})
