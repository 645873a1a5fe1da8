import test from 'ava'
import { LineKernel } from '../../../src/kernel/line-kernel.ts'
import { makeRun } from '../../helpers/lumberjack/line-batches.ts'

const KIB = 1024
const PARTS = { head: '2J--------{"', middle: '"m":"', beforeOffset: '","o":', tail: '}' }

test('the kernel takes all lines that are plain, up to the bounds that it names', t => {
  const kernel = new LineKernel()
  kernel.setParts(PARTS)
  const lines = Array.from({ length: kernel.maxLines }, (_, i) => `line ${i} "\\\r\n`)
  const one = makeRun(lines.map(line => line.slice(-14)))
  t.is(kernel.encode({ run: one, from: 0, to: lines.length, sequence: 0 }).count, kernel.maxLines)
})

test('the kernel stops before a line that does not end with a line feed', t => {
  const kernel = new LineKernel()
  kernel.setParts(PARTS)
  const one = makeRun(['a\n', 'b\n', 'c', 'd\n'])
  t.is(kernel.encode({ run: one, from: 0, to: 4, sequence: 0 }).count, 2)
  t.is(kernel.encode({ run: one, from: 2, to: 4, sequence: 0 }).count, 0)
  t.is(kernel.encode({ run: one, from: 3, to: 4, sequence: 0 }).count, 1)
})

test('the kernel numbers frames in four bytes', t => {
  const kernel = new LineKernel()
  kernel.setParts(PARTS)
  const { frames } = kernel.encode({ run: makeRun(['a\n']), from: 0, to: 1, sequence: 0xf1_02_83_04 })
  t.is(Buffer.from(frames).readUInt32BE(2), 0xf1_02_83_05)
})

test('the memory of the kernel does not grow, however long a line is', t => {
  const kernel = new LineKernel()
  kernel.setParts(PARTS)
  const sizeAfter = (line: string) => {
    const { frames, count } = kernel.encode({ run: makeRun([line]), from: 0, to: 1, sequence: 0 })
    return { size: frames.buffer.byteLength, count }
  }
  const { size } = sizeAfter('a\n')
  t.deepEqual(sizeAfter(`${'\u0001'.repeat(64 * KIB - 1)}\n`), { size, count: 1 })
  t.is(sizeAfter(`${'\u0001'.repeat(8 * KIB * KIB)}\n`).count, 0)
  t.deepEqual(sizeAfter('b\n'), { size, count: 1 })
  t.true(size < KIB * KIB)
})

test('the kernel finds the end of each line, and nothing of what was in its memory before', t => {
  const kernel = new LineKernel()
  kernel.split(Buffer.alloc(16 * KIB, '\n'), 0)
  for (let length = 0; length < 100; length++) {
    const bytes = Buffer.alloc(200 + length, 'a\n\n')
    const { ends, count } = kernel.split(bytes, 200)
    const expected = [...bytes.entries()].filter(([at, byte]) => at >= 200 && byte === 10).map(([at]) => at + 1)
    t.deepEqual([...ends.subarray(0, count)], expected)
  }
})

test('the kernel finds at most as many ends at a time as it has room for', t => {
  const kernel = new LineKernel()
  const { ends, count } = kernel.split(Buffer.alloc(16 * KIB, '\n'), 5)
  t.is(count, kernel.maxLines)
  t.is(ends[count - 1], kernel.maxLines + 5)
})
