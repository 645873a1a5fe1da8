import test from 'ava'
import { makeNumberedBatches } from '../../../helpers/lumberjack/numbered-batches.ts'
import { startPublisher, type TestPublisher } from '../../../helpers/lumberjack/publishers.ts'
import { ackAll, startScriptedServer } from '../../../helpers/peers/scripted-server.ts'
import { until } from '../../../helpers/time/until.ts'

const LINKS = 200
const SERVERS = 10
/** The longest first wait: long against the time that 200 connections take. */
const FIRST_MS = 2000

/** The same numbers in every run (a linear congruential generator). */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
}

test('the clients of one of ten servers that dies spread over the other nine, and connect one after the other', async t => {
  const arrivals: number[] = []
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, (_, server) =>
      startScriptedServer(t, connection => {
        arrivals.push(server)
        return ackAll(connection)
      }),
    ),
  )
  const random = makeRandom(7)
  // All of them are with the first one, whose weight is everything as long as they have not met it.
  const list = servers.map(({ host, port }, index) => ({ host, port, weight: index === 0 ? 1e9 : 1 }))
  const [batch] = makeNumberedBatches(1, 1)
  const publishers = Array.from({ length: LINKS }, () =>
    startPublisher(t, list, { random, backoff: { firstMs: FIRST_MS, maxMs: 30_000 } }),
  )
  await Promise.all(publishers.map(publisher => publisher.send(batch!)))
  t.is(arrivals.filter(server => server === 0).length, LINKS, 'they were all there')
  arrivals.length = 0
  await servers[0]!.close()
  const sent = Promise.all(publishers.map(publisher => publisher.send(batch!)))
  const waits = new Map<TestPublisher, number>()
  await until(
    () => {
      for (const publisher of publishers) noteWait(publisher, waits)
      return arrivals.length === LINKS
    },
    'all have found another server',
    60_000,
  )
  await sent

  const shares = servers.slice(1).map((_, index) => arrivals.filter(server => server === index + 1).length)
  t.log(`clients of the nine that are left: ${shares.join(', ')}`)
  // 200 over nine by chance: 22 each, with a standard deviation of 4.4.
  t.true(Math.max(...shares) <= 22 + 4 * 4.4 && Math.min(...shares) >= 22 - 4 * 4.4, shares.join())

  const drawn = [...waits.values()].toSorted((a, b) => a - b)
  t.log(`they waited ${drawn[0]} to ${drawn.at(-1)} ms, half of them ${drawn[Math.floor(drawn.length / 2)]} ms`)
  t.true(drawn.length > LINKS * 0.8, 'most of the waits were seen')
  t.true(drawn[0]! < FIRST_MS * 0.25 && drawn.at(-1)! > FIRST_MS * 0.75, 'they use all of the time')
  // Even between 5 and 100 % of it: no more than a quarter in any tenth.
  for (const from of drawn) {
    const crowd = drawn.filter(wait => wait >= from && wait < from + FIRST_MS / 10).length
    t.true(crowd <= LINKS / 4, `${crowd} wait for the same tenth of the time`)
  }
})

/** What a link has drawn as its first wait. */
function noteWait(publisher: TestPublisher, waits: Map<TestPublisher, number>): void {
  const state = publisher.status().links[0]?.state
  if (state?.kind === 'backing_off' && !waits.has(publisher)) waits.set(publisher, state.waitMs)
}
