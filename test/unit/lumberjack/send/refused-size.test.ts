import test from 'ava'
import { RefusedSize } from '../../../../src/lumberjack/send/refused-size.ts'
import { makeBatch, makeRun } from '../../../helpers/lumberjack/line-batches.ts'

const KIB = 1024

function makeLines(...sizes: readonly number[]) {
  const runs = sizes.map((size, index) => makeRun([Buffer.alloc(size, 0x61)], { offset: index * 1e6 }))
  return makeBatch(runs)
}

function sizesOf(size: RefusedSize, batch: ReturnType<typeof makeLines>): (number | string)[] {
  return size.cut(batch).map(({ batch: part, isSuspected }) => (isSuspected ? `${part.byteCount}!` : part.byteCount))
}

test('lines as large as the smallest refused one are parts of their own, and the lines around them stay together', t => {
  const size = new RefusedSize()
  size.noteRefused(100 * KIB)
  size.noteRefused(200 * KIB)
  t.deepEqual(sizesOf(size, makeLines(5, 6, 100 * KIB, 7, 8, 100 * KIB + 1, 100 * KIB - 1)), [
    11,
    `${100 * KIB}!`,
    15,
    `${100 * KIB + 1}!`,
    100 * KIB - 1,
  ])
})

test('a batch is one part while nothing was refused, and after a small line was refused', t => {
  const size = new RefusedSize()
  const batch = makeLines(5, 100 * KIB)
  t.deepEqual(size.cut(batch), [{ batch, isSuspected: false }])
  size.noteRefused(1000)
  t.deepEqual(size.cut(batch), [{ batch, isSuspected: false }])
})

test('the size is forgotten once a line of it is acked', t => {
  const size = new RefusedSize()
  size.noteRefused(100 * KIB)
  size.noteAcked(makeLines(99 * KIB))
  size.noteAcked(makeLines(99 * KIB, 99 * KIB))
  t.is(size.cut(makeLines(100 * KIB)).at(0)?.isSuspected, true)
  size.noteAcked(makeLines(100 * KIB))
  t.is(size.cut(makeLines(100 * KIB)).at(0)?.isSuspected, false)
})
