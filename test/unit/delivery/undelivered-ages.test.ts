import test from 'ava'
import { bad, busy, closed, never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'

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
  await clock.pass(1)
  t.deepEqual(indexer.status().undelivered, [])
  t.true(indexer.status().health.isHealthy)
})

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
