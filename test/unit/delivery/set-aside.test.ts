import test from 'ava'
import type { Verdict } from '../../../src/stores/contract.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { never, setUpIndexer, watch } from '../../helpers/stores/scripted-indexer.ts'

const MINUTE_MS = 60_000
const failed: Verdict = {
  kind: 'retry',
  target: 'logs-1',
  reason: '500 illegal_state_exception',
  isDoubtful: true,
  complaint: { type: 'illegal_state_exception', reason: 'it quotes SECRET' },
}
const stored: Verdict = { kind: 'stored', target: 'logs-1' }

function setUp(verdict: Verdict = failed) {
  const log = makeRecordingLog()
  const answer = ({ id }: { readonly id: string }) => (id.startsWith('odd') ? verdict : stored)
  const own = setUpIndexer({ answer }, { log })
  let sent = 0
  /** Other events of the target are stored all the time, in requests of their own. */
  const passTime = async (minutes: number) => {
    for (let i = 0; i < minutes * 6; i++) {
      await own.indexer.deliver(own.batch(`other-${sent++}`, 1, '10.0.0.2:1'), never)
      await own.clock.pass(MINUTE_MS / 6)
    }
  }
  return { ...own, log, passTime }
}

test('an event on which the server fails while it stores others is set aside loudly, and a dead letter an hour after its first try', async t => {
  const { indexer, batch, letters, log, passTime } = setUp()
  const odd = watch(t, indexer.deliver(batch('odd', 1, '10.0.0.1:5 (web1)'), never))
  await passTime(5)
  t.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields]),
    [['error', { target: 'logs-1', type: 'illegal_state_exception', sender: 'web1', count: 1 }]],
  )
  const { health, setAside } = indexer.status()
  t.is(setAside, 1)
  t.false(health.isHealthy)
  t.regex(health.reasons.join('\n'), /^logs-1: the server fails on 1 events of web1 \(illegal_state_exception\)/m)
  await passTime(54)
  t.is(odd.state(), 'waiting')
  await passTime(3)
  t.is(odd.state(), 'resolved')
  t.like(letters[0], { id: 'odd-0', target: 'logs-1', type: 'illegal_state_exception', reason: 'it quotes SECRET' })
  t.like(indexer.status(), { setAside: 0, deadLettered: 1, health: { isHealthy: true } })
  t.notRegex(JSON.stringify([log.lines, health]), /SECRET/)
})

test('an event that is set aside neither lowers the number of requests nor counts as an outage', async t => {
  const { indexer, batch, log, passTime } = setUp()
  const giveUp = new AbortController()
  watch(t, indexer.deliver(batch('odd', 1), giveUp.signal))
  await passTime(10)
  t.like(indexer.status(), { requestLimit: 4 })
  t.false('outage' in indexer.status())
  t.notRegex(JSON.stringify(log.lines), /takes (nothing|events again)/)
  giveUp.abort()
})

test('while the server fails on every event for a target, none of them is given up', async t => {
  const { indexer, clock, batch, letters } = setUpIndexer({ answer: () => failed })
  const giveUp = new AbortController()
  const both = [
    watch(t, indexer.deliver(batch('a', 3), giveUp.signal)),
    watch(t, indexer.deliver(batch('b', 3), giveUp.signal)),
  ]
  await clock.pass(120 * MINUTE_MS)
  t.is(letters.length, 0)
  t.regex(indexer.status().health.reasons.join('\n'), /the store has taken nothing for \d+ s/)
  t.true(both.every(({ state }) => state() === 'waiting'))
  giveUp.abort()
})

test('an event that its sender sends again after its connection ended continues where it was', async t => {
  const { indexer, batch, letters, passTime } = setUp()
  for (let i = 0; i < 13; i++) {
    const giveUp = new AbortController()
    const odd = watch(t, indexer.deliver(batch('odd', 1, `10.0.0.1:${i}`), giveUp.signal))
    await passTime(5)
    giveUp.abort()
    await odd.done
  }
  t.is(letters.length, 1)
})

test('an event that waits for its shard or for load while others are stored is never given up', async t => {
  const { indexer, batch, letters, passTime } = setUp({
    kind: 'retry',
    target: 'logs-1',
    reason: '503',
    isDoubtful: true,
  })
  const giveUp = new AbortController()
  const odd = watch(t, indexer.deliver(batch('odd', 1), giveUp.signal))
  await passTime(90)
  t.is(odd.state(), 'waiting')
  t.is(letters.length, 0)
  giveUp.abort()
})
