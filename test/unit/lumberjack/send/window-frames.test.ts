import test from 'ava'
import { SpareBuffers } from '../../../../src/lumberjack/send/window-frames.ts'

test('a spare buffer is used again where it is large enough', t => {
  const spare = new SpareBuffers()
  const first = spare.take(100)
  t.is(first.length, 100)
  spare.give(first)
  t.is(spare.take(60), first)
  t.not(spare.take(60), first)
})

test('a spare buffer that is too small is kept, and a new one is made', t => {
  const spare = new SpareBuffers()
  const small = Buffer.alloc(10)
  spare.give(small)
  t.is(spare.take(11).length, 11)
  t.is(spare.take(10), small)
})

test('at most three spare buffers are kept', t => {
  const spare = new SpareBuffers()
  const all: Buffer[] = [1, 2, 3, 4].map(() => Buffer.alloc(10))
  for (const buffer of all) spare.give(buffer)
  const taken = [1, 2, 3, 4].map(() => spare.take(10))
  t.deepEqual(taken.map(buffer => all.indexOf(buffer)), [1, 2, 3, -1]) // prettier-ignore
})
