import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { Variable } from '../../../../src/flow/watched-value.ts'
import { defaultBalanceRules } from '../../../../src/lumberjack/send/queue/balancer.ts'
import type { PublisherOptions } from '../../../../src/lumberjack/send/publisher-contract.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher, type TestPublisher } from '../../../helpers/lumberjack/publishers.ts'
import {
  type ScriptedConnection,
  type ScriptedServer,
  ackAll,
  startScriptedServer,
} from '../../../helpers/peers/scripted-server.ts'
import { sortedMessagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

/** Without ramp: what is counted here is the state after it. */
const balanceRules = { ...defaultBalanceRules, rampMs: 1 }
/** And without slowness, which other tests in this process may cause. */
const patientRules = { ...balanceRules, slowFloorMs: 5000, stuckFloorMs: 5000 }

/** Acks each window after a while. */
function ackAfter(milliseconds: number) {
  return async (connection: ScriptedConnection) => {
    for (let window = await connection.window(); window !== undefined; window = await connection.window()) {
      const { count } = window
      setTimeout(() => connection.ack(count), milliseconds)
    }
  }
}

async function startSpread(
  t: ExecutionContext,
  servers: readonly ScriptedServer[],
  change: Partial<PublisherOptions> = {},
): Promise<TestPublisher> {
  const publisher = startPublisher(t, servers, { balance: 'all', balanceRules, random: Math.random, ...change })
  await until(() => publisher.status().linksConnected === servers.length, 'all are connected')
  return publisher
}

const counts = (servers: readonly ScriptedServer[]) => servers.map(({ windows }) => windows.length)

function isEven(numbers: readonly number[]): boolean {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  return numbers.every(number => Math.abs(number - mean) <= mean * 0.05)
}

test('batches that are sent one at a time go to the servers in turn', async t => {
  const servers = await Promise.all([1, 2, 3].map(() => startScriptedServer(t, ackAll)))
  const publisher = await startSpread(t, servers, { balanceRules: patientRules })
  for (const batch of makeNumberedBatches(30, 1)) await publisher.send(batch)
  t.deepEqual(counts(servers), [10, 10, 10])
  const { links } = publisher.status()
  t.deepEqual(
    links.map(({ windowsAcked, eventsAcked }) => [windowsAcked, eventsAcked]),
    [
      [10, 10],
      [10, 10],
      [10, 10],
    ],
  )
  t.true(links.every(({ ackMs, connectedSinceMs }) => ackMs !== undefined && connectedSinceMs !== undefined))
})

test('equal servers have equal shares when there are more batches than they can take', async t => {
  const servers = await Promise.all([1, 2, 3].map(() => startScriptedServer(t, ackAfter(2))))
  const publisher = await startSpread(t, servers, { balanceRules: patientRules })
  await Promise.all(makeNumberedBatches(600, 2).map(batch => publisher.send(batch)))
  t.true(isEven(counts(servers)), counts(servers).join())
  t.deepEqual(sortedMessagesOf(servers.flatMap(({ windows }) => windows)), numberedLines(1200).toSorted())
})

test('servers get shares by their weights', async t => {
  const servers = await Promise.all([1, 2].map(() => startScriptedServer(t, ackAfter(2))))
  const list = servers.map(({ host, port }, index) => ({ host, port, weight: index === 0 ? 3 : 1 }))
  const publisher = startPublisher(t, list, { balance: 'all', balanceRules: patientRules })
  await until(() => publisher.status().linksConnected === 2, 'both are connected')
  await Promise.all(makeNumberedBatches(400, 1).map(batch => publisher.send(batch)))
  const [heavy = 0, light = 0] = counts(servers)
  t.true(heavy >= 285 && light >= 85, `${heavy} and ${light}`)
})

test('a server that does not answer does not slow the others, and its windows go to them after the time limit', async t => {
  const stuck = await startScriptedServer(t, async connection => {
    while ((await connection.window()) !== undefined);
  })
  const well = await Promise.all([1, 2].map(() => startScriptedServer(t, ackAll)))
  const publisher = await startSpread(t, [stuck, ...well], { timeoutMs: patience(2000) })
  let delivered = 0
  const batches = makeNumberedBatches(300, 1)
  const sent = batches.map(async batch => (await publisher.send(batch), delivered++))
  await until(() => delivered >= 290, 'nearly all is delivered')
  t.is(publisher.status().connectionsLost, 0, 'before the time limit')
  await Promise.all(sent)
  t.true(publisher.status().connectionsLost >= 1)
  t.deepEqual(sortedMessagesOf(well.flatMap(({ windows }) => windows)), numberedLines(300).toSorted())
})

test('a server that sends only keep-alives is given up after the time limit when others make progress', async t => {
  const stuck = await startScriptedServer(t, async connection => {
    if ((await connection.window()) === undefined) return
    const timer = setInterval(() => connection.ack(0), 10)
    connection.socket.on('close', () => clearInterval(timer))
  })
  const well = await startScriptedServer(t, ackAll)
  const publisher = await startSpread(t, [stuck, well], { timeoutMs: patience(1000) })
  const sent: Promise<void>[] = []
  for (const batch of makeNumberedBatches(10_000, 1)) {
    sent.push(publisher.send(batch))
    await sleep(5)
    if (publisher.status().connectionsLost > 0) break
  }
  t.regex(
    String(publisher.log.lines.find(({ message }) => message === 'Read error looking for ack')?.fields['reason']),
    /nothing but keep-alives/,
  )
  await stuck.close()
  await Promise.all(sent)
})

test('keep-alives keep all connections when no server makes progress', async t => {
  const timeoutMs = patience(400)
  const servers = await Promise.all(
    [1, 2].map(() =>
      startScriptedServer(t, async connection => {
        const timer = setInterval(() => connection.ack(0), timeoutMs / 40)
        connection.socket.on('close', () => clearInterval(timer))
        const window = await connection.window()
        await until(() => publisher.status().keepalives > 160, 'they have sent many keep-alives')
        connection.ack(window!.count)
        await ackAll(connection)
      }),
    ),
  )
  const publisher = await startSpread(t, servers, { timeoutMs })
  await Promise.all(makeNumberedBatches(2, 1).map(batch => publisher.send(batch)))
  t.is(publisher.status().connectionsLost, 0)
})

test('a slow server gets fewer windows and the others go at their own pace', async t => {
  const slow = await startScriptedServer(t, ackAfter(200))
  const fast = await startScriptedServer(t, ackAll)
  const publisher = await startSpread(t, [slow, fast])
  await Promise.all(makeNumberedBatches(400, 1).map(batch => publisher.send(batch)))
  const [few = 0, many = 0] = counts([slow, fast])
  t.true(few >= 1 && many > 5 * few, `${few} and ${many}`)
})

test('a server that is killed loses no line: its windows go to the others at once', async t => {
  const dying = await startScriptedServer(t, async connection => {
    for (let i = 0; i < 20; i++) connection.ack((await connection.window())!.count)
    await connection.window()
    void dying.close()
  })
  const well = await Promise.all([1, 2].map(() => startScriptedServer(t, ackAfter(1))))
  const publisher = await startSpread(t, [dying, ...well])
  await Promise.all(makeNumberedBatches(300, 1).map(batch => publisher.send(batch)))
  t.true(publisher.status().connectionsLost >= 1, 'it was killed')
  const seen = new Set(sortedMessagesOf([dying, ...well].flatMap(({ windows }) => windows)))
  t.deepEqual([...seen], numberedLines(300).toSorted())
  t.is(
    well.reduce((sum, { windows }) => sum + windows.length, 0),
    280,
  )
})

test('a server that is added to the list gets batches, and one that is removed finishes its windows', async t => {
  const servers = await Promise.all([1, 2, 3].map(() => startScriptedServer(t, ackAfter(2))))
  const [first, second, third] = servers.map(({ host, port }) => ({ host, port }))
  const list = new Variable([first!, second!])
  const publisher = startPublisher(t, list, { balance: 'all', balanceRules })
  await until(() => publisher.status().linksConnected === 2, 'two are connected')
  const batches = makeNumberedBatches(600, 1)
  const sent = batches.slice(0, 300).map(batch => publisher.send(batch))
  await sent[20]
  list.set([second!, third!])
  await Promise.all(sent)
  await until(() => publisher.status().links.length === 2, 'the first is gone')
  const before = servers[0]!.windows.length
  await Promise.all(batches.slice(300).map(batch => publisher.send(batch)))
  t.is(servers[0]!.windows.length, before)
  t.true(servers[2]!.windows.length > 150)
  t.is(publisher.status().eventsResent, 0)
  t.is(publisher.status().connectionsLost, 0)
})

test('a new server starts with one window at a time', async t => {
  let isAcked = false
  const server = await startScriptedServer(t, async connection => {
    const first = await connection.window()
    const second = connection.window()
    t.is(await Promise.race([second.then(() => 'early'), sleep(40, 'none')]), 'none', 'no second window before an ack')
    isAcked = true
    connection.ack(first!.count)
    const third = [await second, await connection.window()]
    for (const window of third) connection.ack(window!.count)
    await ackAll(connection)
  })
  const publisher = await startSpread(t, [server], { windowsInFlight: 5 })
  await Promise.all(makeNumberedBatches(8, 1).map(batch => publisher.send(batch)))
  t.true(isAcked)
})

test('a server that has closed an idle connection is connected to again when there is something to send, even if others have room', async t => {
  const closing = await startScriptedServer(t, async (connection, index) => {
    if (index > 0) return ackAll(connection)
    const window = await connection.window()
    connection.ack(window!.count)
    connection.socket.end()
  })
  const well = await startScriptedServer(t, ackAll)
  const publisher = await startSpread(t, [closing, well])
  for (const batch of makeNumberedBatches(2, 1)) await publisher.send(batch)
  await until(() => publisher.status().links.some(({ state }) => state.kind === 'resting'), 'one link rests')
  t.is(closing.connectionCount, 1)
  for (const batch of makeNumberedBatches(200, 1)) await publisher.send(batch)
  await until(() => publisher.status().linksConnected === 2, 'it is back')
  t.is(publisher.status().connectionsLost, 0)
})

test('the capacity is the number of batches that all connections can use', async t => {
  const servers = await Promise.all([1, 2, 3].map(() => startScriptedServer(t, ackAll)))
  const publisher = await startSpread(t, servers, { windowsInFlight: 4 })
  t.is(publisher.capacity.current, 18)
  await servers[0]!.close()
  await until(() => publisher.capacity.current === 12, 'one is gone')
  for (const server of servers) await server.close()
  await until(() => publisher.status().linksConnected === 0, 'all are gone')
  t.is(publisher.capacity.current, 6)
})

test('any number of connections that were retired at a stuck server adds capacity for only a few batches', async t => {
  const well = await startScriptedServer(t, ackAll)
  const stuck = await startScriptedServer(t, async connection => {
    while ((await connection.window()) !== undefined);
  })
  const both = [well, stuck].map(({ host, port }) => ({ host, port }))
  const servers = new Variable(both)
  const publisher = startPublisher(t, servers, { balance: 'all', windowsInFlight: 3, timeoutMs: 60_000 })
  const batches = makeNumberedBatches(10_000, 1)
  for (let left = 1; left <= 12; left++) {
    await until(async () => {
      void publisher.send(batches.pop()!).catch(() => {}) // those of the stuck one end with the publisher
      return stuck.windows.length >= left
    }, 'the stuck server has a window')
    servers.set(both.slice(0, 1))
    await until(() => publisher.status().linksConnected === 1, 'it has left the list')
    servers.set(both)
    await until(() => publisher.status().linksConnected === 2, 'it is back')
  }
  t.true(publisher.status().links.length >= 12)
  t.true(publisher.capacity.current <= 2 * 5 + 8 * 3, String(publisher.capacity.current))
})
