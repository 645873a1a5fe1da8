import test from 'ava'
import { assert, double, property } from 'fast-check'
import { Backoff, wait, within } from '../../../src/flow/backoff.ts'

test('the waits of a backoff double up to the limit and start again after a reset', t => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 500 }, () => 1)
  t.deepEqual([backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs()], [100, 200, 400, 500])
  backoff.reset()
  t.is(backoff.nextMs(), 100)
})

test('every wait of a backoff is between half and the whole of its ceiling', t => {
  t.notThrows(() =>
    assert(
      property(double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), share => {
        const first = new Backoff({ firstMs: 1000, maxMs: 8000 }, () => share).nextMs()
        return first >= 500 && first <= 1000
      }),
    ),
  )
})

test('a backoff wait ends early, without an error, when its signal fires', async t => {
  const signal = AbortSignal.timeout(5)
  await wait(60_000, signal)
  t.true(signal.aborted)
})

const never = new Promise<never>(() => {})

const limitedWait = test.macro(
  async (
    t,
    promise: Promise<unknown>,
    { limitMs, stop, result }: { readonly limitMs: number; readonly stop?: AbortSignal; readonly result: unknown },
  ) => {
    t.is(await within(limitMs, promise, stop), result)
  },
)

test('a promise that resolves within its time gives its result', limitedWait, Promise.resolve(7), {
  limitMs: 60_000,
  result: 7,
})
test('a promise that takes longer than its time gives nothing', limitedWait, never, { limitMs: 5, result: undefined })
test('a stop ends the limited wait for a promise', limitedWait, never, {
  limitMs: 60_000,
  stop: AbortSignal.timeout(5),
  result: undefined,
})

test('a promise that rejects within its time rejects the limited wait', async t => {
  await t.throwsAsync(within(60_000, Promise.reject(new Error('broken'))), { message: 'broken' })
})

function countTimers(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
}

test.serial('a limited wait leaves no timer when its promise has settled, well or not', async t => {
  const before = countTimers()
  const settling = [Promise.resolve(), Promise.reject(new Error('broken'))].map(promise => within(60_000, promise))
  t.is(countTimers(), before + 2)
  await Promise.allSettled(settling)
  t.is(countTimers(), before)
})
