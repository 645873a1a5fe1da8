import test from 'ava'
import type { Source } from '../../../../src/flow/contract.ts'
import type { LineBatch } from '../../../../src/flow/line-batch.ts'
import { pump } from '../../../../src/flow/pump.ts'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { until } from '../../../helpers/time/until.ts'

const BATCHES = 1500

test('a pump continues while one server is stuck: only commits wait, in order, without bytes', async t => {
  const stuck = await startScriptedServer(t, async (connection, index) => {
    if (index > 0) return ackAll(connection)
    while ((await connection.window()) !== undefined);
  })
  const well = await Promise.all([1, 2].map(() => startScriptedServer(t, ackAll)))
  const publisher = startPublisher(t, [stuck, ...well], { balance: 'all', timeoutMs: 8000, random: Math.random })
  await until(() => publisher.status().linksConnected === 3, 'all are connected')
  const batches = makeNumberedBatches(BATCHES, 1)
  const committed: LineBatch[] = []
  let taken = 0
  const source: Source<LineBatch> = {
    next: async () => batches[taken++],
    commit: batch => void committed.push(batch),
    toReceipt: batch => ({ ...batch, runs: [] }),
  }
  const never = new AbortController().signal
  const limits = { undelivered: publisher.capacity, uncommitted: 10_000 }
  const pumping = pump(source, publisher, { limits, stop: never, giveUp: never })
  await until(() => publisher.status().windowsAcked >= BATCHES - 5, 'all but those of the stuck one are delivered')
  t.is(publisher.status().connectionsLost, 0, 'before the time limit')
  t.true(committed.length < 100, 'commits wait for the stuck one')
  t.true(publisher.status().batchesOpen <= 5)
  await pumping
  t.deepEqual(
    committed.map(({ sequence }) => sequence),
    batches.map(({ sequence }) => sequence),
  )
  t.true(committed.every(({ runs }) => runs.length === 0))
  t.is(publisher.status().connectionsLost, 1, 'it was stuck until its time was over')
})
