import test from 'ava'
import { patience, weighLoad } from '../helpers/time/patience.ts'

test('time limits are not extended if each runnable process has a core', t => {
  t.is(weighLoad([0, 0], 2), 1)
  t.is(weighLoad([2, 1], 2), 1)
})

test('time limits are extended by the larger load figure per core', t => {
  t.is(weighLoad([18, 3], 2), 9)
  t.is(weighLoad([1, 8], 2), 4)
  t.is(weighLoad([18, 3], 6), 3)
})

test('a time limit is never shorter than on an idle machine', t => {
  t.true(patience(1000) >= 1000)
})
