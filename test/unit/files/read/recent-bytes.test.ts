import { crc32 } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { addMark, makeMark } from '../../../../src/files/look/identity.ts'
import { RecentBytes } from '../../../../src/files/read/recent-bytes.ts'
import type { Mark } from '../../../../src/registry/contract.ts'

const reads = fc.array(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300_000 })), {
  minLength: 1,
  maxLength: 12,
})

interface Row {
  readonly keptBytes: number
  readonly unread: number
  /** Other files that are read. */
  readonly others: number
}

for (const { keptBytes, unread, others } of [
  { keptBytes: 1024 * 1024, unread: 0, others: 7 },
  { keptBytes: 1024 * 1024, unread: 1024 * 1024, others: 0 },
  { keptBytes: 64 * 1024, unread: 1024 * 1024 + 1, others: 0 },
  { keptBytes: 512 * 1024, unread: 0, others: 15 },
  { keptBytes: 64 * 1024, unread: 0, others: 1000 },
] satisfies readonly Row[]) {
  const title = `${keptBytes} bytes of a file with ${unread} unread ones, beside ${others} others`
  test(`the digest is known at each of the last ${title}, wherever its marks are`, t => {
    const law = fc.property(reads, fc.integer({ min: 0, max: 1_200_000 }), (lengths, back) => {
      const recent = new RecentBytes()
      for (let key = 2; key < others + 2; key++) recent.note({ key, position: 1, unread: 0 }, Buffer.alloc(1), 0)
      const total = lengths.reduce((sum, length) => sum + length, 0)
      const file = Buffer.alloc(total, 'some line\n')
      let marks: readonly Mark[] = []
      let end = 0
      for (const length of lengths) {
        recent.note({ key: 1, position: end + length, unread }, file.subarray(end, end + length), 0)
        end += length
        marks = addMark(makeMark(end, file.subarray(end - 1, end), crc32(file.subarray(0, end))), marks)
      }
      const offset = Math.max(0, total - back)
      const digest = recent.findDigest(1, offset, marks)
      if (digest !== undefined) t.is(digest, crc32(file.subarray(0, offset)))
      if (back <= keptBytes) t.not(digest, undefined)
      if (total - offset > 2 * keptBytes) t.is(digest, undefined)
    })
    t.notThrows(() => fc.assert(law, { numRuns: 50 }))
  })
}

test('a range that does not follow on the one before replaces it', t => {
  const recent = new RecentBytes()
  recent.note({ key: 1, position: 10, unread: 0 }, Buffer.alloc(10, 'a'), 0)
  recent.note({ key: 1, position: 30, unread: 0 }, Buffer.alloc(10, 'b'), 0)
  t.is(recent.findDigest(1, 25, [makeMark(10, Buffer.alloc(0), 0)]), undefined)
})

test('recent bytes are forgotten after 20 s if none are in flight, and the oldest ones at 16 MiB', t => {
  const recent = new RecentBytes()
  const marks = [makeMark(0, Buffer.alloc(0), 0)]
  recent.note({ key: 0, position: 10, unread: 0 }, Buffer.alloc(10), 0)
  recent.note({ key: 1, position: 10, unread: 0 }, Buffer.alloc(10), 0)
  recent.note({ key: 2, position: 10, unread: 0 }, Buffer.alloc(10), 19_999)
  recent.sweep(20_000, key => key === 0)
  t.not(recent.findDigest(0, 10, marks), undefined)
  t.is(recent.findDigest(1, 10, marks), undefined)
  t.not(recent.findDigest(2, 10, marks), undefined)
  for (let key = 3; key < 200; key++) {
    recent.note({ key, position: 64 * 1024, unread: 0 }, Buffer.alloc(64 * 1024), 20_000)
  }
  t.is(recent.findDigest(0, 10, marks), undefined)
  t.is(recent.findDigest(2, 10, marks), undefined)
  t.not(recent.findDigest(199, 10, marks), undefined)
})

test('the last lines of 10,000 files are kept at once', t => {
  const recent = new RecentBytes()
  const line = Buffer.alloc(200, 'a')
  for (let key = 1; key <= 10_000; key++) recent.note({ key, position: 200, unread: 0 }, line, 0)
  t.is(recent.findDigest(1, 200, [makeMark(0, Buffer.alloc(0), 0)]), crc32(line))
})
