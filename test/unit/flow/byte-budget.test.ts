import test from 'ava'
import { ByteBudget } from '../../../src/flow/byte-budget.ts'

test('a larger byte budget wakes the waiting holders; a smaller one revokes no held bytes', async t => {
  const budget = new ByteBudget({ totalBytes: 10, reserveBytes: 0 })
  const [first, second] = [budget.open(), budget.open()]
  t.true(first.tryTake(10))
  const waiting = second.take(8)
  budget.resize({ totalBytes: 20, reserveBytes: 0 })
  t.true(await waiting)
  t.is(budget.heldBytes, 18)
  budget.resize({ totalBytes: 5, reserveBytes: 0 })
  t.is(budget.heldBytes, 18)
  first.give(10)
  t.false(first.tryTake(1), 'as long as more is held than there is')
  second.give(8)
  t.true(first.tryTake(5))
})

test('a new reserve of a byte budget applies to shares opened later; open shares keep theirs', t => {
  const budget = new ByteBudget({ totalBytes: 10, reserveBytes: 4 })
  const old = budget.open()
  t.true(old.tryTake(4))
  budget.resize({ totalBytes: 10, reserveBytes: 0 })
  const fresh = budget.open()
  t.true(fresh.tryTake(10), 'what the old one holds is its reserve still')
  t.false(fresh.tryTake(1))
  t.is(old.takeReserve(), 0)
  old.give(4)
  fresh.give(10)
  t.is(budget.heldBytes, 0)
  t.true(fresh.tryTake(10))
})
