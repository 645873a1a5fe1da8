import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveUpAfter, unlessAborted, waitForAbort } from '../../../src/flow/abort-signals.ts'

test('a promise that settles before the signal gives its result', async t => {
  t.is(await unlessAborted(Promise.resolve(7), new AbortController().signal), 7)
})

test('a signal ends the wait for a promise, with its reason', async t => {
  const controller = new AbortController()
  const waiting = unlessAborted(new Promise(() => {}), controller.signal)
  controller.abort(new Error('enough'))
  await t.throwsAsync(waiting, { message: 'enough' })
  await t.throwsAsync(unlessAborted(Promise.resolve(7), controller.signal), { message: 'enough' })
})

test('a wait for a signal ends when it fires, and at once when it has fired before', async t => {
  const controller = new AbortController()
  let hasEnded = false
  const waiting = waitForAbort(controller.signal).then(() => (hasEnded = true))
  await sleep(5)
  t.false(hasEnded)
  controller.abort()
  await waiting
  t.true(hasEnded)
  await t.notThrowsAsync(waitForAbort(controller.signal))
})

test('the signal to give up fires the given time after the stop, and never without one', async t => {
  const stop = new AbortController()
  const giveUp = giveUpAfter(stop.signal, 5)
  await sleep(20)
  t.false(giveUp.aborted)
  stop.abort()
  t.false(giveUp.aborted)
  await sleep(20)
  t.true(giveUp.aborted)
})

test('the time before giving up is read at the stop, so that an earlier change counts', async t => {
  const stop = new AbortController()
  let patienceMs = 60_000
  const giveUp = giveUpAfter(stop.signal, () => patienceMs)
  patienceMs = 1
  stop.abort()
  await sleep(20)
  t.true(giveUp.aborted)
})

test('the signal to give up fires even if the stop came before its creation', async t => {
  const giveUp = giveUpAfter(AbortSignal.abort(), 1)
  await sleep(20)
  t.true(giveUp.aborted)
})
