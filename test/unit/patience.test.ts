import test from 'ava'
import { patience, weighLoad } from '../helpers/time/patience.ts'

test('a quiet machine, and one with a core for each who wants one, has no reason to wait longer', t => {
  t.is(weighLoad([0, 0], 2), 1)
  t.is(weighLoad([2, 1], 2), 1)
})

test('the larger figure counts, shared by the cores', t => {
  t.is(weighLoad([18, 3], 2), 9)
  t.is(weighLoad([1, 8], 2), 4)
  t.is(weighLoad([18, 3], 6), 3)
})

test('a limit is never shorter than on a quiet machine', t => {
  t.true(patience(1000) >= 1000)
})
