import test from 'ava'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import { askingStore } from '../../../src/stores/asking-store.ts'
import { makeScriptedStore } from '../../helpers/stores/scripted-store.ts'
import { settle } from '../../helpers/time/manual-clock.ts'
import { bad, busy, closed, never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'
import { makeBatch, makeEvent, makeEvents } from '../../helpers/stores/store-events.ts'

test('a batch is delivered when each of its events is stored or was there', async t => {
  const { indexer, store, batch } = setUpIndexer({
    answer: event => ({ kind: event.id === 'a-1' ? 'existed' : 'stored' }),
  })
  await indexer.deliver(batch('a', 3), never)
  t.deepEqual(store.writes, [['a-0', 'a-1', 'a-2']])
  t.like(indexer.status(), { stored: 2, existed: 1, eventsInFlight: 0, bytesInFlight: 0, requests: 1 })
})

test('an empty batch is delivered without asking the store', async t => {
  const { indexer, store } = setUpIndexer({})
  await indexer.deliver(makeBatch([]), never)
  t.is(store.writes.length, 0)
})

test('only events with a retry verdict are sent again, with growing waits', async t => {
  const { indexer, clock, store, batch } = setUpIndexer({
    answer: (event, call) => (event.id === 'a-1' && call < 3 ? busy : { kind: 'stored' }),
  })
  const delivery = watch(t, indexer.deliver(batch('a', 3), never))
  await clock.pass(499)
  t.deepEqual(store.writes, [['a-0', 'a-1', 'a-2']])
  await clock.pass(1)
  t.deepEqual(store.writes.at(-1), ['a-1'])
  await clock.pass(1000)
  t.is(store.writes.length, 3)
  t.is(delivery.state(), 'waiting')
  await clock.pass(2000)
  t.is(delivery.state(), 'resolved')
  t.like(indexer.status(), { stored: 3, retries: 3 })
  t.is(clock.waiting, 0)
})

test('a refused event is a dead letter with its reason, and its batch is delivered', async t => {
  const { indexer, letters, batch } = setUpIndexer({ answer: event => (event.id === 'a-1' ? bad : { kind: 'stored' }) })
  await indexer.deliver(batch('a', 2), never)
  t.like(letters[0], { id: 'a-1', target: 'logs-1', type: 'bad_document', reason: 'it is bad', peer: 'p' })
  t.is(JSON.parse(String(letters[0]?.payload)).message, 'line 1 of a')
  t.like(indexer.status(), { stored: 1, deadLettered: 1 })
})

test('an event is not at fault when events for other targets pass, also if it was refused together with some', async t => {
  const held = { kind: 'held', reason: 'r', remedy: 'look', mayBeDocument: true } as const
  const { indexer, letters, clock, batch } = setUpIndexer({
    targetOf: ({ id }) => (id.endsWith('-0') ? 'good' : 'closed'),
    answer: ({ id }, call) => {
      if (call === 0) return { ...held, target: 'logs-*' }
      if (id.endsWith('-0')) return { kind: 'stored', target: 'good' }
      return { ...held, target: 'closed', complaint: { type: 'unknown', reason: 'r' } }
    },
  })
  const giveUp = new AbortController()
  watch(t, indexer.deliver(batch('a', 3), giveUp.signal))
  await clock.pass(1)
  await indexer.deliver(batch('b', 1), never)
  await clock.pass(1)
  t.like(indexer.status(), { stored: 2, held: [{ target: 'closed', events: 2 }] })
  t.deepEqual(letters, [])
  giveUp.abort(new Error('the test is over'))
})

test('a poison event becomes a dead letter without a request to the store', async t => {
  const { indexer, store, letters } = setUpIndexer({})
  const poison = [{ id: 'x', payload: Buffer.from('{'), type: 'not_json', reason: 'no JSON' }]
  await indexer.deliver(makeBatch([], { poison }), never)
  t.like(letters[0], { id: 'x', target: '', type: 'not_json' })
  t.is(store.writes.length, 0)
})

test('a batch whose dead letters have no space is held, not dropped', async t => {
  const { indexer, clock, room, letters, batch } = setUpIndexer({ answer: () => bad })
  room.isFull = true
  const delivery = watch(t, indexer.deliver(batch('a', 2), never))
  await clock.pass(100)
  t.false(indexer.status().health.isHealthy)
  t.like(indexer.status().held[0], { target: 'dead letters', events: 2 })
  room.isFull = false
  await clock.pass(60_000)
  t.is(delivery.state(), 'resolved')
  t.is(letters.length, 2)
  t.true(indexer.status().health.isHealthy)
})

test('giving up rejects a batch, cancels its timers and forgets its held events', async t => {
  const { indexer, clock, batch } = setUpIndexer({ answer: event => (event.id === 'a-0' ? closed : busy) })
  const giveUp = new AbortController()
  const delivery = watch(t, indexer.deliver(batch('a', 2), giveUp.signal))
  await clock.pass(100)
  t.is(clock.waiting, 2)
  giveUp.abort(new Error('no more time'))
  await settle()
  t.is(delivery.state(), 'rejected: Error: no more time')
  t.is(clock.waiting, 0)
  t.deepEqual(indexer.status().held, [])
  t.is(indexer.status().eventsInFlight, 0)
})

test('a request is broken off only when every batch in it is given up', async t => {
  const gate = Promise.withResolvers<void>()
  const { indexer, store, batch } = setUpIndexer(
    { gate: call => (call === 0 ? Promise.resolve() : gate.promise) },
    { limits: { requestsInFlight: 1 } },
  )
  const controllers = [new AbortController(), new AbortController()]
  const first = indexer.deliver(batch('z', 1), never) // occupies the only slot while the others come together
  const both = controllers.map(({ signal }, i) => watch(t, indexer.deliver(batch(`b${i}`, 1, `p${i}`), signal)))
  await first
  await settle()
  t.deepEqual(store.writes[1], ['b0-0', 'b1-0'])
  controllers[0]?.abort()
  await settle()
  t.false(store.signals[1]?.aborted)
  controllers[1]?.abort()
  t.true(store.signals[1]?.aborted)
  gate.resolve()
  await settle()
  t.true(both.every(({ state }) => state().startsWith('rejected')))
})

test('batches that wait share requests, and large senders do not starve small ones', async t => {
  const gates = [Promise.withResolvers<void>()]
  const { indexer, store, batch } = setUpIndexer(
    { gate: call => gates[call]?.promise ?? Promise.resolve(), batchLimits: { events: 100, bytes: 1_000_000 } },
    { limits: { requestsInFlight: 1 } },
  )
  const all = [indexer.deliver(batch('first', 1, 'x'), never), indexer.deliver(batch('large', 1000, 'big'), never)]
  for (let i = 0; i < 20; i++) all.push(indexer.deliver(batch(`s${i}`, 1, `small${i}`), never))
  gates[0]?.resolve()
  await Promise.all(all)
  t.true(store.writes.every(ids => ids.length <= 100))
  const firstThree = store.writes.slice(1, 4).flat()
  t.is(firstThree.filter(id => id.startsWith('s')).length, 20)
  t.true(store.writes.length <= 13)
})

const waits = test.macro({
  title: (_title, whose: string) =>
    `a batch waits for few requests while events that fill one each keep coming from another ${whose}`,
  exec: async (t, _whose: string, greedy: Partial<EventBatch>, honest: Partial<EventBatch>) => {
    const { indexer, store } = setUpIndexer(
      { gate: () => Promise.resolve(), batchLimits: { events: 100, bytes: 2000 } },
      { limits: { requestsInFlight: 1 } },
    )
    const end = new AbortController()
    const text = 'x'.repeat(5000)
    const keepComing = async (i: number) => {
      for (let n = 0; n < 500 && !end.signal.aborted; n++)
        await indexer.deliver(makeBatch([makeEvent(`large-${i}-${n}`, { text })], greedy), never)
    }
    const coming = Promise.all([1, 2, 3, 4].map(keepComing))
    for (let n = 0; n < 10; n++) {
      const before = store.writes.length
      await indexer.deliver(makeBatch(makeEvents(`honest${n}`, 2), honest), never)
      t.true(store.writes.length - before <= 4, `${store.writes.length - before} requests`)
    }
    end.abort()
    await coming
  },
})

test(waits, 'sender', { peer: '10.0.0.1:1' }, { peer: '10.0.0.2:1' })
test(waits, 'agent of its address', { peer: '10.0.0.1:1', agent: 'greedy' }, { peer: '10.0.0.1:2', agent: 'honest' })

test('the agents of one sender share its part of the requests, however many it has or invents', async t => {
  const gates = [Promise.withResolvers<void>()]
  const { indexer, store } = setUpIndexer(
    { gate: call => gates[call]?.promise ?? Promise.resolve(), batchLimits: { events: 10, bytes: 1_000_000 } },
    { limits: { requestsInFlight: 1 } },
  )
  const deliver = (prefix: string, count: number, from: Partial<EventBatch>) =>
    indexer.deliver(makeBatch(makeEvents(prefix, count), from), never)
  const all = [deliver('first', 1, { peer: 'x:1' })]
  for (let i = 0; i < 20; i++) all.push(deliver(`greedy${i}`, 5, { peer: `10.0.0.1:${i}`, agent: 'greedy' }))
  for (let i = 0; i < 20; i++) all.push(deliver(`odd${i}`, 5, { peer: `10.0.0.2:${i}`, agent: `invented-${i}` }))
  all.push(deliver('honest', 5, { peer: '10.0.0.1:99', agent: 'honest' }), deliver('other', 5, { peer: '10.0.0.3:1' }))
  gates[0]?.resolve()
  await Promise.all(all)
  const orderOf = (prefix: string) => store.writes.findIndex(ids => ids.some(id => id.startsWith(prefix)))
  t.true(orderOf('other') <= 2)
  t.true(orderOf('honest') <= 4)
})

test('calls that wait for a host that hangs take no room from the others, in a target that rolls over too', async t => {
  const hung = Promise.withResolvers<void>()
  let stalled = 0
  const store = makeScriptedStore({
    gate: call => (call === 0 ? hung.promise : Promise.resolve()),
    stalledRequests: () => stalled,
  })
  const asking = askingStore(store, {
    lastTryMs: 60_000,
    tryDeadMs: 70_000,
    onForbidden: () => {},
    now: () => 1_000_000,
  })
  const { indexer, clock, batch } = setUpIndexer({}, { store: asking, limits: { requestsInFlight: 1 } })
  const [first, second] = ['a', 'b'].map(name => watch(t, indexer.deliver(batch(name, 1, name), never)))
  await clock.pass(3000)
  t.deepEqual([first?.state(), second?.state(), store.writes.length], ['waiting', 'waiting', 1])
  stalled = 1
  await clock.pass(600)
  t.deepEqual([first?.state(), second?.state(), store.writes.length], ['waiting', 'resolved', 2])
  hung.resolve()
  await first?.done
})

test('events that were in the store already are counted by sender, and later ones of any number of senders share a count', async t => {
  const { indexer, batch } = setUpIndexer({
    answer: ({ id }) => ({ kind: id.startsWith('known') ? 'existed' : 'stored' }),
  })
  for (let i = 0; i < 3; i++) await indexer.deliver(batch('known', 2, `10.0.0.1:${i} (web1)`), never)
  await indexer.deliver(batch('new', 2, '10.0.0.2:1'), never)
  t.deepEqual(indexer.status().existedBySender, [{ sender: 'web1', events: 6 }])
  for (let i = 0; i < 300; i++) await indexer.deliver(batch('known', 1, `10.0.1.${i}:1`), never)
  const counts = indexer.status().existedBySender
  t.is(counts.length, 101)
  t.like(counts.at(-1), { sender: '', events: 201 })
})

test('a fault of the program rejects the batch instead of being retried indefinitely', async t => {
  const { indexer, batch } = setUpIndexer({ gate: () => Promise.reject(new Error('a bug')) })
  await t.throwsAsync(indexer.deliver(batch('a', 1), never), { message: 'a bug' })
  t.like(indexer.status(), { eventsInFlight: 0, requestsInFlight: 0 })
})

test('an exception of the dead letters ends the batch, not the program, in a timer too', async t => {
  const { indexer, clock, room, batch } = setUpIndexer({ answer: () => bad })
  room.isFull = true
  const delivery = watch(t, indexer.deliver(batch('a', 1), never))
  await clock.pass(100)
  room.fault = new Error('out of memory')
  await t.notThrowsAsync(clock.pass(60_000))
  t.is(delivery.state(), 'rejected: Error: out of memory')
  t.like(indexer.status(), { eventsInFlight: 0, held: [] })
})
