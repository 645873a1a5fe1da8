import test from 'ava'
import { RateLimit } from '../../../src/flow/rate-limit.ts'

test('at most N are taken in a minute, and N again in the next one', t => {
  let nowMs = 5
  const limit = new RateLimit(2, () => nowMs)
  const take = () => [limit.take(), limit.take(), limit.take()]
  t.deepEqual(take(), [true, true, false])
  nowMs += 59_999
  t.deepEqual(take(), [false, false, false])
  nowMs += 1
  t.deepEqual(take(), [true, true, false])
})
