import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import { Variable } from '../../../../src/flow/watched-value.ts'
import type { Balance, PublisherSettings } from '../../../../src/lumberjack/send/publisher-contract.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { type ScriptedConnection, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { type FormEnds, endsOf, wireForms } from '../../../helpers/lumberjack/wire-forms.ts'
import { sortedMessagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { until } from '../../../helpers/time/until.ts'

const SERVERS = 3
const SIZE = 3

/** A server that acks at the pace of its turn, and whose connections can be cut. */
async function startPaced(t: ExecutionContext, paceMs: number, { server: options }: FormEnds) {
  const open = new Set<ScriptedConnection>()
  const server = await startScriptedServer(
    t,
    async connection => {
      open.add(connection)
      connection.socket.on('close', () => open.delete(connection))
      for (let window = await connection.window(); window !== undefined; window = await connection.window()) {
        if (paceMs > 0) await sleep(paceMs)
        connection.ack(window.count)
      }
    },
    options,
  )
  return { server, cut: () => open.forEach(({ socket }) => socket.destroy()) }
}

const step = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'list', 'settings', 'cut', 'wait'),
  number: fc.nat(SERVERS - 1),
  balance: fc.constantFrom<Balance>('random', 'failover', 'all'),
})

for (const form of wireForms)
  test(`every batch is delivered despite any changes of servers, lists and settings, and once if no connection is cut (${form})`, async t => {
    const ends = await endsOf(t, form)
    const servers = await Promise.all([0, 1, 3].map(paceMs => startPaced(t, paceMs, ends)))
    const addresses = servers.map(({ server: { host, port } }) => ({ host, port }))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps, hasCuts) => {
        const settings: PublisherSettings = {
          tls: ends.publisher.tls,
          protocol: 2,
          compressionLevel: 0,
          windowsInFlight: 2,
          timeoutMs: 5000,
          host: 'h',
          balance: 'all',
          maxConnectionAgeMs: 20,
        }
        const list = new Variable(addresses)
        const publisher = startPublisher(t, list, { ...settings, random: Math.random })
        const before = servers.map(({ server }) => server.windows.length)
        const batches = makeNumberedBatches(steps.length * 3, SIZE)
        const sent: Promise<void>[] = []
        for (const { kind, number, balance } of steps) {
          const next = kind === 'send' ? batches.slice(sent.length, sent.length + 3) : []
          sent.push(...next.map(batch => publisher.send(batch)))
          if (kind === 'list') list.set(addresses.filter((_, index) => index !== number))
          if (kind === 'settings') publisher.reconfigure({ ...settings, balance, windowsInFlight: 1 + number })
          if (kind === 'cut' && hasCuts) servers[number]!.cut()
          if (kind === 'wait') await sleep(number * 5)
          await new Promise(resolve => setImmediate(resolve))
        }
        await Promise.all(sent)
        await until(
          () => publisher.status().links.every(({ state }) => state.kind !== 'retiring'),
          'retired links are gone',
        )
        await publisher.close()
        const windows = servers.flatMap(({ server }, index) => server.windows.slice(before[index]))
        const lines = sortedMessagesOf(windows)
        const all = numberedLines(sent.length * SIZE).toSorted()
        t.deepEqual([...new Set(lines)], all)
        t.true(windows.every(({ runFrames }) => runFrames > 0 === (form !== 'lumberjack')))
        if (!hasCuts) t.deepEqual(lines, all)
        const { batchesOpen, batchesWaiting } = publisher.status()
        t.deepEqual([batchesOpen, batchesWaiting], [0, 0])
      }),
      { numRuns: 25 },
    )
  })
