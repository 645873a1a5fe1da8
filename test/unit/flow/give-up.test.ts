import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveUpAfter } from '../../../src/flow/give-up.ts'

test('patience ends the given time after the stop, and not before there is one', async t => {
  const stop = new AbortController()
  const giveUp = giveUpAfter(stop.signal, 5)
  await sleep(20)
  t.false(giveUp.aborted)
  stop.abort()
  t.false(giveUp.aborted)
  await sleep(20)
  t.true(giveUp.aborted)
})

test('a stop that came earlier counts as well', async t => {
  const giveUp = giveUpAfter(AbortSignal.abort(), 1)
  await sleep(20)
  t.true(giveUp.aborted)
})
