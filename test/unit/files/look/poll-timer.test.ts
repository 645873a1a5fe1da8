import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { PollTimer, restMs } from '../../../../src/files/look/poll-timer.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { until } from '../../../helpers/time/until.ts'

const rests = test.macro((t, look: Parameters<typeof restMs>[0], expectedMs: number) => {
  t.is(restMs(look), expectedMs)
})

test('after a look that took no CPU the timer rests for its step', rests, { cpuMs: 0, pollMs: 1000 }, 1000)
test('looks by the timer take at most a two hundredth of a core', rests, { cpuMs: 40, pollMs: 1000 }, 7960)
test('the timer rests for at most 10 s, whatever a look takes', rests, { cpuMs: 5000, pollMs: 1000 }, 10_000)
test('a longer step of the timer is kept', rests, { cpuMs: 5000, pollMs: 60_000 }, 60_000)
test('looks after hints take at most a fifth of a core', rests, { cpuMs: 40, pollMs: 1000, isHinted: true }, 160)
test('hints of 25 ms cause one look', rests, { cpuMs: 1, pollMs: 1000, isHinted: true }, 25)
test(
  'a hint waits for at most 10 s, whatever a look takes',
  rests,
  { cpuMs: 5000, pollMs: 1000, isHinted: true },
  10_000,
)

test('the time that a look spends waiting is not rested for', async t => {
  const startedMs: number[] = []
  const poll = async () => {
    startedMs.push(performance.now())
    await sleep(50)
    return 0
  }
  const timer = new PollTimer({ poll, limits: { pollMs: 1 }, log: silentLog })
  t.teardown(() => timer.stop())
  await until(() => startedMs.length === 21, 'there were many looks')
  // Twenty rests by the time of these looks would take twenty seconds.
  t.true(startedMs.at(-1)! - startedMs[0]! < 20 * 20 * 50, String(startedMs))
})
