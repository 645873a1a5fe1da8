import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { type ScriptedConnection, ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { messagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

test('a server that is silent until the time limit loses the connection', async t => {
  const server = await startScriptedServer(t, async (connection, index) => {
    if (index > 0) return ackAll(connection)
    await connection.window()
  })
  const publisher = startPublisher(t, [server], { timeoutMs: 200 })
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.connectionCount, 2)
  t.regex(
    String(publisher.log.lines.find(({ level }) => level === 'warn')?.fields['reason']),
    /no ack, not even a keep-alive/,
  )
})

test('a server of protocol 1 that is slower than the time limit gets its windows again, and the warning names the limit', async t => {
  const server = await startScriptedServer(t, async connection => {
    const { count } = (await connection.window()) ?? { count: 0 }
    await connection.window() // the time limit is over: the connection has ended
    connection.ack(count, 1)
  })
  const publisher = startPublisher(t, [server], { protocol: 1, timeoutMs: 50 })
  const delivery = t.throwsAsync(publisher.send(makeNumberedBatches(1, 1)[0]!), { code: 'closed' })
  await until(() => server.windows.length >= 3, 'it came three times')
  await publisher.close()
  await delivery
  const warnings = publisher.log.lines.filter(({ message }) => message === 'Read error looking for ack')
  t.true(warnings.length >= 2)
  for (const { fields } of warnings) t.regex(String(fields['reason']), /within 50 ms: .*raise `network\.timeout`/)
})

test('keep-alives restart the time limit of an ack', async t => {
  const timeoutMs = patience(400)
  const server = await startScriptedServer(t, async connection => {
    const window = await connection.window()
    for (let i = 0; i < 20; i++) {
      await sleep(timeoutMs / 15)
      connection.ack(0)
    }
    connection.ack(window!.count)
  })
  const publisher = startPublisher(t, [server], { timeoutMs })
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.connectionCount, 1)
  t.is(publisher.status().keepalives, 20)
})

test('an idle connection has no time limit', async t => {
  const timeoutMs = patience(200)
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server], { timeoutMs })
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  await sleep(1.5 * timeoutMs)
  await publisher.send(makeNumberedBatches(2, 1)[1]!)
  t.is(server.connectionCount, 1)
})

test('the batches of a server that sends only keep-alives for too long go to the next server', async t => {
  const stuck = await startScriptedServer(t, async connection => {
    await connection.window()
    const timer = setInterval(() => connection.ack(0), 10)
    connection.socket.on('close', () => clearInterval(timer))
  })
  const healthy = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [stuck, healthy], { stallMs: 60 })
  await publisher.send(makeNumberedBatches(1, 2)[0]!)
  t.is(healthy.windows.length, 1)
  t.is(publisher.status().links[0]?.server, `127.0.0.1:${healthy.port}`)
})

for (const [title, farewell] of Object.entries({
  'closes at once': (c: ScriptedConnection): void => void c.socket.end(),
  'resets at once': (c: ScriptedConnection): void => void c.socket.resetAndDestroy(),
  'closes when it has read a window': async (c: ScriptedConnection) => {
    await c.window()
    c.socket.end()
  },
}))
  test(`a server that ${title} is tried again after waits that double`, async t => {
    const server = await startScriptedServer(t, farewell)
    const publisher = startPublisher(t, [server], { backoff: { firstMs: 20, maxMs: 10_000 }, random: () => 0.999 })
    const giveUp = new AbortController()
    const delivery = publisher.deliver(makeNumberedBatches(1, 1)[0]!, giveUp.signal)
    await until(() => server.connectionCount >= 3, 'it has tried three times')
    const startMs = Date.now()
    await until(() => server.connectionCount >= 5, 'it has tried five times')
    t.true(Date.now() - startMs >= 20 * 4 + 20 * 8 - 20, 'waits double')
    giveUp.abort()
    await t.throwsAsync(delivery, { name: 'AbortError', code: 'given_up' })
  })

