import test from 'ava'
import { Quota } from '../../../src/flow/quota.ts'

test('so many are taken in a minute, and as many in the next', t => {
  let nowMs = 5
  const quota = new Quota(2, () => nowMs)
  const take = () => [quota.take(), quota.take(), quota.take()]
  t.deepEqual(take(), [true, true, false])
  nowMs += 59_999
  t.deepEqual(take(), [false, false, false])
  nowMs += 1
  t.deepEqual(take(), [true, true, false])
})
