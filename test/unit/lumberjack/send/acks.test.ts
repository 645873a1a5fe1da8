import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Protocol } from '../../../../src/lumberjack/wire/frames.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import {
  type ScriptedConnection,
  ackAll,
  ackFrame,
  startScriptedServer,
} from '../../../helpers/peers/scripted-server.ts'
import { messagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { until } from '../../../helpers/time/until.ts'

const goodAnswers: Record<string, [Protocol, (connection: ScriptedConnection) => Promise<void> | void]> = {
  'keep-alives before the ack': [2, c => [0, 0, 4].forEach(n => c.ack(n))],
  'partial acks that rise': [2, c => [1, 2, 3, 4].forEach(n => c.ack(n))],
  'partial acks that fall': [2, c => [3, 1, 4].forEach(n => c.ack(n))],
  'partial acks that repeat': [2, c => [2, 2, 2, 4].forEach(n => c.ack(n))],
  'two acks glued together': [2, c => void c.socket.write(Buffer.concat([ackFrame(0), ackFrame(4)]))],
  'an ack byte by byte': [
    2,
    async c => {
      for (const byte of ackFrame(4)) {
        c.socket.write(Buffer.of(byte))
        await sleep(2)
      }
    },
  ],
  'an ack in two and four bytes, glued to the next one': [
    2,
    async c => {
      const bytes = Buffer.concat([ackFrame(0), ackFrame(4)])
      c.socket.write(bytes.subarray(0, 2))
      await sleep(5)
      c.socket.write(bytes.subarray(2))
    },
  ],
  'an ack of version 1 to protocol 1': [1, c => c.ack(4, 1)],
  "a keep-alive of version 2 to protocol 1, which is Logstash's habit": [1, c => (c.ack(0, 2), c.ack(4, 1))],
}

for (const [title, [protocol, answer]] of Object.entries(goodAnswers))
  test(`a batch is delivered after ${title}`, async t => {
    const server = await startScriptedServer(t, async connection => {
      await connection.window()
      await answer(connection)
    })
    const publisher = startPublisher(t, [server], { protocol })
    await publisher.send(makeNumberedBatches(1, 4)[0]!)
    t.is(server.connectionCount, 1)
    t.is(publisher.status().eventsAcked, 4)
  })

const badAnswers: Record<string, [Protocol, Buffer]> = {
  'an ack for more events than the window has': [2, ackFrame(5)],
  'an ack of version 1': [2, ackFrame(4, 1)],
  'a keep-alive of version 1': [2, ackFrame(0, 1)],
  'an ack of version 2 to protocol 1 that is not a keep-alive': [1, ackFrame(4, 2)],
  'a partial ack to protocol 1': [1, ackFrame(2, 1)],
  'a wrong letter': [2, Buffer.from('2W\0\0\0\x04', 'latin1')],
  'six bytes of HTTP': [2, Buffer.from('HTTP/1')],
  'six bytes of HTTP to protocol 1': [1, Buffer.from('HTTP/1')],
  'an alert of TLS': [2, Buffer.from('15030300020228', 'hex')],
  'the first byte of something else': [2, Buffer.from('S')],
  'a number of four billion': [2, ackFrame(0xffffffff)],
}

for (const [title, [protocol, answer]] of Object.entries(badAnswers))
  test(`${title} is not an ack: the window goes out again on a new connection`, async t => {
    const server = await startScriptedServer(t, async (connection, index) => {
      await connection.window()
      if (index === 0) connection.socket.write(answer)
      else connection.ack(4, protocol)
    })
    const publisher = startPublisher(t, [server], { protocol })
    await publisher.send(makeNumberedBatches(1, 4)[0]!)
    t.is(server.connectionCount, 2)
    t.deepEqual(messagesOf(server.windows[1]), numberedLines(4))
    t.is(publisher.log.lines.filter(({ message }) => message === 'Read error looking for ack').length, 1)
  })

test('an ack before any window ends the connection, and the next one delivers', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 0) connection.ack(1)
    await ackAll(connection)
  })
  const publisher = startPublisher(t, [server])
  await until(() => server.connectionCount === 2, 'the publisher has connected again')
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(publisher.status().connectionsLost, 1)
})

test('a keep-alive on an idle connection does not end it', async t => {
  const server = await startScriptedServer(t, async connection => {
    connection.ack(0)
    await ackAll(connection)
  })
  const publisher = startPublisher(t, [server])
  await until(() => publisher.status().keepalives === 1, 'the keep-alive has come')
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.connectionCount, 1)
})