test('an acked window resets the wait after a failure to its first length', async t => {
  let failures = 4
  const server = await startScriptedServer(t, async connection => {
    if (failures-- > 0) return void connection.socket.end()
    const window = await connection.window()
    if (window === undefined) return
    connection.ack(window.count)
    failures = 1
    await connection.window()
    connection.socket.end()
  })
  const publisher = startPublisher(t, [server], { backoff: { firstMs: 30, maxMs: 480 }, random: () => 0.999 })
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  const second = publisher.send(makeNumberedBatches(2, 1)[1]!)
  await until(() => publisher.status().links[0]?.state.kind === 'backing_off', 'it waits')
  const { state } = publisher.status().links[0]!
  t.true(state.kind === 'backing_off' && state.waitMs <= 60)
  await second
})

test('a server that closes an idle connection is connected to again only when there is something to send', async t => {
  const server = await startScriptedServer(t, async connection => {
    const window = await connection.window()
    if (window === undefined) return
    connection.ack(window.count)
    connection.socket.end()
  })
  const publisher = startPublisher(t, [server])
  const [first, second] = makeNumberedBatches(2, 1)
  await publisher.send(first!)
  await until(() => publisher.status().links[0]?.state.kind === 'resting', 'the link rests')
  await sleep(50)
  t.is(server.connectionCount, 1)
  await publisher.send(second!)
  t.is(server.connectionCount, 2)
  t.is(publisher.status().connectionsLost, 0)
})

test('a server that refuses connections is skipped, and a log line has the reason', async t => {
  const gone = await startScriptedServer(t, ackAll)
  await gone.close()
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [gone, server])
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.windows.length, 1)
  const warning = publisher.log.lines.find(({ level }) => level === 'warn')
  t.is(warning?.message, 'Failure connecting to')
  t.regex(String(warning?.fields['reason']), new RegExp(`127\\.0\\.0\\.1:${gone.port} refuses connections`))
})

test('batches move to the next server when one fails, and stay there', async t => {
  const failing = await startScriptedServer(t, async connection => {
    connection.ack((await connection.window())!.count)
    await connection.window()
    connection.socket.destroy()
  })
  const healthy = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [failing, healthy], { backoff: { firstMs: 1000, maxMs: 1000 } })
  for (const batch of makeNumberedBatches(5, 2)) await publisher.send(batch)
  t.deepEqual(healthy.windows.flatMap(messagesOf), numberedLines(10).slice(2))
  t.is(failing.connectionCount, 1)
})

test('the first server of a link is chosen at random', async t => {
  const servers = await Promise.all([startScriptedServer(t, ackAll), startScriptedServer(t, ackAll)])
  await startPublisher(t, servers, { random: () => 0.6 }).send(makeNumberedBatches(1, 1)[0]!)
  t.deepEqual(
    servers.map(({ windows }) => windows.length),
    [0, 1],
  )
})

test('a server that is up again gets the waiting batches', async t => {
  const first = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [first])
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  await first.close()
  const delivery = publisher.send(makeNumberedBatches(2, 1)[1]!)
  await until(() => publisher.status().connectFailures >= 2, 'it has failed to connect')
  const second = await startScriptedServer(t, ackAll, { port: first.port })
  await delivery
  t.is(second.windows.length, 1)
})

test('all addresses of a server name are tried', async t => {
  const server = await startScriptedServer(t, ackAll) // on 127.0.0.1 only; localhost may be ::1 first
  await startPublisher(t, [{ host: 'localhost', port: server.port }]).send(makeNumberedBatches(1, 1)[0]!)
  t.is(server.windows.length, 1)
})

test('connecting is logged in the words of logstash-forwarder', async t => {
  const server = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [server])
  await publisher.send(makeNumberedBatches(1, 1)[0]!)
  t.deepEqual(
    publisher.log.lines.map(({ level, message }) => [level, message]),
    [
      ['info', 'Connecting to'],
      ['info', 'Connected to'],
    ],
  )
})
