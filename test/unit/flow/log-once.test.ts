import test from 'ava'
import { Once } from '../../../src/flow/log-once.ts'

test('a remembered key is new the first time and after each change of its state', t => {
  const once = new Once()
  t.deepEqual(
    ['EACCES', 'EACCES', 'EIO', 'EACCES'].map(state => once.isNew('/a', state)),
    [true, false, true, true],
  )
  t.true(once.isNew('/b', 'EACCES'))
})

test('a key that was forgotten is new again', t => {
  const once = new Once()
  t.false(once.forget('/a'))
  once.isNew('/a')
  t.true(once.forget('/a'))
  t.true(once.isNew('/a'))
})

test('the number of remembered keys is bounded, and the oldest is forgotten first', t => {
  const once = new Once()
  for (let i = 0; i <= 10_000; i++) once.isNew(String(i))
  t.true(once.isNew('0'))
  t.false(once.isNew('10000'))
})
