import test from 'ava'
import { Bell } from '../../../src/flow/wake-up-bell.ts'

test('a ring wakes every task that waits, and no task that begins to wait later', async t => {
  const bell = new Bell()
  const woken: string[] = []
  const waits = ['a', 'b'].map(async name => {
    await bell.wait()
    woken.push(name)
  })
  bell.ring()
  await Promise.all(waits)
  t.deepEqual(woken, ['a', 'b'])
  const late = bell.wait(undefined, 1_000_000).then(() => 'woken')
  t.is(await Promise.race([late, Promise.resolve('waiting')]), 'waiting')
  bell.ring()
  t.is(await late, 'woken')
})

test('a signal ends the wait for a bell, even if it has fired before', async t => {
  const bell = new Bell()
  const controller = new AbortController()
  const waiting = bell.wait(controller.signal)
  controller.abort()
  await t.notThrowsAsync(waiting)
  await t.notThrowsAsync(bell.wait(controller.signal))
})

test('a wait for a bell with a time limit ends after it', async t => {
  await t.notThrowsAsync(new Bell().wait(undefined, 1))
})
