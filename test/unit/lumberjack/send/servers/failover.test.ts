import test from 'ava'
import { makeNumberedBatches } from '../../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../../helpers/peers/scripted-server.ts'
import { until } from '../../../../helpers/time/until.ts'

const batch = makeNumberedBatches(1, 1)[0]!
const failback = { probeMs: 10, wellMs: 40 }

test('with failover the first server of the list gets all batches', async t => {
  const servers = await Promise.all([1, 2, 3].map(() => startScriptedServer(t, ackAll)))
  const publisher = startPublisher(t, servers, { balance: 'failover', random: Math.random })
  for (let i = 0; i < 10; i++) await publisher.send(batch)
  t.deepEqual(
    servers.map(({ windows }) => windows.length),
    [10, 0, 0],
  )
})

test('when the first server dies the second takes over, until the first has worked again for a while', async t => {
  const first = await startScriptedServer(t, ackAll)
  const second = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [first, second], { balance: 'failover', failback, random: Math.random })
  await publisher.send(batch)
  await first.close()
  await publisher.send(batch)
  t.is(second.windows.length, 1)
  const backAtMs = performance.now()
  const back = await startScriptedServer(t, ackAll, { port: first.port })
  while (back.windows.length === 0) await publisher.send(batch)
  t.true(performance.now() - backAtMs >= failback.wellMs, 'it had to work for a while')
  t.is(publisher.status().links[0]?.server, `127.0.0.1:${first.port}`)
  t.is(publisher.status().eventsResent, 0, 'going back loses nothing and sends nothing twice')
})

test('a link does not return to a first server that has not worked for long enough', async t => {
  const first = await startScriptedServer(t, ackAll)
  const second = await startScriptedServer(t, ackAll)
  const slow = { probeMs: 10, wellMs: 60_000 }
  const publisher = startPublisher(t, [first, second], { balance: 'failover', failback: slow })
  await publisher.send(batch)
  await first.close()
  await publisher.send(batch)
  const back = await startScriptedServer(t, ackAll, { port: first.port })
  await until(() => back.connectionCount >= 3, 'it was probed')
  await publisher.send(batch)
  t.is(back.windows.length, 0)
  t.is(second.connectionCount, 1)
})

test('a link to the first server of the list does not probe for a better one', async t => {
  const first = await startScriptedServer(t, ackAll)
  const second = await startScriptedServer(t, ackAll)
  const publisher = startPublisher(t, [first, second], { balance: 'failover', failback: { probeMs: 1, wellMs: 1 } })
  for (let i = 0; i < 50; i++) await publisher.send(batch)
  t.is(first.connectionCount, 1)
  t.is(second.connectionCount, 0)
})

test('a link that left its zone after a failure returns to it', async t => {
  const near = await startScriptedServer(t, ackAll)
  const far = await startScriptedServer(t, ackAll)
  const servers = [
    { host: near.host, port: near.port, zone: 'a' },
    { host: far.host, port: far.port, zone: 'b' },
  ]
  const publisher = startPublisher(t, servers, { zone: 'a', failback, random: Math.random })
  await publisher.send(batch)
  t.is(near.windows.length, 1)
  await near.close()
  await publisher.send(batch)
  t.is(far.windows.length, 1)
  const back = await startScriptedServer(t, ackAll, { port: near.port })
  while (back.windows.length === 0) await publisher.send(batch)
  t.is(publisher.status().eventsResent, 0)
})
