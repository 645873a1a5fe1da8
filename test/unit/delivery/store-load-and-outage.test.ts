import test from 'ava'
import type { Verdict } from '../../../src/stores/contract.ts'
import { bad, busy, never, noAnswer, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'

const refuses = /^logs-1: the last 10 events all became dead letters \(bad_document\)/

test('health names a target that refuses everything until it stores one event', async t => {
  let isFixed = false
  const answer = (): Verdict => (isFixed ? { kind: 'stored', target: 'logs-1' } : bad)
  const { indexer, batch } = setUpIndexer({ answer })
  await indexer.deliver(batch('a', 9), never)
  t.true(indexer.status().health.isHealthy)
  await indexer.deliver(batch('b', 1), never)
  const { health } = indexer.status()
  t.false(health.isHealthy)
  t.is(health.reasons.length, 1)
  t.regex(health.reasons[0] ?? '', refuses)
  t.notRegex(health.reasons[0] ?? '', /it is bad/)
  isFixed = true
  await indexer.deliver(batch('c', 1), never)
  t.deepEqual(indexer.status().health, { isHealthy: true, reasons: [] })
})

test('a target that stores one of many events does not refuse everything; another target does not clear it', async t => {
  const { indexer, batch } = setUpIndexer({
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
  const { indexer, clock, batch } = setUpIndexer({ answer: () => bad })
  await indexer.deliver(batch('a', 10), never)
  await clock.pass(599_999)
  t.false(indexer.status().health.isHealthy)
  await clock.pass(1)
  t.true(indexer.status().health.isHealthy)
})

test('where the store names no target, health names the store', async t => {
  const { indexer, batch } = setUpIndexer({ answer: () => ({ kind: 'refused', type: 'bad_document', reason: '' }) })
  await indexer.deliver(batch('a', 10), never)
  t.regex(indexer.status().health.reasons[0] ?? '', /^scripted: the last 10 events/)
})

test('30 targets that all refuse everything, in turn, are bad health', async t => {
  const { indexer, batch } = setUpIndexer({
    answer: ({ id }) => ({ ...bad, target: `logs-${Number(id.split('-')[1]) % 30}` }),
  })
  for (let i = 0; i < 20; i++) await indexer.deliver(batch(`${i}`, 30), never)
  t.false(indexer.status().health.isHealthy)
  t.true(indexer.status().health.reasons.length <= 20)
})

test('an unlimited number of targets is not remembered, and does not displace one that refuses many', async t => {
  const { indexer, batch } = setUpIndexer({
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

test('load lowers the number of requests in flight, and success raises it slowly', async t => {
  let isBusy = true
  const { indexer, clock, batch } = setUpIndexer(
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

test('a store is unhealthy after an outage of half a minute, and healthy at the first success', async t => {
  let isAway = true
  const { indexer, clock, batch } = setUpIndexer({ answer: () => (isAway ? noAnswer : { kind: 'stored' }) })
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

test('each request is reported with its time, outcome and size', async t => {
  const reported: unknown[] = []
  const { indexer, batch } = setUpIndexer({ answer: () => bad }, { onRequest: (...figures) => reported.push(figures) })
  await indexer.deliver(batch('a', 2), never)
  t.deepEqual(reported, [[0, 'refused', 2]])
})
