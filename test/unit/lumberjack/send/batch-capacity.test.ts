import test from 'ava'
import { Capacity } from '../../../../src/lumberjack/send/batch-capacity.ts'

test('the capacity without a connection is that of one', t => {
  const capacity = new Capacity(3)
  t.is(capacity.batches.current, 5)
  capacity.noteConnected()
  t.is(capacity.batches.current, 5)
  capacity.noteConnected()
  t.is(capacity.batches.current, 10)
})

test('a retired connection adds its windows, and none once it has ended', t => {
  const capacity = new Capacity(3)
  for (let i = 0; i < 3; i++) capacity.noteConnected()
  capacity.noteRetired()
  t.is(capacity.batches.current, 2 * 5 + 3)
  capacity.noteEnded(true)
  capacity.noteEnded(false)
  t.is(capacity.batches.current, 5)
})

test('at most four retired connections add to the capacity for each one that takes batches', t => {
  const capacity = new Capacity(1)
  for (let i = 0; i < 11; i++) capacity.noteConnected()
  for (let i = 0; i < 10; i++) capacity.noteRetired()
  t.is(capacity.batches.current, 3 + 4)
})

test('each suspected event adds a batch to the capacity, up to 32', t => {
  const capacity = new Capacity(3)
  capacity.noteSuspects(2)
  t.is(capacity.batches.current, 7)
  capacity.noteSuspects(100)
  t.is(capacity.batches.current, 5 + 32)
  capacity.noteSuspects(0)
  t.is(capacity.batches.current, 5)
})

test('a change of the windows in flight changes the capacity', t => {
  const capacity = new Capacity(1)
  let changes = 0
  capacity.batches.onChange(() => changes++)
  capacity.setWindowsInFlight(8)
  t.deepEqual([capacity.batches.current, changes], [10, 1])
})
