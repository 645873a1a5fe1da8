import test from 'ava'
import { RateLimit } from '../../../src/flow/rate-limit.ts'

test('a rate limit admits at most N events per minute, and N again in the next minute', t => {
  let nowMs = 5
  const limit = new RateLimit(2, () => nowMs)
  const take = () => [limit.take(), limit.take(), limit.take()]
  t.deepEqual(take(), [true, true, false])
  nowMs += 59_999
  t.deepEqual(take(), [false, false, false])
  nowMs += 1
  t.deepEqual(take(), [true, true, false])
})
