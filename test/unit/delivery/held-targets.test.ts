import test from 'ava'
import { BatchDelivery } from '../../../src/delivery/batch-delivery.ts'
import { HeldTargets } from '../../../src/delivery/held-targets.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import type { StoreEvent } from '../../../src/flow/event-batch.ts'
import type { Verdict } from '../../../src/stores/contract.ts'
import { ManualClock, settle } from '../../helpers/time/manual-clock.ts'
import { closed, never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'
import { makeBatch, makeEvents } from '../../helpers/stores/store-events.ts'

test('a held target is reported with its remedy and retried slowly, and other events are stored', async t => {
  let isOpen = false
  const { indexer, clock, store, batch } = setUpIndexer({
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

const unclear: Extract<Verdict, { kind: 'held' }> = {
  kind: 'held',
  target: 'logs-1',
  reason: '400 x',
  remedy: 'look',
  mayBeDocument: true,
  complaint: { type: 'bad_document', reason: 'it quotes SECRET' },
}

const targetOf = ({ id }: StoreEvent) => (id.startsWith('far') ? 'logs-2' : 'logs-1')

/** A store that never takes `odd-…`, and does not see whose fault that is; `far-…` are for another target. */
function setUpOdd(verdict: Verdict = unclear) {
  return setUpIndexer({
    targetOf,
    answer: event => (event.id.startsWith('odd') ? verdict : { kind: 'stored', target: targetOf(event) }),
  })
}

test('a held event that may be at fault becomes a dead letter as soon as another event for its target passes, in any request', async t => {
  const { indexer, clock, store, letters, batch } = setUpOdd()
  const odd = watch(t, indexer.deliver(batch('odd', 1), never))
  await clock.pass(10)
  t.like(indexer.status().held[0], { target: 'logs-1', events: 1 })
  await indexer.deliver(batch('far', 2), never)
  await settle()
  t.is(odd.state(), 'waiting')
  await indexer.deliver(batch('later', 2), never)
  await settle()
  t.deepEqual(store.writes, [['odd-0'], ['far-0', 'far-1'], ['later-0', 'later-1'], ['odd-0']])
  t.is(odd.state(), 'resolved')
  t.like(letters[0], { id: 'odd-0', type: 'bad_document', reason: 'it quotes SECRET' })
  t.deepEqual(indexer.status().held, [])
  await clock.pass(60_000)
  t.is(store.writes.length, 4)
})

test('while nothing for its target passes, an event that may be at fault is held and tried slowly', async t => {
  const { indexer, clock, store, letters, batch } = setUpOdd()
  const giveUp = new AbortController()
  for (const name of ['odd-a', 'odd-b']) watch(t, indexer.deliver(batch(name, 1), giveUp.signal))
  for (let i = 0; i < 60; i++) {
    await clock.pass(60_000)
    await indexer.deliver(batch(`far-${i}`, 1, 'q'), never)
  }
  t.is(letters.length, 0)
  t.true(store.writes.flat().filter(id => id.startsWith('odd')).length < 140)
  t.false(indexer.status().health.isHealthy)
  giveUp.abort()
})

test('events that were not sent alone stay held when another event for their target passes', async t => {
  const { complaint: _, ...shared } = unclear
  const { indexer, letters, batch } = setUpOdd(shared)
  const giveUp = new AbortController()
  const odd = watch(t, indexer.deliver(batch('odd', 2), giveUp.signal))
  for (let i = 0; i < 5; i++) await indexer.deliver(batch(`other-${i}`, 1), never)
  await settle()
  t.is(odd.state(), 'waiting')
  t.is(letters.length, 0)
  giveUp.abort()
})

test('an event that may be at fault is stored when its target takes it after another one', async t => {
  let isFixed = false
  const { indexer, letters, batch } = setUpIndexer({
    targetOf: () => 'logs-1',
    answer: () => (isFixed ? { kind: 'stored', target: 'logs-1' } : unclear),
  })
  const first = indexer.deliver(batch('a', 3), never)
  await settle()
  isFixed = true
  await indexer.deliver(batch('b', 1), never)
  await first
  t.is(letters.length, 0)
  t.like(indexer.status(), { stored: 4, held: [] })
})

test('an event that is held because of its target shares no request', async t => {
  const { indexer, clock, store, batch } = setUpIndexer({
    answer: ({ id }, call) => (id.startsWith('shut') && call === 0 ? closed : { kind: 'stored' }),
  })
  watch(t, indexer.deliver(batch('shut', 1), never))
  await clock.pass(4999)
  await indexer.deliver(batch('other', 1), never)
  t.deepEqual(store.writes[1], ['other-0'])
  await clock.pass(1)
  t.deepEqual(store.writes[2], ['shut-0'])
})

test('an event whose batch was given up is not sent any more', async t => {
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

test('an answer about events of a batch that was given up releases nothing of another batch', t => {
  const clock = new ManualClock()
  const held = new HeldTargets(silentLog, clock)
  const makeDelivery = () =>
    new BatchDelivery(makeBatch(makeEvents('a', 2)), { giveUp: never, clock, targetOf: () => 'logs-1', onGivenUp() {} })
  const [givenUp, other] = [makeDelivery(), makeDelivery()]
  held.hold(givenUp, { target: 'logs-1', reason: 'closed', remedy: 'open it' }, 2)
  held.hold(other, { target: 'logs-1', reason: 'closed', remedy: 'open it' }, 2)
  held.releaseAll(givenUp)
  held.release(givenUp, 'logs-1', 1)
  t.like(held.list()[0], { target: 'logs-1', events: 2 })
})
