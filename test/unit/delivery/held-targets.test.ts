import test from 'ava'
import { BatchDelivery } from '../../../src/delivery/batch-delivery.ts'
import { HeldTargets } from '../../../src/delivery/held-targets.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import type { Verdict } from '../../../src/stores/contract.ts'
import { ManualClock, settle } from '../../helpers/time/manual-clock.ts'
import type { Script } from '../../helpers/stores/scripted-store.ts'
import { bad, closed, never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'
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

const unclear: Verdict = { kind: 'held', target: 'logs-1', reason: '400 x', remedy: 'look', mayBeDocument: true }

/** A store that sees whose fault `odd-…` is only beside a neighbour that passes. */
function setUpOdd(more: Script = {}) {
  const own: ReturnType<typeof setUpIndexer> = setUpIndexer({
    answer: ({ id }, call) => {
      if (!id.startsWith('odd')) return { kind: 'stored', target: 'logs-1' }
      return own.store.writes[call]?.some(other => !other.startsWith('odd')) === true ? bad : unclear
    },
    ...more,
  })
  return own
}

test('a held event that may be at fault goes with a request that is made in the same moment', async t => {
  const { indexer, store, batch } = setUpOdd()
  const odd = watch(t, indexer.deliver(batch('odd', 1), never))
  await settle()
  t.like(indexer.status().held[0], { target: 'logs-1', events: 1 })
  await indexer.deliver(batch('later', 1), never)
  await settle()
  t.deepEqual(store.writes, [['odd-0'], ['later-0', 'odd-0']])
  t.is(odd.state(), 'resolved')
})

test('a held event that may be at fault goes with the next request, whose other events decide', async t => {
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

test('a held event is tried alone after its wait, and may share a request again after half of the next wait', async t => {
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

test('a full request contains no held event', async t => {
  const { indexer, clock, store, batch } = setUpOdd({ batchLimits: { events: 2, bytes: 1_000_000 } })
  watch(t, indexer.deliver(batch('odd', 1), never))
  await clock.pass(10)
  await indexer.deliver(batch('full', 2), never)
  t.deepEqual(store.writes[1], ['full-0', 'full-1'])
  await indexer.deliver(batch('less', 1), never)
  t.deepEqual(store.writes[2], ['less-0', 'odd-0'])
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
