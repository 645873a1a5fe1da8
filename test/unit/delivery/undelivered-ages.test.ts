import test from 'ava'
import { BatchDelivery } from '../../../src/delivery/batch-delivery.ts'
import { ReturningEvents } from '../../../src/delivery/returning-events.ts'
import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import { bad, busy, closed, never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'
import { makeBatch, makeEvents } from '../../helpers/stores/store-events.ts'
import { ManualClock } from '../../helpers/time/manual-clock.ts'

test('health is bad and names sender and target when an event was received more than a minute ago and is not stored', async t => {
  const { indexer, clock, batch } = setUpIndexer({
    targetOf: ({ id }) => (id.endsWith('-1') ? 'logs-2' : 'logs-1'),
    answer: ({ id }) =>
      id === 'a-1'
        ? { ...busy, target: 'logs-2' }
        : { kind: 'stored', target: id.endsWith('-1') ? 'logs-2' : 'logs-1' },
  })
  const giveUp = new AbortController()
  watch(t, indexer.deliver(batch('a', 3, '[::1]:5044 (web1)'), giveUp.signal))
  for (let i = 0; i < 7; i++) {
    t.true(indexer.status().health.isHealthy)
    await indexer.deliver(batch(`b${i}`, 2, '10.0.0.1:7'), never)
    await clock.pass(10_000)
  }
  t.deepEqual(indexer.status().undelivered, [{ sender: 'web1', target: 'logs-2', events: 1, ageMs: 70_000 }])
  t.deepEqual(indexer.status().health, {
    isHealthy: false,
    reasons: ['logs-2: 1 events of web1 are not stored yet; the oldest was received 70 s ago'],
  })
  giveUp.abort()
  await clock.pass(60_001)
  t.deepEqual(indexer.status().undelivered, [])
  t.true(indexer.status().health.isHealthy)
})

test('an event that its sender sends again has the age of its first receipt, however often its connection ends', async t => {
  const { indexer, clock } = setUpIndexer({ answer: () => closed })
  const events = makeEvents('a', 20)
  const beganMs = clock.now()
  const isLate = () => indexer.status().health.reasons.some(reason => reason.includes('of web1 are not stored yet'))
  for (let i = 0; i < 5; i++) {
    const giveUp = new AbortController()
    const peer = `10.0.0.7:${5000 + i} (web1)`
    // Its windows are other ones each time, and the ids of events that came without one too.
    const again = events.map((event, n) => ({ ...event, id: `${i}-${n}` }))
    for (const part of i === 0 ? [again] : [again.slice(0, i), again.slice(i)])
      watch(t, indexer.deliver(makeBatch(part, { peer, receivedAtMs: clock.now() }), giveUp.signal))
    await clock.pass(20_000)
    const [oldest, ...others] = indexer.status().undelivered
    t.deepEqual(others, [])
    t.like(oldest, { sender: 'web1', events: 20, ageMs: clock.now() - beganMs })
    t.is(isLate(), i > 0)
    giveUp.abort()
    await clock.pass(30_000)
    t.is(isLate(), i > 0)
  }
  await indexer.deliver(makeBatch([], { peer: '10.0.0.7:1 (web1)' }), never)
  await clock.pass(31_000)
  t.deepEqual(indexer.status().undelivered, [])
})

test('a window of protocol 1 that comes again has the age of its first receipt, and new events of its sender do not', async t => {
  const { indexer, clock } = setUpIndexer({
    answer: ({ id }) => (id.startsWith('new') ? { ...closed, target: 'logs-2' } : closed),
    targetOf: ({ id }) => (id.startsWith('new') ? 'logs-2' : 'logs-1'),
  })
  const deliver = (prefix: string, signal: AbortSignal) =>
    watch(
      t,
      indexer.deliver(
        makeBatch(makeEvents(prefix, 2, clock.now()), {
          peer: '10.0.0.7:5',
          joinKey: prefix.slice(0, 3),
          receivedAtMs: clock.now(),
        }),
        signal,
      ),
    )
  const [first, last] = [new AbortController(), new AbortController()]
  deliver('old-1', first.signal)
  await clock.pass(40_000)
  first.abort()
  await clock.pass(5000)
  deliver('old-2', last.signal)
  deliver('new', last.signal)
  await clock.pass(5000)
  const sender = '10.0.0.7'
  t.deepEqual(indexer.status().undelivered, [
    { sender, target: 'logs-1', events: 2, ageMs: 50_000 },
    { sender, target: 'logs-2', events: 2, ageMs: 5000 },
  ])
  last.abort()
})

test('the memory of events that went back to their senders is bounded, and one sender never takes the room of the others', async t => {
  const returning = new ReturningEvents(() => 'logs-1')
  const giveBack = (sender: string, prefix: string, firstMs: number) => {
    const delivery = makeDelivery(makeEvents(prefix, 1, 0), sender)
    returning.note(delivery, { nowMs: 1_000_000, firstMsOf: () => firstMs })
  }
  giveBack('honest', 'mine', 500)
  for (let i = 0; i < 200; i++) giveBack('odd', `odd-${i}`, i)
  t.is(returning.size, 33)
  for (let i = 0; i < 2000; i++) giveBack(`odd-${i}`, `odd-${i}`, i)
  t.is(returning.size, 1000)
  t.deepEqual(returning.take(makeDelivery(makeEvents('mine', 1, 0), 'honest')), new Map([['logs-1', 500]]))
  const later = makeDelivery(makeEvents('late', 1, 0), 'late')
  returning.note(later, { nowMs: 1_600_000, firstMsOf: () => 0 })
  t.is(returning.size, 1)
})

function makeDelivery(events: readonly StoreEvent[], peer: string): BatchDelivery {
  const clock = new ManualClock()
  return new BatchDelivery(makeBatch(events, { peer }), {
    targetOf: () => 'logs-1',
    giveUp: never,
    clock,
    onGivenUp: () => {},
  })
}

test('any number of senders that wait makes a bounded answer', async t => {
  const { indexer, clock, batch } = setUpIndexer({ answer: () => closed }, { limits: { lateAfterMs: 1000 } })
  const giveUp = new AbortController()
  for (let i = 0; i < 100; i++) watch(t, indexer.deliver(batch(`a${i}`, 1, `10.0.0.${i}:1`), giveUp.signal))
  await clock.pass(2000)
  const { reasons } = indexer.status().health
  t.true(reasons.length < 15)
  t.is(reasons.at(-1), 'and events of 90 more senders and targets')
  giveUp.abort()
})

test('of several agents with one address or certificate, the one whose events wait or are all refused is named', async t => {
  const { indexer, clock } = setUpIndexer(
    {
      answer: ({ id }) =>
        id.startsWith('odd') ? bad : id.startsWith('held') ? closed : { kind: 'stored', target: 'logs-1' },
    },
    { limits: { lateAfterMs: 1000 } },
  )
  const giveUp = new AbortController()
  const deliver = (prefix: string, agent: string, count = 1) =>
    indexer.deliver(
      makeBatch(makeEvents(prefix, count), { peer: '10.0.0.7:1', agent, receivedAtMs: clock.now() }),
      giveUp.signal,
    )
  watch(t, deliver('held', 'aaa'))
  for (let i = 0; i < 100; i++) {
    await deliver('odd', 'bbb')
    await deliver('even', 'ccc')
  }
  await clock.pass(2000)
  const reasons = indexer.status().health.reasons.join('\n')
  t.regex(reasons, /1 events of 10\.0\.0\.7 \(agent aaa\) are not stored yet/)
  t.regex(reasons, /the last 100 events of 10\.0\.0\.7 \(agent bbb\) all became dead letters/)
  t.notRegex(reasons, /ccc/)
  giveUp.abort()
})

test('an outage of the store is reported only when it takes nothing', async t => {
  const { indexer, clock, batch } = setUpIndexer({
    answer: ({ id }) => (id.startsWith('red') ? { ...busy, target: 'logs-red' } : { kind: 'stored', target: 'logs-1' }),
  })
  const giveUp = new AbortController()
  watch(t, indexer.deliver(batch('red', 2), giveUp.signal))
  for (let i = 0; i < 100; i++) {
    await clock.pass(1700)
    t.false('outage' in indexer.status(), `after ${i} requests`)
    await indexer.deliver(batch(`b${i}`, 1, 'q'), never)
  }
  giveUp.abort()
})

test('health names the sender and the target that refused all of its last 100 events, while others of the target are stored', async t => {
  const { indexer, batch } = setUpIndexer({
    answer: ({ id }) => (id.startsWith('odd') ? bad : { kind: 'stored', target: 'logs-1' }),
  })
  for (let i = 0; i < 99; i++) {
    await indexer.deliver(batch(`odd-${i}`, 1, '10.0.0.1:5 (web1)'), never)
    await indexer.deliver(batch(`even-${i}`, 1, '10.0.0.2:5 (web2)'), never)
  }
  t.true(indexer.status().health.isHealthy)
  await indexer.deliver(batch('odd', 1, '10.0.0.1:9 (web1)'), never)
  await indexer.deliver(batch('even', 1, '10.0.0.2:5 (web2)'), never)
  t.regex(indexer.status().health.reasons.join('\n'), /^logs-1: the last 100 events of web1 all became dead letters/)
})
