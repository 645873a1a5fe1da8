import test, { type ExecutionContext } from 'ava'
import type { DeadLetter, IndexerOptions } from '../../../src/delivery/contract.ts'
import { createIndexer } from '../../../src/delivery/indexer.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import type { Verdict } from '../../../src/stores/contract.ts'
import { ManualClock, settle } from '../../helpers/time/manual-clock.ts'
import { makeScriptedStore, type Script } from '../../helpers/stores/scripted-store.ts'
import { makeBatch, makeEvents } from '../../helpers/stores/store-events.ts'

const never = new AbortController().signal
const busy: Verdict = { kind: 'retry', reason: 'busy', isDoubtful: false }
const noAnswer: Verdict = { kind: 'retry', reason: 'no answer', isDoubtful: true }
const closed: Verdict = { kind: 'held', target: 'logs-1', reason: 'closed', remedy: 'open it' }
const bad: Verdict = { kind: 'refused', target: 'logs-1', type: 'bad_document', reason: 'it is bad' }

function setUp(script: Script, more: Partial<IndexerOptions> = {}) {
  const clock = new ManualClock()
  const store = makeScriptedStore(script)
  const letters: DeadLetter[] = []
  const room = { isFull: false }
  const deadLetters = {
    add(more_: readonly DeadLetter[]) {
      if (!room.isFull) letters.push(...more_)
      return !room.isFull
    },
    status: () => ({ letters: letters.length, bytes: 0, maxBytes: 0 }),
    close() {},
  }
  const indexer = createIndexer({ store, deadLetters, clock, random: () => 1, log: silentLog, ...more })
  const batch = (prefix: string, count: number, peer = 'p') =>
    makeBatch(makeEvents(prefix, count), { peer, receivedAtMs: clock.now() })
  return { indexer, clock, store, letters, room, batch }
}

/** Follows a promise without waiting for it. */
function watch(
  t: ExecutionContext,
  promise: Promise<void>,
): { readonly state: () => string; readonly done: Promise<unknown> } {
  let state = 'waiting'
  const done = promise.then(
    () => (state = 'resolved'),
    (error: unknown) => (state = `rejected: ${String(error)}`),
  )
  t.teardown(() => done)
  return { state: () => state, done }
}

test('a batch is delivered when each of its events is stored or was there', async t => {
  const { indexer, store, batch } = setUp({ answer: event => ({ kind: event.id === 'a-1' ? 'existed' : 'stored' }) })
  await indexer.deliver(batch('a', 3), never)
  t.deepEqual(store.writes, [['a-0', 'a-1', 'a-2']])
  t.like(indexer.status(), { stored: 2, existed: 1, eventsInFlight: 0, bytesInFlight: 0, requests: 1 })
})

test('an empty batch is delivered without asking the store', async t => {
  const { indexer, store } = setUp({})
  await indexer.deliver(makeBatch([]), never)
  t.is(store.writes.length, 0)
})

