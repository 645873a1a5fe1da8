import test from 'ava'
import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import { Indexer } from '../../../src/delivery/indexer.ts'
import { askingStore } from '../../../src/stores/asking-store.ts'
import type { Verdict } from '../../../src/stores/contract.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { ManualClock, settle } from '../../helpers/time/manual-clock.ts'
import { makeScriptedStore, type Script } from '../../helpers/stores/scripted-store.ts'
import { makeBatch, makeEvents } from '../../helpers/stores/store-events.ts'

const HELD = { heldFirstMs: 100, heldMaxMs: 100 }
const never = new AbortController().signal
const noAnswer: Verdict = { kind: 'retry', reason: 'no answer', isDoubtful: true }
const deadLetters = {
  add: () => Promise.resolve(1),
  status: () => ({ letters: 0, bytes: 0, maxBytes: 0 }),
  lifeSign: () => ({ part: '', steps: 0, isDue: false }),
}

function setUp(script: Script) {
  const clock = new ManualClock()
  const store = makeScriptedStore(script)
  const counts = { forbidden: 0 }
  const asking = askingStore(store, {
    lastTryMs: 1000,
    tryDeadMs: 500,
    now: () => clock.now(),
    onForbidden: () => (counts.forbidden += 1),
  })
  const indexer = new Indexer({ store: asking, deadLetters, clock, random: () => 1, log: silentLog, limits: HELD })
  const states: string[] = []
  const deliver = (events: readonly StoreEvent[]) => {
    const receivedAtMs = clock.now()
    const received = events.map(event => ({ ...event, receivedAtMs }))
    void indexer.deliver(makeBatch(received, { receivedAtMs }), never).then(
      () => states.push('resolved'),
      (error: unknown) => states.push((error as { code?: string }).code ?? 'rejected'),
    )
  }
  return { clock, store, indexer, deliver, states, counts }
}

const doubtful = (events: readonly StoreEvent[], sinceMs: number) =>
  events.map(event => ({ ...event, doubtfulSinceMs: sinceMs }))

test('doubtful events wait until earlier tries are dead, and then only missing ones are created', async t => {
  const { clock, store, indexer, deliver, states } = setUp({ findExisting: () => Promise.resolve(new Set(['a-1'])) })
  deliver(doubtful(makeEvents('a', 3), 77))
  await clock.pass(1499)
  t.deepEqual([store.writes.length, store.questions.length], [0, 0])
  await clock.pass(1)
  t.deepEqual(store.questions, [{ ids: ['a-0', 'a-1', 'a-2'], sinceMs: 77 }])
  t.deepEqual(store.writes, [['a-0', 'a-2']])
  t.deepEqual(states, ['resolved'])
  t.like(indexer.status(), { stored: 2, existed: 1 })
})

test('events of the same batch that are not in doubt do not wait', async t => {
  const { clock, store, deliver, states } = setUp({})
  deliver([...makeEvents('new', 1), ...doubtful(makeEvents('old', 1), 1)])
  await settle()
  t.deepEqual(store.writes, [['new-0']])
  await clock.pass(1500)
  t.deepEqual(store.writes, [['new-0'], ['old-0']])
  t.deepEqual(states, ['resolved'])
})

test('a try without an answer makes its events doubtful since that try', async t => {
  const { clock, store, deliver, states } = setUp({ answer: (_, call) => (call === 0 ? noAnswer : { kind: 'stored' }) })
  const startedMs = clock.now()
  deliver(makeEvents('a', 1))
  await clock.pass(499)
  t.is(store.questions.length, 0)
  await clock.pass(1)
  t.deepEqual(store.questions, [{ ids: ['a-0'], sinceMs: startedMs }])
  t.deepEqual(states, ['resolved'])
})

test('a target that may have stored what it holds makes the events doubtful as well', async t => {
  const page: Verdict = { kind: 'held', target: 'stream', reason: '200', remedy: 'look', isDoubtful: true }
  const { clock, store, deliver, states } = setUp({ answer: (_, call) => (call === 0 ? page : { kind: 'stored' }) })
  const startedMs = clock.now()
  deliver(makeEvents('a', 1))
  await clock.pass(499)
  t.deepEqual([store.writes.length, store.questions.length], [1, 0])
  await clock.pass(101)
  t.deepEqual(store.questions, [{ ids: ['a-0'], sinceMs: startedMs }])
  t.deepEqual(states, ['resolved'])
})

test('no doubtful event is created while the store does not answer which ids exist', async t => {
  let isAway = true
  const { clock, store, deliver, states } = setUp({
    findExisting: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(new Set<string>())),
  })
  deliver(doubtful(makeEvents('a', 1), 1))
  await clock.pass(1600)
  t.is(store.writes.length, 0)
  isAway = false
  await clock.pass(500)
  t.is(store.writes.length, 1)
  t.deepEqual(states, ['resolved'])
})

test('doubtful events are created without a query if the right to query is missing', async t => {
  const { clock, store, deliver, states } = setUp({
    findExisting: () => Promise.reject(Object.assign(new Error('no'), { code: 'forbidden' })),
  })
  deliver(doubtful(makeEvents('a', 1), 1))
  await clock.pass(1500)
  t.is(store.writes.length, 1)
  t.deepEqual(states, ['resolved'])
})

test('a batch that was not tried in time goes back to its sender and is never written', async t => {
  const gate = Promise.withResolvers<void>()
  const { clock, store, indexer, deliver, states } = setUp({ gate: () => gate.promise })
  for (let i = 0; i < 5; i++) deliver(makeEvents(`b${i}`, 1000)) // four requests hang, one batch waits
  await clock.pass(1001)
  gate.resolve()
  await settle()
  t.is(store.writes.length, 4)
  t.deepEqual(states.toSorted(), ['resolved', 'resolved', 'resolved', 'resolved', 'too_late'])
  t.is(indexer.status().eventsInFlight, 0)
})
