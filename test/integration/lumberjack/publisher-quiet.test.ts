import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNumberedBatches, numberedLines } from '../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { messagesOf } from '../../helpers/lumberjack/seen-windows.ts'
import { type ScriptedConnection, ackAll, startScriptedServer } from '../../helpers/peers/scripted-server.ts'
import { until } from '../../helpers/time/until.ts'

const QUIET_MS = 5100

const ends: Record<string, (connection: ScriptedConnection) => void> = {
  closed: ({ socket }) => void socket.destroy(),
  reset: connection => connection.reset(),
}

for (const [title, end] of Object.entries(ends))
  test(`a window that meets a connection that was ${title} while it was quiet goes again at once, without a warning`, async t => {
    const first = await startScriptedServer(t, async (connection, index) => {
      if (index > 0) return ackAll(connection)
      connection.ack((await connection.window())!.count)
      await connection.window() // as a load balancer answers that has forgotten the connection
      end(connection)
    })
    const second = await startScriptedServer(t, ackAll)
    const publisher = startPublisher(t, [first, second], { balance: 'failover' })
    const [one, two] = makeNumberedBatches(2, 3)
    await publisher.send(one!)
    await sleep(QUIET_MS)
    await publisher.send(two!)
    t.deepEqual(first.windows.flatMap(messagesOf), [...numberedLines(6), ...numberedLines(6).slice(3)])
    t.is(second.connectionCount, 0)
    t.is(publisher.log.lines.filter(({ level }) => level === 'warn').length, 0)
    t.like(publisher.status(), { connectionsLost: 0, connectFailures: 0, eventsResent: 3 })
  })

test('a warning reports a server that ends each connection at its first window, however quiet it was before', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index === 0) connection.ack((await connection.window())!.count)
    await connection.window()
    connection.reset()
  })
  const publisher = startPublisher(t, [server], { backoff: { firstMs: 60_000, maxMs: 60_000 } })
  const [one, two] = makeNumberedBatches(2, 1)
  await publisher.send(one!)
  await sleep(QUIET_MS)
  const delivery = t.throwsAsync(publisher.send(two!), { code: 'closed' })
  await until(() => publisher.status().connectionsLost === 1, 'the connection after it was lost')
  await publisher.close()
  await delivery
  t.is(server.windows.length, 3, 'once more without a warning')
  t.is(
    publisher.log.lines.find(({ level }) => level === 'warn')?.fields['reason'],
    'the server reset the connection with 1 window unacked: its log has the reason',
  )
})