test('only the events concerned are sent again, with growing waits', async t => {
  const { indexer, clock, store, batch } = setUp({
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
  const { indexer, letters, batch } = setUp({ answer: event => (event.id === 'a-1' ? bad : { kind: 'stored' }) })
  await indexer.deliver(batch('a', 2), never)
  t.like(letters[0], { id: 'a-1', target: 'logs-1', type: 'bad_document', reason: 'it is bad', peer: 'p' })
  t.is(JSON.parse(String(letters[0]?.payload)).message, 'line 1 of a')
  t.like(indexer.status(), { stored: 1, deadLettered: 1 })
})

test('a poison event is a dead letter before anything is asked of the store', async t => {
  const { indexer, store, letters } = setUp({})
  const poison = [{ id: 'x', payload: Buffer.from('{'), type: 'not_json', reason: 'no JSON' }]
  await indexer.deliver(makeBatch([], { poison }), never)
  t.like(letters[0], { id: 'x', target: '', type: 'not_json' })
  t.is(store.writes.length, 0)
})

test('without room for dead letters a batch is held, not dropped', async t => {
  const { indexer, clock, room, letters, batch } = setUp({ answer: () => bad })
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

const refuses = /^logs-1: the last 10 events all became dead letters \(bad_document\)/

test('health names a target that refuses everything, until it stores one event', async t => {
  let isMended = false
  const answer = (): Verdict => (isMended ? { kind: 'stored', target: 'logs-1' } : bad)
  const { indexer, batch } = setUp({ answer })
  await indexer.deliver(batch('a', 9), never)
  t.true(indexer.status().health.isHealthy)
  await indexer.deliver(batch('b', 1), never)
  const { health } = indexer.status()
  t.false(health.isHealthy)
  t.is(health.reasons.length, 1)
  t.regex(health.reasons[0] ?? '', refuses)
  t.notRegex(health.reasons[0] ?? '', /it is bad/)
  isMended = true
  await indexer.deliver(batch('c', 1), never)
  t.deepEqual(indexer.status().health, { isHealthy: true, reasons: [] })
})

test('a target that stores one of many events does not refuse everything; another target does not clear it', async t => {
  const { indexer, batch } = setUp({
    answer: ({ id }) => {
      if (id.startsWith('other')) return { kind: 'stored', target: 'logs-2' }
      return id === 'mixed-7' ? { kind: 'stored', target: 'logs-1' } : bad
    },
  })
  for (let i = 0; i < 3; i++) await indexer.deliver(batch('mixed', 20), never)
  t.true(indexer.status().health.isHealthy)
  await indexer.deliver(batch('a', 10), never)
  await indexer.deliver(batch('other', 1), never)
  t.regex(indexer.status().health.reasons[0] ?? '', refuses)
})

test('a target that was sent nothing for ten minutes is no longer reported', async t => {
  const { indexer, clock, batch } = setUp({ answer: () => bad })
  await indexer.deliver(batch('a', 10), never)
  await clock.pass(599_999)
  t.false(indexer.status().health.isHealthy)
  await clock.pass(1)
  t.true(indexer.status().health.isHealthy)
})

test('where the store names no target, health names the store', async t => {
  const { indexer, batch } = setUp({ answer: () => ({ kind: 'refused', type: 'bad_document', reason: '' }) })
  await indexer.deliver(batch('a', 10), never)
  t.regex(indexer.status().health.reasons[0] ?? '', /^scripted: the last 10 events/)
})

test('targets without end are not remembered, nor do they drive out the one that refuses many', async t => {
  const { indexer, batch } = setUp({
    answer: ({ id }) => ({
      kind: 'refused',
      target: id.startsWith('a-') ? 'logs-1' : id,
      type: 'bad_document',
      reason: '',
    }),
  })
  await indexer.deliver(batch('a', 10), never)
  await indexer.deliver(batch('once', 500), never)
  t.regex(indexer.status().health.reasons[0] ?? '', refuses)
  for (let i = 0; i < 12; i++) await indexer.deliver(batch('often', 500), never)
  t.true(indexer.status().health.reasons.length <= 20)
})

test('a held target is told with its remedy, tried slowly, and leaves other events alone', async t => {
  let isOpen = false
  const { indexer, clock, store, batch } = setUp({
    answer: event => (event.id.startsWith('shut') && !isOpen ? closed : { kind: 'stored' }),
  })
  const held = watch(t, indexer.deliver(batch('shut', 2), never))
  await indexer.deliver(batch('other', 2, 'q'), never)
  t.deepEqual(indexer.status().health.reasons, ['logs-1: closed; open it'])
  t.like(indexer.status().held[0], { target: 'logs-1', events: 2 })
  await clock.pass(4000)
  t.is(store.writes.length, 2)
  isOpen = true
  await clock.pass(1000)
  t.is(held.state(), 'resolved')
  t.deepEqual(indexer.status().held, [])
})

const unclear: Verdict = { kind: 'held', target: 'logs-1', reason: '400 x', remedy: 'look', mayBeDocument: true }

/** A store that sees whose fault `odd-…` is only beside a neighbour that passes. */
function setUpOdd(more: Script = {}) {
  const own: ReturnType<typeof setUp> = setUp({
    answer: ({ id }, call) => {
      if (!id.startsWith('odd')) return { kind: 'stored', target: 'logs-1' }
      return own.store.writes[call]?.some(other => !other.startsWith('odd')) === true ? bad : unclear
    },
    ...more,
  })
  return own
}

test('an event that is held alone and may be at fault goes with the next request, where its neighbours decide', async t => {
  const { indexer, clock, store, letters, batch } = setUpOdd()
  const odd = watch(t, indexer.deliver(batch('odd', 1), never))
  await clock.pass(10)
  t.like(indexer.status().held[0], { target: 'logs-1', events: 1 })
  await indexer.deliver(batch('later', 2), never)
  await settle()
  t.deepEqual(store.writes, [['odd-0'], ['later-0', 'later-1', 'odd-0']])
  t.is(odd.state(), 'resolved')
  t.like(letters[0], { id: 'odd-0', type: 'bad_document' })
  t.deepEqual(indexer.status().held, [])
  await clock.pass(60_000)
  t.is(store.writes.length, 2)
})

test('without company it is tried alone after its wait, and rides again after half of the next one', async t => {
  const { indexer, clock, store, batch } = setUpOdd()
  watch(t, indexer.deliver(batch('odd', 1), never))
  await clock.pass(5000)
  t.deepEqual(store.writes, [['odd-0'], ['odd-0']])
  await clock.pass(4999)
  await indexer.deliver(batch('early', 1), never)
  t.deepEqual(store.writes[2], ['early-0'])
  await clock.pass(1)
  await indexer.deliver(batch('late', 1), never)
  t.deepEqual(store.writes[3], ['late-0', 'odd-0'])
})

test('a request that is full takes nobody along', async t => {
  const { indexer, clock, store, batch } = setUpOdd({ batchLimits: { events: 2, bytes: 1_000_000 } })
  watch(t, indexer.deliver(batch('odd', 1), never))
  await clock.pass(10)
  await indexer.deliver(batch('full', 2), never)
  t.deepEqual(store.writes[1], ['full-0', 'full-1'])
  await indexer.deliver(batch('less', 1), never)
  t.deepEqual(store.writes[2], ['less-0', 'odd-0'])
})

test('what is held for the target’s fault rides with no request', async t => {
  const { indexer, clock, store, batch } = setUp({
    answer: ({ id }, call) => (id.startsWith('shut') && call === 0 ? closed : { kind: 'stored' }),
  })
  watch(t, indexer.deliver(batch('shut', 1), never))
  await clock.pass(4999)
  await indexer.deliver(batch('other', 1), never)
  t.deepEqual(store.writes[1], ['other-0'])
  await clock.pass(1)
  t.deepEqual(store.writes[2], ['shut-0'])
})

test('an event whose batch was given up rides no more', async t => {
  const { indexer, clock, store, batch } = setUpOdd()
  const giveUp = new AbortController()
  const odd = watch(t, indexer.deliver(batch('odd', 1), giveUp.signal))
  await clock.pass(10)
  giveUp.abort(new Error('gone'))
  await odd.done
  await indexer.deliver(batch('later', 1), never)
  t.deepEqual(store.writes[1], ['later-0'])
  t.is(clock.waiting, 0)
})

test('giving up rejects the batch, calls off its timers and forgets what was held', async t => {
  const { indexer, clock, batch } = setUp({ answer: event => (event.id === 'a-0' ? closed : busy) })
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
  const { indexer, store, batch } = setUp(
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
  const { indexer, store, batch } = setUp(
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

test('load lowers the number of requests in flight, and success brings it back slowly', async t => {
  let isBusy = true
  const { indexer, clock, batch } = setUp(
    { answer: () => (isBusy ? busy : { kind: 'stored' }) },
    { limits: { requestsInFlight: 8 } },
  )
  const delivery = watch(t, indexer.deliver(batch('a', 1), never))
  await clock.pass(5000)
  t.is(indexer.status().requestLimit, 1)
  isBusy = false
  await clock.pass(60_000)
  t.is(delivery.state(), 'resolved')
  t.true(indexer.status().requestLimit <= 2)
  for (let i = 0; i < 40; i++) await indexer.deliver(batch(`n${i}`, 1), never)
  t.is(indexer.status().requestLimit, 8)
})

test('an outage is bad health after half a minute and good health at the first success', async t => {
  let isAway = true
  const { indexer, clock, batch } = setUp({ answer: () => (isAway ? noAnswer : { kind: 'stored' }) })
  const delivery = watch(t, indexer.deliver(batch('a', 1), never))
  await clock.pass(20_000)
  t.true(indexer.status().health.isHealthy)
  await clock.pass(40_000)
  t.regex(indexer.status().health.reasons[0] ?? '', /has taken nothing for \d+ s: no answer/)
  isAway = false
  await clock.pass(60_000)
  t.is(delivery.state(), 'resolved')
  t.true(indexer.status().health.isHealthy)
})

test('a fault of the program rejects the batch instead of trying for ever', async t => {
  const { indexer, batch } = setUp({ gate: () => Promise.reject(new Error('a bug')) })
  await t.throwsAsync(indexer.deliver(batch('a', 1), never), { message: 'a bug' })
  t.like(indexer.status(), { eventsInFlight: 0, requestsInFlight: 0 })
})

test('each request is told with its time, outcome and size', async t => {
  const told: unknown[] = []
  const { indexer, batch } = setUp({ answer: () => bad }, { onRequest: (...figures) => told.push(figures) })
  await indexer.deliver(batch('a', 2), never)
  t.deepEqual(told, [[0, 'refused', 2]])
})
