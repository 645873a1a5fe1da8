import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { createMeters } from '../../../src/telemetry/prometheus.ts'

const WAIT_MS = 50

function measure(t: ExecutionContext) {
  const meters = createMeters()
  meters.includeProcess()
  t.teardown(() => meters.close())
  return async (statistic: string) => {
    const text = await meters.format([])
    return Number(new RegExp(`^nodejs_eventloop_lag_${statistic}_seconds (.+)$`, 'm').exec(text)?.[1])
  }
}

function block(milliseconds: number): void {
  const endMs = performance.now() + milliseconds
  while (performance.now() < endMs);
}

test.serial('measuring the event loop wakes an idle process at most twice in 50 ms', async t => {
  measure(t)
  const counts: number[] = []
  for (let i = 0; i < 5; i++) {
    const before = performance.nodeTiming.uvMetricsInfo.loopCount
    await setTimeout(WAIT_MS)
    counts.push(performance.nodeTiming.uvMetricsInfo.loopCount - before)
  }
  t.true(Math.min(...counts) <= 2, counts.join(' '))
})

test.serial(
  'a turn of the event loop that takes 40 ms shows in the next answer, and a wait of 50 ms does not',
  async t => {
    const read = measure(t)
    await setTimeout(1)
    const waits: number[] = []
    for (let i = 0; i < 5; i++) {
      block(40)
      await setTimeout(1)
      t.true((await read('max')) >= 0.04)
      await setTimeout(WAIT_MS)
      waits.push(await read('max'))
    }
    t.true(Math.min(...waits) < 0.04, waits.join(' '))
  },
)
