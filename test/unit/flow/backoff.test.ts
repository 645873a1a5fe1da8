import test from 'ava'
import { assert, double, property } from 'fast-check'
import { Backoff, wait } from '../../../src/flow/backoff.ts'

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
