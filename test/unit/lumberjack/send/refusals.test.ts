import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../../../src/flow/backoff.ts'
import type { LineBatch } from '../../../../src/flow/line-batch.ts'
import type { PublisherOptions, RefusedEvent } from '../../../../src/lumberjack/send/publisher-contract.ts'
import type { ServerAddress } from '../../../../src/lumberjack/send/servers/server-address.ts'
import { makeBatch, makeOrigin, makeRun } from '../../../helpers/lumberjack/line-batches.ts'
import { makeNumberedBatches, numberedLines } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { startTestReceiver } from '../../../helpers/lumberjack/receivers.ts'
import { messagesOf } from '../../../helpers/lumberjack/seen-windows.ts'
import { endsOf, wireForms } from '../../../helpers/lumberjack/wire-forms.ts'
import { startRefusing } from '../../../helpers/peers/refusing-server.ts'
import { startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { patience } from '../../../helpers/time/patience.ts'
import { until } from '../../../helpers/time/until.ts'

function startKeeping(t: ExecutionContext, servers: readonly ServerAddress[], change: Partial<PublisherOptions> = {}) {
  const refused: RefusedEvent[] = []
  const keepRefused = async (event: RefusedEvent) => {
    refused.push(event)
    return `kept ${event.offset}`
  }
  const addresses = servers.map(({ host, port }) => ({ host, port }))
  const hurry = { backoff: { firstMs: 2, maxMs: 10 }, keepRefused, ...change }
  return { publisher: startPublisher(t, addresses, hurry), refused }
}

function messageOf({ payload }: RefusedEvent): string {
  return (JSON.parse(payload.toString()) as { message: string }).message
}

for (const protocol of [1, 2] as const)
  test(`an event that the server refuses is passed by, and every other event is acked: protocol ${protocol}`, async t => {
    const server = await startRefusing(t, new Set(['line 5']))
    const { publisher, refused } = startKeeping(t, [server], { protocol })
    await Promise.all(makeNumberedBatches(3, 3).map(batch => publisher.send(batch)))
    t.deepEqual(
      [...new Set(server.acked)].toSorted(),
      numberedLines(9).filter(line => line !== 'line 5'),
    )
    t.deepEqual(refused.map(messageOf), ['line 5'])
    t.is(publisher.status().eventsRefused, 1)
  })

test('an error in the log has the file, the offset, the sizes and the server of a refused event, and where it is kept, but not its text', async t => {
  const server = await startRefusing(t, new Set(['line 2']))
  const { publisher } = startKeeping(t, [server])
  await Promise.all(makeNumberedBatches(2, 3).map(batch => publisher.send(batch)))
  const errors = publisher.log.lines.filter(({ level }) => level === 'error')
  t.is(errors.length, 1)
  const { eventBytes, reason, ...fields } = errors[0]!.fields
  t.deepEqual(fields, {
    path: '/var/log/app.log',
    offset: 7,
    bytes: 7,
    servers: [`127.0.0.1:${server.port}`],
    kept: 'kept 7',
  })
  t.true(Number(eventBytes) > 100)
  t.regex(String(reason), /ended on this event alone, while the server acked others/)
  t.notRegex(JSON.stringify(errors), /line 2/)
})

test('an event that could not be kept is passed by, and the error has the reason', async t => {
  const server = await startRefusing(t, new Set(['line 2']))
  const { publisher } = startKeeping(t, [server], { keepRefused: () => Promise.reject(new Error('the disk is full')) })
  await Promise.all(makeNumberedBatches(2, 3).map(batch => publisher.send(batch)))
  const error = publisher.log.lines.find(({ level }) => level === 'error')
  t.is(error?.fields['notKept'], 'the disk is full')
})

test('a refused event is found in a window of 2048 by halves, at the cost of at most twenty connections', async t => {
  const server = await startRefusing(t, new Set(['line 1357']))
  const { publisher, refused } = startKeeping(t, [server])
  await Promise.all(makeNumberedBatches(1, 2048).map(batch => publisher.send(batch)))
  t.deepEqual(refused.map(messageOf), ['line 1357'])
  t.true(publisher.status().connectionsLost <= 20, `${publisher.status().connectionsLost}`)
  t.is(new Set(server.acked).size, 2047)
})

test('a line as large as a refused one is suspected before it ends a connection: its refusal takes at most six', async t => {
  const large = ['a', 'b', 'c'].map(byte => byte.repeat(70_000))
  const server = await startRefusing(t, new Set(large))
  const { publisher, refused } = startKeeping(t, [server])
  const costs: number[] = []
  for (const [index, line] of large.entries()) {
    const before = publisher.status().connectionsLost
    const small = (name: string) => Array.from({ length: 500 }, (_, number) => `${name} ${index} ${number}\n`)
    await publisher.send(makeBatch([makeRun([...small('before'), `${line}\n`, ...small('behind')])]))
    costs.push(publisher.status().connectionsLost - before)
  }
  t.deepEqual(refused.map(messageOf), large)
  t.is(new Set(server.acked).size, 3000)
  t.true(costs[0]! > 6, costs.join(' '))
  t.true(costs[1]! <= 6 && costs[2]! <= 6, costs.join(' '))
})

test('nothing is refused while the server acks nothing, however many connections it ends', async t => {
  const server = await startRefusing(t, new Set())
  server.outages = 60
  const { publisher, refused } = startKeeping(t, [server])
  await Promise.all(makeNumberedBatches(2, 2).map(batch => publisher.send(batch)))
  t.is(server.outages, 0)
  t.deepEqual(refused, [])
  t.deepEqual(server.acked.toSorted(), numberedLines(4))
})

test('nothing is refused by a server that ends each connection after one window', async t => {
  const acked: string[] = []
  const server = await startScriptedServer(t, async connection => {
    const first = await connection.window()
    if (first === undefined) return
    acked.push(...messagesOf(first).map(String))
    connection.ack(first.count)
    await connection.window()
    connection.socket.destroy()
  })
  const { publisher, refused } = startKeeping(t, [server])
  await Promise.all(makeNumberedBatches(8, 2).map(batch => publisher.send(batch)))
  t.deepEqual(refused, [])
  t.deepEqual([...new Set(acked)].toSorted(), numberedLines(16).toSorted())
})

test('an event that one server refuses is delivered to another one that takes it', async t => {
  for (const balance of ['random', 'failover', 'all'] as const) {
    const servers = [await startRefusing(t, new Set(['line 4'])), await startRefusing(t, new Set())]
    const { publisher, refused } = startKeeping(t, servers, { balance })
    await Promise.all(makeNumberedBatches(6, 2).map(batch => publisher.send(batch)))
    t.deepEqual(refused, [], balance)
    const acked = new Set(servers.flatMap(server => server.acked))
    t.deepEqual([...acked].toSorted(), numberedLines(12).toSorted(), balance)
    await publisher.close()
  }
})

test('an event that one server refuses waits for another one that has not acked anything yet', async t => {
  const refusing = await startRefusing(t, new Set(['line 4']))
  const slow = await startRefusing(t, new Set(), {
    mayAck: () => until(() => refusing.ends >= 10, 'the first one has refused it'),
  })
  const { publisher, refused } = startKeeping(t, [refusing, slow], { balance: 'all', windowsInFlight: 1 })
  await Promise.all(makeNumberedBatches(12, 2).map(batch => publisher.send(batch)))
  t.deepEqual(refused, [])
  t.true(slow.acked.includes('line 4'))
})

test('an event is passed by when all servers refuse it but one that has acked nothing for the time of grace', async t => {
  const server = await startRefusing(t, new Set(['line 4']))
  const silent = await startRefusing(t, new Set())
  silent.outages = Infinity
  const { publisher, refused } = startKeeping(t, [server, silent], { balance: 'failover', absenceMs: 40 })
  await Promise.all(makeNumberedBatches(6, 2).map(batch => publisher.send(batch)))
  t.deepEqual(refused.map(messageOf), ['line 4'])
  t.deepEqual(refused[0]?.servers, [`127.0.0.1:${server.port}`])
})

test('more refused events in a row than may be in flight do not stop the lines behind them', async t => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 2}`)
  const server = await startRefusing(t, new Set(lines))
  const { publisher, refused } = startKeeping(t, [server])
  const batches = makeNumberedBatches(14, 1)
  for (const [first, count] of [
    [0, 1],
    [1, 12],
    [13, 1],
  ] as const)
    // prettier-ignore
    await Promise.all(batches.slice(first, first + count).map(batch => publisher.send(batch)))
  t.deepEqual([...new Set(server.acked)], ['line 1', 'line 14'])
  t.deepEqual(refused.map(messageOf).toSorted(), lines.toSorted())
})

test('while only suspected events wait, more batches are asked for, since what is behind them may be acked', async t => {
  const server = await startRefusing(t, new Set(['line 1', 'line 2']))
  const { publisher, refused } = startKeeping(t, [server])
  const batches = makeNumberedBatches(3, 1)
  const before = publisher.capacity.current
  const sent = batches.slice(0, 2).map(batch => publisher.send(batch))
  await until(() => publisher.capacity.current === before + 2, 'two more')
  await Promise.all([...sent, publisher.send(batches[2]!)])
  t.deepEqual(refused.map(messageOf).toSorted(), ['line 1', 'line 2'])
  t.is(publisher.capacity.current, before)
})

test('a refused event is not sent after its batch was given up', async t => {
  const server = await startRefusing(t, new Set(['line 1']))
  const { publisher, refused } = startKeeping(t, [server])
  const [batch, other] = makeNumberedBatches(2, 1)
  const giveUp = new AbortController()
  const given = publisher.deliver(batch!, giveUp.signal)
  await until(() => publisher.status().connectionsLost > 3, 'it is suspected')
  giveUp.abort()
  await t.throwsAsync(given, { code: 'given_up' })
  await publisher.send(other!)
  t.deepEqual(refused, [])
  const { batchesOpen, batchesWaiting } = publisher.status()
  t.deepEqual([batchesOpen, batchesWaiting], [0, 0])
})

const MEBIBYTE = 1024 * 1024

for (const protocol of [1, 2] as const)
  test(`our collector with a small limits.eventBytes gets all lines but the larger ones: protocol ${protocol}`, async t => {
    const { port, sink } = await startTestReceiver(t, { limits: { eventBytes: MEBIBYTE } })
    const lines = ['before\n', `${'a'.repeat(2 * MEBIBYTE)}\n`, 'between\n', 'after\n']
    const { publisher, refused } = startKeeping(t, [{ host: '127.0.0.1', port }], { protocol })
    const batches = lines.map((line, index) =>
      makeBatch([makeRun([line], { offset: index * 1e7 })], { sequence: index + 1 }),
    )
    await Promise.all(batches.map(batch => publisher.send(batch)))
    t.deepEqual([...new Set(sink.messages.map(String))].toSorted(), ['after', 'before', 'between'])
    t.deepEqual(
      refused.map(({ offset, byteCount }) => ({ offset, byteCount })),
      [{ offset: 1e7, byteCount: 2 * MEBIBYTE + 1 }],
    )
  })

/** Batches of such sizes; the text of line `n` is `line n`. */
function makeBatches(sizes: readonly number[]): LineBatch[] {
  let line = 0
  return sizes.map((size, index) => {
    const lines = Array.from({ length: size }, () => `line ${++line}\n`)
    const origin = makeOrigin({ path: `/log/${index % 2}` })
    return makeBatch([makeRun(lines, { origin, offset: index * 1_000_000 })], { sequence: index + 1 })
  })
}

for (const form of wireForms)
  test(`for any batches, servers and outages exactly the events that every server refuses are passed by, and every other event is acked (${form})`, async t => {
    const ends = await endsOf(t, form)
    const schedule = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 6 }),
      refused: fc.array(fc.record({ line: fc.nat(40), by: fc.constantFrom(1, 2, 3) }), { maxLength: 3 }),
      serverCount: fc.constantFrom(1, 2),
      balance: fc.constantFrom('random', 'failover', 'all'),
      outages: fc.array(fc.nat(8), { maxLength: 1 }),
      windowsInFlight: fc.integer({ min: 1, max: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(schedule, async ({ sizes, refused, serverCount, balance, outages, windowsInFlight }) => {
        const count = sizes.reduce((sum, size) => sum + size, 0)
        const texts = refused.map(({ line, by }) => ({ text: `line ${(line % (count - 1)) + 1}`, by }))
        const refusedBy = [1, 2]
          .slice(0, serverCount)
          .map(bit => new Set(texts.filter(({ by }) => (by & bit) !== 0).map(({ text }) => text)))
        const servers = await Promise.all(refusedBy.map(lines => startRefusing(t, lines, { ends })))
        const change = { ...ends.publisher, balance, windowsInFlight, random: Math.random, absenceMs: patience(1500) }
        const { publisher, refused: passed } = startKeeping(t, servers, change)
        const sent = Promise.all(makeBatches(sizes).map(batch => publisher.send(batch)))
        for (const outage of outages) {
          await sleep(outage)
          for (const server of servers) server.outages = outage
        }
        t.truthy(await within(patience(10_000), sent), 'every batch is delivered')
        const all = numberedLines(count)
        const expected = all.filter(line => refusedBy.every(lines => lines.has(line)))
        t.deepEqual(passed.map(messageOf).toSorted(), expected.toSorted())
        const acked = new Set(servers.flatMap(server => server.acked))
        t.deepEqual([...acked].toSorted(), all.filter(line => !expected.includes(line)).toSorted())
        t.is(publisher.status().eventsRefused, expected.length)
        await publisher.close()
      }),
      { numRuns: 20 },
    )
  })
