import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNumberedBatches, numberedLines } from '../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { messagesOf, type SeenWindow } from '../../helpers/lumberjack/seen-windows.ts'
import {
  type ScriptedConnection,
  type ScriptedServer,
  startScriptedServer,
} from '../../helpers/peers/scripted-server.ts'
import { patience } from '../../helpers/time/patience.ts'

/** As Logstash does it: keep-alives until one window is done, and none for a window that was read meanwhile. */
async function startLogstash(t: ExecutionContext, workMs: number): Promise<ScriptedServer> {
  return startScriptedServer(t, async connection => {
    let next = connection.window()
    for (let window = await next; window !== undefined; window = await next) {
      let behind: SeenWindow | undefined
      next = connection.window()
      void next.then(read => (behind = read))
      await work(connection, workMs)
      connection.ack(window.count)
      if (behind === undefined) continue
      next = connection.window()
      await sleep(workMs)
      connection.ack(behind.count)
    }
  })
}

async function work(connection: ScriptedConnection, workMs: number): Promise<void> {
  const keepAlives = setInterval(() => connection.ack(0), workMs / 20)
  await sleep(workMs)
  clearInterval(keepAlives)
}

async function deliverTwo(t: ExecutionContext, times: { readonly part: number; readonly windowsInFlight: number }) {
  const timeoutMs = patience(500)
  const server = await startLogstash(t, timeoutMs * times.part)
  const publisher = startPublisher(t, [server], { timeoutMs, windowsInFlight: times.windowsInFlight })
  await Promise.all(makeNumberedBatches(2, 1).map(batch => publisher.send(batch)))
  t.deepEqual([...new Set(server.windows.flatMap(messagesOf))], numberedLines(2))
  return publisher.status()
}

test('the time limit of a window that a server works on in silence, as Logstash does, counts from its last ack', async t => {
  t.like(await deliverTwo(t, { part: 0.7, windowsInFlight: 2 }), { connectionsLost: 0, eventsResent: 0 })
})

test('a server with the keep-alives of Logstash gets a second window again if it works on it for longer than the time limit', async t => {
  t.like(await deliverTwo(t, { part: 1.5, windowsInFlight: 2 }), { connectionsLost: 1, eventsResent: 1 })
})

test('a server with the keep-alives of Logstash gets each window once, however long it works, with one window in flight', async t => {
  t.like(await deliverTwo(t, { part: 1.5, windowsInFlight: 1 }), { connectionsLost: 0, eventsResent: 0 })
})
