import test from 'ava'
import { unlessAborted } from '../../../src/flow/unless.ts'

test('a result that comes before the signal is given', async t => {
  t.is(await unlessAborted(Promise.resolve(7), new AbortController().signal), 7)
})

test('the signal ends the wait with its reason', async t => {
  const controller = new AbortController()
  const waiting = unlessAborted(new Promise(() => {}), controller.signal)
  controller.abort(new Error('enough'))
  await t.throwsAsync(waiting, { message: 'enough' })
  await t.throwsAsync(unlessAborted(Promise.resolve(7), controller.signal), { message: 'enough' })
})
